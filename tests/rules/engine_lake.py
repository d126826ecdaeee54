"""The tables of a landing zone by the landing reader and the transforms: no Dagster, no Delta, and only what is looked at.

Each table is made from what the model makes of the tables that it reads, so an example judges the transform of the
table that it looks at, and does not wait for all those before it. The whole chain is compared with the model in
`tests/test_model_equals_engine.py`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import reduce
from pathlib import Path

from c360_assets.landing.source import read_landed
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from c360_assets.behaviour import (
    activeness_segments,
    search_metrics,
    search_trends,
    segment_thresholds,
    taste,
    watch_metrics,
)
from c360_assets.cleaning import (
    clean_content,
    clean_search,
    identity_map,
    identity_rules,
    ledger_content,
    ledger_search,
    quarantine_content,
    quarantine_identity,
    quarantine_search,
)
from c360_assets.contracts.partitions import month_of, window
from c360_assets.contracts.table import Input, TableSpec
from c360_assets.landing import raw_content, raw_search
from c360_assets.profile import customer360
from c360_assets.reference.model import Reference
from c360_assets.tables import TABLES
from resources.landing.zone import LandingZone
from tests.model import Lake
from tests.rules.rows import Row, in_order, plain
from tests.transforms.frames import frame_of

Inputs = Mapping[str, DataFrame]
Make = Callable[[Inputs, date, Reference], DataFrame]

RAW = {"raw_content": raw_content.LAYOUT, "raw_search": raw_search.LAYOUT}
LINKS: Mapping[str, Callable[[DataFrame, Reference], DataFrame]] = {
    "identity_map": identity_map.accept,
    "quarantine_identity": quarantine_identity.quarantine,
}


def _profiles(of: Inputs, month: date, reference: Reference) -> DataFrame:
    watch = (of["watch_metrics"], of["taste"], of["activeness_segments"])
    search = (of["search_trends"], of["search_metrics"], of["identity_map"])
    return customer360.bring_together(
        customer360.newest_watch_side(*watch, month, reference),
        customer360.search_side(*search, month),
        customer360.as_of(of["ledger_content"], of["ledger_search"]),
        month,
    )


MAKE: Mapping[str, Make] = {
    "quarantine_content": lambda of, _, known: quarantine_content.quarantine(of["raw_content"], known),
    "clean_content": lambda of, _, known: clean_content.clean(of["raw_content"], known),
    "ledger_content": lambda of, _, known: ledger_content.balance(
        of["raw_content"], of["quarantine_content"], of["clean_content"], known
    ),
    "quarantine_search": lambda of, _, known: quarantine_search.quarantine(of["raw_search"], known),
    "clean_search": lambda of, _, known: clean_search.clean(of["raw_search"], known),
    "ledger_search": lambda of, _, known: ledger_search.balance(
        of["raw_search"], of["quarantine_search"], of["clean_search"], known
    ),
    "watch_metrics": lambda of, _, __: watch_metrics.summarise(of["clean_content"], of["ledger_content"]),
    "taste": lambda of, _, __: taste.describe(of["watch_metrics"], of["clean_content"]),
    "segment_thresholds": lambda of, _, known: segment_thresholds.measure(of["watch_metrics"], known),
    "activeness_segments": lambda of, month, known: activeness_segments.segment(
        of["watch_metrics"], of["segment_thresholds"], of["ledger_content"], month, known
    ),
    "search_metrics": lambda of, _, known: search_metrics.summarise(of["clean_search"], known),
    "search_trends": lambda of, month, _: search_trends.compare(of["search_metrics"], of["ledger_search"], month),
    "customer360": _profiles,
}
"""What makes a partition of each table, from the partitions that its contract says it reads."""


class EngineLake(Mapping[str, list[Row]]):
    """Rows by table, in the order of their key. A table is made when it is first asked for."""

    def __init__(self, session: SparkSession, reference: Reference, landing: Path, of_model: Lake) -> None:
        self._session = session
        self._reference = reference
        self._of_model = of_model
        self._zone = LandingZone(str(landing))
        self._landed = {table: self._zone.days(layout.folder).deliveries for table, layout in RAW.items()}
        self._made: dict[str, list[Row]] = {}

    def __getitem__(self, table: str) -> list[Row]:
        if table not in self._made:
            rows = self._frame(TABLES[table]).toArrow().to_pylist()
            self._made[table] = in_order(table, map(plain, rows))
        return self._made[table]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def _frame(self, table: TableSpec) -> DataFrame:
        """All partitions of a table in one frame, so that the engine is asked once."""
        if table.name in LINKS:
            delivery = self._zone.folder(identity_rules.LAYOUT.folder, identity_rules.FORMS)
            links = read_landed(self._session, identity_rules.LAYOUT, delivery.splits())
            return LINKS[table.name](links, self._reference)
        column = str(table.partition_column)
        parts = [
            self._part(table, partition).select(F.lit(partition).alias(column), *table.names)
            for partition in self._partitions(table)
        ]
        return reduce(DataFrame.unionByName, parts) if parts else frame_of(self._session, table.name, [])

    def _partitions(self, table: TableSpec) -> list[date]:
        """The days that landed in the table's log, or the months in which a day landed in either log."""
        if table.unit == "month":
            return sorted({month_of(day) for days in self._landed.values() for day in days})
        log = next(raw for raw in RAW if raw.endswith(table.name.rpartition("_")[2]))
        return list(self._landed[log])

    def _part(self, table: TableSpec, partition: date) -> DataFrame:
        if table.name in RAW:
            return read_landed(self._session, RAW[table.name], self._landed[table.name][partition].splits())
        inputs = {
            read.table.name: frame_of(self._session, read.table.name, self._read(table, partition, read))
            for read in table.inputs
        }
        return MAKE[table.name](inputs, partition, self._reference)

    def _read(self, table: TableSpec, partition: date, read: Input) -> list[Row]:
        """The rows of an input in the partitions that a partition of the table reads."""
        rows, unit, column = self._of_model[read.table.name], read.table.unit, read.table.partition_column
        if table.unit is None or unit is None:
            return rows
        first, last = window(partition, table.unit, read.first, read.last, unit)
        return [row for row in rows if first <= row[column] <= last]
