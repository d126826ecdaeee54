"""The rules as the transforms state them, called with frames of a few rows.

What a transform reads besides the rows of an example comes from the model: each example judges one transform.
"""

from datetime import date
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from c360_assets.behaviour.activeness_segments import activeness_segments
from c360_assets.behaviour.search_metrics import search_metrics
from c360_assets.behaviour.search_trends import search_trends
from c360_assets.behaviour.segment_thresholds import segment_thresholds
from c360_assets.behaviour.taste import taste
from c360_assets.behaviour.watch_metrics import watch_metrics
from c360_assets.cleaning.clean_content import clean_content
from c360_assets.cleaning.clean_search import clean_search
from c360_assets.cleaning.ledger_content import ledger_content
from c360_assets.cleaning.quarantine_content import quarantine_content
from c360_assets.cleaning.quarantine_search import quarantine_search
from c360_assets.contracts.partitions import add_months
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from tests.model.device_months import device_months
from tests.rules.engine_lake import EngineLake
from tests.rules.model_rules import ModelRules
from tests.rules.rows import Row, in_order, plain
from tests.transforms.frames import frame_of


class EngineRules:
    """Rows in, rows out, by the transforms; rows come in the order of their key."""

    def __init__(self, session: SparkSession, reference: Path, model: ModelRules) -> None:
        self._session = session
        self._reference = load_reference(reference)
        self._model = model

    def clean_content(self, raw: list[Row]) -> list[Row]:
        """A day's clean rows."""
        return self._of_day("clean_content", raw, clean_content(self._frame("raw_content", raw), self._reference))

    def quarantine_content(self, raw: list[Row]) -> list[Row]:
        """A day's refused rows."""
        found = quarantine_content(self._frame("raw_content", raw), self._reference)
        return self._of_day("quarantine_content", raw, found)

    def ledger_content(self, day: date, raw: list[Row]) -> list[Row]:
        """A day's one row."""
        clean, refused = self._model.clean_content(raw), self._model.quarantine_content(raw)
        found = ledger_content(
            self._frame("raw_content", raw),
            self._frame("quarantine_content", refused),
            self._frame("clean_content", clean),
            self._reference,
        )
        return _rows("ledger_content", found, day)

    def clean_search(self, raw: list[Row]) -> list[Row]:
        """A day's clean rows."""
        return self._of_day("clean_search", raw, clean_search(self._frame("raw_search", raw), self._reference))

    def quarantine_search(self, raw: list[Row]) -> list[Row]:
        """A day's refused rows."""
        found = quarantine_search(self._frame("raw_search", raw), self._reference)
        return self._of_day("quarantine_search", raw, found)

    def watch_metrics(self, month: date, clean: list[Row], landed_days: list[date]) -> list[Row]:
        """A month's contracts."""
        ledger = self._landed("ledger_content", landed_days)
        return _rows("watch_metrics", watch_metrics(self._devices(month, clean), ledger), month)

    def taste(self, month: date, clean: list[Row]) -> list[Row]:
        """A month's contracts."""
        metrics = self._model.watch_metrics(month, clean, sorted({row["log_date"] for row in clean}))
        found = taste(self._frame("watch_metrics", metrics), self._devices(month, clean))
        return _rows("taste", found, month)

    def segment_thresholds(self, month: date, metrics: list[Row]) -> list[Row]:
        """A month's one row, from its watch_metrics."""
        ledger = self._landed("ledger_content", sorted({row["last_watched"] for row in metrics}))
        found = segment_thresholds(self._frame("watch_metrics", metrics), ledger, self._reference)
        return _rows("segment_thresholds", found, month)

    def activeness_segments(self, month: date, metrics: dict[date, list[Row]], landed: set[date]) -> list[Row]:
        """A month's contracts, from the watch_metrics of several months; `landed` are the months with landed content."""
        profiles = [{**row, "month": of_month} for of_month, rows in metrics.items() for row in rows]
        found = activeness_segments(
            self._frame("watch_metrics", profiles),
            self._frame("segment_thresholds", self._model.segment_thresholds(month, metrics[month])),
            self._landed("ledger_content", sorted(landed & {add_months(month, -1)})),
            month,
            self._reference,
        )
        return _rows("activeness_segments", found, month)

    def search_metrics(self, month: date, clean: list[Row]) -> list[Row]:
        """A month's users."""
        found = search_metrics(self._frame("clean_search", clean), self._reference)
        return _rows("search_metrics", found, month)

    def search_trends(self, month: date, now: list[Row], then: list[Row], landed: bool, comparable: bool) -> list[Row]:
        """The users of a month and the one before; `landed` and `comparable` say which of them has landed searches."""
        before = add_months(month, -1)
        metrics = [{**row, "month": month} for row in now] + [{**row, "month": before} for row in then]
        months = [of_month for of_month, is_there in ((month, landed), (before, comparable)) if is_there]
        ledger = self._landed("ledger_search", months)
        found = search_trends(self._frame("search_metrics", metrics), ledger, month)
        return _rows("search_trends", found, month)

    def lake(self, landing: Path) -> EngineLake:
        """All tables of a landing zone, each made when it is looked at."""
        return EngineLake(self._session, self._reference, landing, self._model.lake(landing))

    def _frame(self, table: str, rows: list[Row]) -> DataFrame:
        return frame_of(self._session, table, rows)

    def _devices(self, month: date, clean: list[Row]) -> DataFrame:
        """What watch_metrics and taste are made from."""
        return self._frame("device_months", device_months(month, clean))

    def _landed(self, ledger: str, days: list[date]) -> DataFrame:
        """A ledger that says that these days landed."""
        return self._frame(ledger, [{"log_date": day, "landed_rows": 1} for day in days])

    def _of_day(self, table: str, raw: list[Row], found: DataFrame) -> list[Row]:
        (day,) = {row["log_date"] for row in raw}
        return _rows(table, found, day)


def _rows(table: str, found: DataFrame, partition: date) -> list[Row]:
    """What a transform gives as the table holds it: with the partition's column, in the order of the key."""
    column = str(TABLES[table].partition_column)
    return in_order(table, [{column: partition, **plain(row)} for row in found.toArrow().to_pylist()])
