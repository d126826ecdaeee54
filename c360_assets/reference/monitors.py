"""When monitors warn, `monitors.toml`: every entry present, of its type, and nothing else.

It is not part of the tables' rules: no table is stale because a limit changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from c360_assets.reference.toml_file import TomlFile

RAW_TABLES = ("raw_content", "raw_search")
SHARES = (
    *("usual_share", "usual_unreadable_text", "usual_unknown_macs", "no_dominant_contract"),
    *("usual_clock_errors", "usual_unread_plans", "no_dominant_user"),
)
"""The monitors of a share of a day."""
_MOST_ROWS = 10**15
"""No day has more rows."""


class RowLimit(NamedTuple):
    """A day's rows: bounds for a log's first days; for others, how far from the median they may be."""

    first_min: int
    first_max: int
    least: Fraction
    times: float


class ShareLimit(NamedTuple):
    """A share of a day: its bound on a log's first days; on others, how far above the median it may be.

    A day with fewer rows than `rows_min` is not looked at. A share of fewer records than `records_min` is never too large.
    """

    first_max: float
    times: float
    least: float
    rows_min: int
    records_min: int = 1


@dataclass(frozen=True)
class MonitorLimits:
    """The entries of `monitors.toml`, which says what each is for."""

    days: int
    first_days: int
    since: date | None
    rows: Mapping[str, RowLimit]
    """Raw table → the limit of its rows."""
    shares: Mapping[str, ShareLimit]
    """Monitor → the limit of its share."""
    conflicts_max: int
    links_least: Fraction = Fraction(1, 3)
    """Of the links that the lake held before, the share below which too many are gone."""


class MonitorsFile(TomlFile):
    """Takes the entries from `monitors.toml`."""

    kind = "a limit of a monitor"

    def read(self) -> MonitorLimits:
        """All limits, each present and valid."""
        days = self._whole("norm", "days", 1)
        least, times = self._share_of("usual_row_count", "least"), self._number("usual_row_count", "times")
        limits = MonitorLimits(
            days=days,
            first_days=self._first_days(days),
            since=self._day("norm", "since"),
            rows={table: self._rows(f"usual_row_count.{table}", least, times) for table in RAW_TABLES},
            shares={check: self._share(check) for check in SHARES},
            conflicts_max=self._whole("no_conflicts", "most", 0, _MOST_ROWS),
            links_least=self._share_of("links_kept", "least", default="1/3"),  # files of earlier releases have none
        )
        self._expect_nothing_else()
        return limits

    def _first_days(self, days: int) -> int:
        first_days = self._whole("norm", "first_days", 1)
        if first_days > days:
            self._refuse("norm", "first_days", f"{first_days} is more than the {days} of days", "Correct it")
        return first_days

    def _rows(self, table: str, least: Fraction, times: float) -> RowLimit:
        first_min = self._whole(table, "first_min", 0, _MOST_ROWS)
        return RowLimit(first_min, self._whole(table, "first_max", first_min, _MOST_ROWS), least, times)

    def _share(self, table: str) -> ShareLimit:
        first_max, least = self._number(table, "first_max", 1), self._number(table, "least", 1)
        rows_min = self._whole(table, "rows_min", 1, _MOST_ROWS)
        records_min = self._whole(table, "records_min", 1, _MOST_ROWS, default=1)  # files of earlier releases have none
        return ShareLimit(first_max, self._number(table, "times"), least, rows_min, records_min)

    def _share_of(self, table: str, entry: str, default: str | None = None) -> Fraction:
        share = self._fraction(table, entry, default)
        if share > 1:
            self._refuse(table, entry, f"{share} is more than 1", "Correct it")
        return share

    def _day(self, table: str, entry: str) -> date | None:
        value = self._taken_or(table, entry, None)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            self._refuse(table, entry, f"{value!r} is not a day", "Write it as 2022-05-01, without quotes")
        return value


def monitor_limits(path: Path, contents: Mapping[str, bytes]) -> MonitorLimits:
    """The limits in `monitors.toml`. Raises BadReference."""
    return MonitorsFile(path, contents).read()
