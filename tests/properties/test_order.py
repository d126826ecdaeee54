"""In whatever order and however often days are loaded, and wherever a run is stopped: the same tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360_assets.execution.runner import Outcome
from resources.lake.provenance import ProvenanceStore
from tests.strategies import dirty_landing
from tests.strategies.landed import LOGS
from tests.support.budget import budget
from tests.support.deliveries import deliver
from tests.support.homes import Home, new_home
from tests.support.modelled import assert_equal_to_model
from tests.support.reading import frames
from tests.support.unexamined import unexamined

pytestmark = pytest.mark.engine

LAST = dirty_landing(1, days=2, rows=30)
"""What lies in the landing zone in the end, after whatever happened."""
EARLIER = dirty_landing(4, days=2, rows=30)
"""Other contents for the same days."""
ITEMS = (*((log, day) for log in LOGS for day in LAST.days(log)), ("identity", None))


@dataclass(frozen=True)
class Stop:
    """Where a run is stopped: at its k-th commit, before or after the mark is set that tells of it."""

    commit: int
    marked: bool
    error: type[BaseException]


@dataclass(frozen=True)
class History:
    """How the landing zone came to be as it is: groups of items, a run after each; some landed otherwise at first.

    Its runs are all carried out by Dagster, or all without.
    """

    groups: tuple[tuple[tuple[str, date | None], ...], ...]
    otherwise: frozenset
    again: date | None
    stop: Stop | None
    through_dagster: bool = False

    def run(self, home: Home, **days: Any) -> Outcome:
        """One run of this history."""
        return (home.run if self.through_dagster else home.run_directly)(**days)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Any history of at most two runs before the last."""
    order = draw(st.permutations(ITEMS))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=1)))
    bounds = [0, *cuts, len(order)]
    groups = tuple(tuple(order[start:end]) for start, end in pairwise(bounds))
    stop = st.builds(
        Stop, st.integers(1, 25), st.booleans(), st.sampled_from((KeyboardInterrupt, SystemExit, RuntimeError))
    )
    return History(
        groups,
        frozenset(draw(st.sets(st.sampled_from(ITEMS), max_size=2))),
        draw(st.none() | st.sampled_from([day for _, day in ITEMS if day])),
        draw(st.none() | stop),
        draw(st.booleans()),
    )


class Stopping(list):
    """Notes commits; raises at one of them."""

    def __init__(self, stop: Stop) -> None:
        self.stop, self.seen = stop, 0

    def clear(self) -> None:
        """Goes on counting."""

    def append(self, item: Any) -> None:
        """Counts a commit."""
        self.seen += 1
        if self.seen == self.stop.commit:
            raise self.stop.error("stopped")
        super().append(item)


@contextmanager
def stopped(home: Home, stop: Stop | None) -> Iterator[None]:
    """Runs in this block are stopped at one commit; a stop that reaches us is expected."""
    if stop is None:
        yield
        return
    counting = Stopping(stop)
    with pytest.MonkeyPatch.context() as patch:
        if stop.marked:
            home.commits = counting
        else:
            write = ProvenanceStore.write

            def write_or_stop(provenances: ProvenanceStore, *args: Any) -> None:
                counting.append(args)
                write(provenances, *args)

            patch.setattr(ProvenanceStore, "write", write_or_stop)
        try:
            yield
        except BaseException:
            if counting.seen < stop.commit:
                raise
    home.commits = []


def live_through(home: Home, history: History) -> None:
    """Lands and runs as the history says, then once more with all that lies there in the end."""
    with stopped(home, history.stop):
        for group in history.groups:
            for log, day in group:
                deliver(home.landing, EARLIER if (log, day) in history.otherwise else LAST, log, day)
            history.run(home)
    for log, day in ITEMS:
        deliver(home.landing, LAST, log, day)
    if history.again:
        history.run(home, first=history.again, last=history.again, everything=True)
    assert not history.run(home).failed


NEWEST_FIRST = History((ITEMS[3:], ITEMS[1:3], ITEMS[:1]), frozenset(), None, None)
STOPPED = History((ITEMS,), frozenset(ITEMS[:2]), None, Stop(9, marked=False, error=KeyboardInterrupt), True)


def assert_gives_the_tables_of_the_model(history: History) -> None:
    """Lives through a history: the tables are those of the model, all have rows, and nothing is left to be made."""
    with new_home() as home:
        live_through(home, history)
        assert_equal_to_model(home)
        assert {name for name, rows in frames(home.lake).items() if not rows.height} == set()
        assert home.run().runs == 0


@pytest.mark.slow  # shorter histories are in every run
@pytest.mark.parametrize("history", [NEWEST_FIRST, STOPPED], ids=["newest first", "stopped in Dagster"])
def test_a_long_history_gives_the_tables_of_one_clean_load(history: History) -> None:
    assert_gives_the_tables_of_the_model(history)


@given(histories())
@budget(2, long=40)
def test_any_history_gives_the_tables_of_one_clean_load(history: History) -> None:
    with unexamined():
        assert_gives_the_tables_of_the_model(history)
