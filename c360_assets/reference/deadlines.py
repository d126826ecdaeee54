"""When deliveries are due, `deliveries.toml`: per log, a time on the following day. Off unless set.

It is not part of the tables' rules: no table is stale because a deadline changes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from c360_assets.reference.toml_file import TomlFile

if TYPE_CHECKING:
    import dagster as dg

LOGS = ("log_content", "log_search")
"""The folders that may have a deadline."""
NAME = "deliveries.toml"
_TIME = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class Deadline:
    """When a day of a log is due: on the following day, at a time in a time zone.

    No delivery is due for days before `since` (without it, before the first day that landed), nor for those in `without`.
    """

    due: time
    time_zone: str = "UTC"
    since: date | None = None
    without: frozenset[date] = frozenset()

    def moment(self, day: date) -> datetime:
        """When a day is due."""
        return datetime.combine(day + timedelta(days=1), self.due, ZoneInfo(self.time_zone))

    def overdue(self, known: Iterable[date], now: datetime) -> list[date]:
        """The days that are overdue, in order, given those that landed or are held."""
        here = set(known)
        first = self.since or min(here, default=None)
        last = now.astimezone(ZoneInfo(self.time_zone)).date() - timedelta(days=1)
        if first is None:
            return []
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if day not in here and day not in self.without and self.moment(day) <= now]

    @property
    def text(self) -> str:
        """The deadline in words."""
        return f"{self.due:%H:%M} on the following day, {self.time_zone}"

    def freshness_policy(self) -> "dg.FreshnessPolicy":
        """Dagster's policy for a table of such days: made after midnight and before the deadline, every day."""
        import dagster as dg  # a second of imports, which reading reference data does not need

        since_midnight = timedelta(hours=self.due.hour, minutes=self.due.minute)
        return dg.FreshnessPolicy.cron(
            deadline_cron=f"{self.due.minute} {self.due.hour} * * *",
            lower_bound_delta=max(since_midnight, timedelta(minutes=1)),
            timezone=self.time_zone,
        )


class DeliveriesFile(TomlFile):
    """Takes the entries from `deliveries.toml`."""

    kind = "an entry of a log's deadline"

    def read(self) -> dict[str, Deadline]:
        """The deadline of each log that has one."""
        deadlines = {log: self._deadline(log) for log in LOGS if log in self._tables}
        self._expect_nothing_else()
        return deadlines

    def _deadline(self, log: str) -> Deadline:
        return Deadline(
            due=self._time(log, "due"),
            time_zone=self._time_zone(log, "time_zone"),
            since=self._since(log),
            without=frozenset(self._days(log, "without")),
        )

    def _time(self, log: str, entry: str) -> time:
        value = self._take(log, entry)
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            self._refuse(log, entry, f"{_shown(value)} is not a time", 'Write it as text, such as "08:00"')
        return time.fromisoformat(value)

    def _time_zone(self, log: str, entry: str) -> str:
        value = self._taken_or(log, entry, "UTC")
        try:
            return ZoneInfo(value).key
        except (TypeError, ValueError, OSError, KeyError):
            remedy = 'Use a name of the IANA database, such as "Asia/Ho_Chi_Minh"'
            self._refuse(log, entry, f"{_shown(value)} is not a time zone", remedy)

    def _since(self, log: str) -> date | None:
        value = self._taken_or(log, "since", None)
        return None if value is None else self._day(log, "since", value)

    def _days(self, log: str, entry: str) -> list[date]:
        value = self._taken_or(log, entry, [])
        if not isinstance(value, list):
            self._refuse(log, entry, f"{_shown(value)} is not a list", "Write it as a list of days: [2022-04-12]")
        return [self._day(log, entry, day) for day in value]

    def _day(self, log: str, entry: str, value: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            self._refuse(log, entry, f"{_shown(value)} is not a day", "Write it as 2022-05-01, without quotes")
        return value


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, date | time) else repr(value)


def deadlines(folder: Path) -> Mapping[str, Deadline]:
    """The deadlines in a folder of reference data, by the folder of the log; none without the file.

    Raises BadReference.
    """
    path = folder / NAME
    return DeliveriesFile(path, {NAME: path.read_bytes()}).read() if path.exists() else {}
