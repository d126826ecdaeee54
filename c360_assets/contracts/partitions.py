"""Days and months: the partitions of the tables, and which partitions of one table another one needs."""

import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal

import dagster as dg

from c360_assets.contracts.months import add_months as add_months
from c360_assets.contracts.months import last_day as last_day
from c360_assets.contracts.months import month_of as month_of

# Both are marked beta in Dagster 1.13. We know; users need not read it at every start.
for _beta in ("backfill_policy", "allow_nonexistent_upstream_partitions"):
    warnings.filterwarnings("ignore", message=f".*{_beta}.*", category=dg.BetaWarning)
# And so are partitions of checks: why they are used all the same is in docs/decisions/010-checks-by-partition.md.
warnings.filterwarnings("ignore", message=".*partitions_def on an AssetCheckSpec.*", category=dg.PreviewWarning)

Unit = Literal["day", "month"]
"""What one partition of a table is; unpartitioned tables have none."""


@dataclass(frozen=True)
class Partitions:
    """Which days and months there are: all from `first_day` (the first of a month) to the present.

    One day and one month ahead of the last whole ones: today's files can be loaded today, and a month can be made
    while it is under way.
    """

    first_day: date

    @cached_property
    def days(self) -> dg.DailyPartitionsDefinition:
        """The days, for Dagster."""
        return dg.DailyPartitionsDefinition(start_date=self.first_day.isoformat(), end_offset=1)

    @cached_property
    def months(self) -> dg.MonthlyPartitionsDefinition:
        """The months, for Dagster."""
        return dg.MonthlyPartitionsDefinition(start_date=self.first_day.isoformat(), end_offset=1)

    def definition(self, unit: Unit | None) -> dg.TimeWindowPartitionsDefinition | None:
        """Dagster's partitions for a unit."""
        if unit is None:
            return None
        return self.days if unit == "day" else self.months

    def missing_reason(self, day: date) -> str | None:
        """Why a day has no partition, and what to do; None where it has one."""
        if day < self.first_day:
            return f"is before the first day that is read, {self.first_day}: set C360_FIRST_DAY to read it"
        return None if self._has_begun(day) else "is in the future: name it by the day of its rows"

    def _has_begun(self, day: date) -> bool:
        """Whether there is a partition for a day by now. Time only adds days, so the newest one seen is remembered.

        Dagster takes a millisecond to find it, and a plan asks for each day of each table.
        """
        if day > self._newest_seen[0] and (newest := self.days.get_last_partition_key()):
            self._newest_seen[0] = date.fromisoformat(newest)
        return day <= self._newest_seen[0]

    @cached_property
    def _newest_seen(self) -> list[date]:
        return [date.min]


def shift(partition: date, unit: Unit, count: int) -> date:
    """The partition `count` units after the given one."""
    return add_months(partition, count) if unit == "month" else partition + timedelta(days=count)


@lru_cache(maxsize=1 << 14)  # a plan asks for the same windows for each table and each of its inputs
def window(partition: date, unit: Unit, first: int, last: int, of: Unit) -> tuple[date, date]:
    """The first and last partition, in units `of`, that lie in a window around a partition.

    `first` and `last` count in the unit of the partition itself: (-3, 0) of a month is it and three before.
    """
    start, end = shift(partition, unit, first), shift(partition, unit, last)
    if unit == "month" and of == "day":
        return start, last_day(end)
    return (month_of(start), month_of(end)) if of == "month" else (start, end)


@lru_cache(maxsize=1 << 16)
def between(first: date, last: date, unit: Unit) -> tuple[date, ...]:
    """All partitions from first to last."""
    found = []
    while first <= last:
        found.append(first)
        first = shift(first, unit, 1)
    return tuple(found)


def mapping(unit: Unit | None, of: Unit | None, first: int, last: int) -> dg.PartitionMapping | None:
    """Dagster's mapping for a window; upstream partitions before the first day or after today may not exist."""
    if of is None:
        return None
    if unit is None:
        return dg.AllPartitionMapping()
    return dg.TimeWindowPartitionMapping(
        start_offset=first, end_offset=last, allow_nonexistent_upstream_partitions=True
    )
