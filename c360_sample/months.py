"""A small population over many months: customers join, drift away, come back, and watch more or less than before.

What a customer does in a month depends on the seed and on the month, as in the other samples. The tables that compare
months (lifecycle, watch_trend, rfm, retention, keyword_demand) have something to say about such a sample.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, date
from functools import cached_property
from pathlib import Path

import numpy as np

from c360_sample.chance import Whole, chance, hashes, key_of, part, pick
from c360_sample.population import Flags, Population
from c360_sample.sample import SampleError, SampleSummary, claim, save_content, save_identity, save_searches

CONTRACTS = 600
USERS = 500
SEARCH_DAYS = 14
"""Searches land on the first days of a month, as they do in reality."""
_THERE_AT_FIRST = chance(0.45)
_JOINING_MONTHS = 13
# Whether a customer stays: for good, leaves for good, leaves and comes back, pauses every few months.
_STAYS, _LEAVES, _RETURNS, _PAUSES = range(4)
_LOYALTIES = (45, 25, 20, 10)
# How much it watches, month after month: the same, less and less, more and more, now more and now less.
_STEADY, _FADES, _GROWS, _SWINGS = range(4)
_COURSES = (50, 18, 12, 20)
# Content rows per day and 100 customers who are there, by weekday.
_ROWS_OF_100 = (50, 48, 48, 50, 56, 64, 62)
_SEARCHES_OF_100 = 24


@dataclass(frozen=True)
class PopulationOfMonth(Population):
    """The population as it is in one month. `number` is that of the month, counted from the sample's first."""

    number: int

    def away(self, month: date) -> Flags:
        """Contracts that have not joined yet, and those that have left or pause."""
        since, drawn = self._months_since_joining, self._draw("loyalty", self.contracts)
        loyalty = pick(drawn, _LOYALTIES)
        stay = 1 + part(drawn, 0) % 6
        absence = 1 + part(drawn, 1) % 6
        gone: Flags = (loyalty == _LEAVES) & (since >= stay)
        gone |= (loyalty == _RETURNS) & (since >= stay) & (since < stay + absence)
        gone |= (loyalty == _PAUSES) & (since % 4 == 3)
        gone |= since < 0
        return gone

    @cached_property
    def activity(self) -> Whole:
        """The chance, out of 65,536, of watching on a day; it falls for those who fade."""
        activity = super().activity
        fading: Whole = np.maximum(activity * self._percent // 100, 900)
        return np.where(self._course == _FADES, fading, activity)

    @cached_property
    def level_seconds(self) -> Whole:
        """Seconds that a device is watched on an ordinary day of this month."""
        level: Whole = np.maximum(super().level_seconds * self._percent // 100, 30)
        return level

    @cached_property
    def _months_since_joining(self) -> Whole:
        drawn = self._draw("joining", self.contracts)
        joined = np.where(part(drawn, 0) < _THERE_AT_FIRST, 0, 1 + part(drawn, 1) % _JOINING_MONTHS)
        since: Whole = self.number - joined
        return since

    @cached_property
    def _course(self) -> Whole:
        return pick(self._draw("course", self.contracts), _COURSES)

    @cached_property
    def _percent(self) -> Whole:
        """What is watched in this month, in percent of the customer's usual."""
        since, course = np.clip(self._months_since_joining, 0, 6), self._course
        swing = part(hashes(key_of("swing", self.seed, self.number), np.arange(self.contracts)), 0) % 3
        by_course = (
            np.full(self.contracts, 100),
            np.array((100, 80, 60, 40, 20, 10, 5))[since],
            np.array((30, 40, 60, 80, 110, 140, 180))[since],
            np.array((30, 100, 250))[swing],
        )
        return np.choose(course, by_course)


def write_months(
    out: Path,
    first: date,
    months: int,
    days: int,
    seed: int,
    progress: Callable[[str], None] = lambda text: None,
) -> SampleSummary:
    """The first `days` days of each of `months` months from the month of `first` on, and the links between accounts."""
    if months < 1 or days < 1:
        raise SampleError("months and days must be 1 or more. Correct them.")
    if first.year + (first.month + months) // 12 >= MAXYEAR:
        raise SampleError(f"{months:,} months from {first} on reach beyond the calendar. Choose fewer.")
    claim(out)
    written, links = save_identity(out, Population(seed, CONTRACTS, USERS))
    content_rows = searches = 0
    day = first
    for number in range(months):
        month = _month_after(first, number)
        population = PopulationOfMonth(seed, CONTRACTS, USERS, number)
        there = int((~population.away(month)).sum())
        for of_month in range(1, min(days, monthrange(month.year, month.month)[1]) + 1):
            day = month.replace(day=of_month)
            rows = there * _ROWS_OF_100[day.weekday()] // 100
            written += save_content(out, population, day, rows, "json.gz")
            content_rows += rows
            if of_month <= SEARCH_DAYS:
                wanted = USERS * _SEARCHES_OF_100 // 100 + key_of("searches", str(day)) % 40
                written += save_searches(out, population, day, wanted, "parquet")
                searches += wanted
        progress(f"{month:%Y-%m}: {there:,} customers ({number + 1} of {months} months)")
    return SampleSummary(
        out=out,
        first_day=_month_after(first, 0),
        last_day=day,
        content_rows=content_rows,
        searches=searches,
        links=links,
        files=len(written),
        size_bytes=sum(path.stat().st_size for path in written),
    )


def _month_after(first: date, number: int) -> date:
    whole = first.year * 12 + first.month - 1 + number
    return date(whole // 12, whole % 12 + 1, 1)
