"""What the lake holds of one contract in one month, from landed records to watch_metrics."""

import re
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from c360_assets.cleaning.reasons import UNPARSEABLE
from c360_assets.contracts.months import last_day
from c360_assets.explain.records import (
    CAPPED,
    COUNTED,
    DUPLICATE,
    MOST_RECORDS,
    QUARANTINED,
    LandedRecord,
    accepted,
    at_most,
    is_named_in,
    quoted,
    raw_rows,
    with_copies,
)
from c360_assets.reference.model import FALLBACK_CATEGORY, Reference
from c360_assets.text.normalise import WHITE_SPACE, trim
from resources.lake.sql import LakeQuery, Row

_LANDED = ("contract", "mac", "total_duration", "app_name")
_RECORD = ("doc_index", "doc_type", "doc_id", "doc_score", *_LANDED)
_RAW = ("source_file", *_RECORD, "unparsed", "other_fields")
_MAC_SEPARATORS = re.compile(f"[{WHITE_SPACE}:.\\-]")
_MAC = re.compile("[0-9A-F]{12}")
_NO_APP = "UNKNOWN"


@dataclass(frozen=True)
class WatchedRow:
    """A clean row and what its landed records hold. `seconds` are theirs, less what the cap took."""

    day: date
    mac: str | None
    app_name: str
    category: str
    landed_seconds: int
    capped_seconds: int
    source_rows: int

    @property
    def seconds(self) -> int:
        """The seconds that count."""
        return self.landed_seconds - self.capped_seconds

    def as_row(self) -> Row:
        """What is shown of it."""
        return {
            "log_date": self.day, "mac": self.mac, "app_name": self.app_name, "category": self.category,
            "landed_seconds": self.landed_seconds, "capped_seconds": self.capped_seconds, "seconds": self.seconds,
            "source_rows": self.source_rows,
        }  # fmt: skip


