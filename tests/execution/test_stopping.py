"""Ctrl-C stops all that is still to be made; what was made stays, and the next run makes the rest."""

import signal
from datetime import date
from typing import Any

import pytest

from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.modelled import assert_equal_to_model

pytestmark = pytest.mark.engine

DAY = date(2022, 4, 1)
COMMITS = 4


class Interrupting(list):
    """Notes commits; at one of them somebody presses Ctrl-C."""

    def clear(self) -> None:
        """Goes on counting."""

    def append(self, item: Any) -> None:
        """Counts a commit."""
        super().append(item)
        if len(self) == COMMITS:
            signal.raise_signal(signal.SIGINT)


def test_an_interrupt_stops_the_run_and_the_next_makes_the_rest(home: Home) -> None:
    small.land_all(home.landing, (DAY,), ())
    home.commits = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        home.run()
    stopped = list(home.commits)
    assert len(stopped) == COMMITS

    home.commits = []
    assert home.run().ok
    assert set(home.commits) & set(stopped) <= {stopped[-1]}, (
        "only the commit that was interrupted may have no provenance"
    )
    assert len(home.commits) > 1
    assert_equal_to_model(home)