class Watching:
    """A contract's month. Everything is read when first asked for."""

    def __init__(self, query: LakeQuery, reference: Reference, contract: str, month: date) -> None:
        self.contract, self.month = contract, month
        self._query, self._reference = query, reference
        self._days = f"log_date between date '{month}' and date '{last_day(month)}'"

    @cached_property
    def metrics(self) -> Row | None:
        """The row of watch_metrics."""
        rows = self._of_month("watch_metrics")
        return rows[0] if rows else None

    @cached_property
    def device_months(self) -> list[Row]:
        """The rows of device_months."""
        return self._of_month("device_months", "mac, app_name")

    @cached_property
    def records(self) -> list[LandedRecord]:
        """Every landed record of the contract in the month, by day and file."""
        found = [*self._used(), *self._quarantined()]
        return sorted(found, key=lambda record: record.place)

    @cached_property
    def rows(self) -> list[WatchedRow]:
        """The clean rows, their seconds added up from the landed records."""
        seconds: dict[Hashable, int] = defaultdict(int)
        records: dict[Hashable, int] = defaultdict(int)
        for record in self.records:
            if record.is_counted:
                seconds[record.row] += record.seconds
                records[record.row] += 1
        return [
            WatchedRow(
                row["log_date"], row["mac"], row["app_name"], row["category"],
                seconds[_key(row)], row["capped_seconds"], records[_key(row)],
            )
            for row in self._clean
        ]  # fmt: skip

    @cached_property
    def watched(self) -> list[WatchedRow]:
        """The clean rows with seconds: a row that the cap cut to 0 s counts in no measure."""
        return [row for row in self.rows if row.seconds > 0]

    def seconds_by_category(self) -> dict[str, int]:
        """Seconds by category, in the fixed order."""
        return {
            code: sum(row.seconds for row in self.watched if row.category == code)
            for code in self._reference.category_codes
        }

    def days(self, category: str | None = None) -> list[date]:
        """The days with seconds, of one category or of all."""
        return sorted({row.day for row in self.watched if category in (None, row.category)})

    def categories_in_order(self) -> list[str]:
        """The categories with seconds: most seconds first, then more days, then the fixed order."""
        seconds = {code: value for code, value in self.seconds_by_category().items() if value}
        return sorted(seconds, key=lambda code: (-seconds[code], -len(self.days(code))))

    def _of_month(self, table: str, order: str = "contract") -> list[Row]:
        mine = f"month = date '{self.month}' and contract = {quoted(self.contract)}"
        return self._query.rows([table], f"select * from {table} where {mine} order by {order}")

    @cached_property
    def _clean(self) -> list[Row]:
        rows = self._query.stream(
            ["clean_content"],
            f"select * from clean_content where {self._days} and contract = {quoted(self.contract)} "
            f"order by log_date, mac, app_name limit {MOST_RECORDS + 1}",
        )
        return at_most("clean_content", rows)

    @cached_property
    def _quarantine(self) -> list[Row]:
        """The quarantined records of the contract, and the lines that do not parse but name it."""
        contract = quoted(self.contract)
        rows = self._query.stream(
            ["quarantine_content"],
            f"select log_date, reason, {', '.join(_RAW)} from quarantine_content where {self._days} and "
            f"(strpos(upper(contract), {contract}) > 0 or strpos(upper(unparsed), {contract}) > 0)",
        )
        ours = (row for row in rows if self._is_ours(row) or is_named_in(self.contract, row["unparsed"]))
        return at_most("quarantine_content", ours)

    def _used(self) -> list[LandedRecord]:
        """The records that break no rule, from the days on which the contract has a clean row."""
        mine = f"strpos(upper(contract), {quoted(self.contract)}) > 0"
        raw = raw_rows(self._query, "raw_content", _RAW, self._clean, mine, self._is_ours)
        ours = accepted(raw, self._quarantine, _RAW)
        capped = {_key(row) for row in self._clean if row["capped_seconds"]}
        found = []
        for row, is_copy in with_copies(ours, self._same):
            key = (row["log_date"], self._mac(row["mac"]), self._app(row["app_name"]))
            fate = DUPLICATE if is_copy else CAPPED if key in capped else COUNTED
            seconds = int(trim(row["total_duration"]).partition(".")[0])
            found.append(self._record(row, fate, key=key, seconds=seconds))
        return found

    def _quarantined(self) -> list[LandedRecord]:
        return [self._record(row, QUARANTINED, row["reason"]) for row in self._quarantine]

    def _record(
        self, row: Row, fate: str, reason: str | None = None, key: tuple[Hashable, ...] | None = None, seconds: int = 0
    ) -> LandedRecord:
        landed = {} if reason == UNPARSEABLE else {name: row[name] for name in _LANDED}
        apps = self._reference.app_categories
        category = apps.get(self._app(row["app_name"]), FALLBACK_CATEGORY) if landed else None
        return LandedRecord(
            row["log_date"], row["source_file"], row["doc_id"], landed, fate, reason, key, category, seconds
        )

    def _is_ours(self, row: Row) -> bool:
        return row["contract"] is not None and trim(row["contract"]).upper() == self.contract

    def _same(self, row: Row) -> tuple[Hashable, ...]:
        """What two records of a day are the same by."""
        has_id = row["doc_id"] is not None and trim(row["doc_id"]) not in self._reference.measures.null_markers
        other_fields = None if has_id else row["other_fields"]
        return (row["log_date"], *(row[name] for name in _RECORD), other_fields)

    def _mac(self, landed: str | None) -> str | None:
        mac = _MAC_SEPARATORS.sub("", landed or "").upper()
        return mac if _MAC.fullmatch(mac) else None

    def _app(self, landed: str | None) -> str:
        name = trim(landed or "")
        return name.upper() if name and name not in self._reference.measures.null_markers else _NO_APP


def _key(row: Row) -> tuple[Hashable, ...]:
    return (row["log_date"], row["mac"], row["app_name"])
