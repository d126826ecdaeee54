"""A lake that Sail made is continued by Apache Spark, and taken as made by Sail again."""

import os
from datetime import date

import pytest

from tests.support import small_landing as small
from tests.support.commands import environment
from tests.support.homes import Home
from tests.support.modelled import assert_equal_to_model
from tests.support.processes import command
from tests.support.reach import CONTENT_DAY, WATCH_MONTH, items

pytestmark = [pytest.mark.system, pytest.mark.spark]

FIRST, SECOND = date(2022, 4, 1), date(2022, 4, 2)


def run_on_sail(home: Home) -> str:
    """What `c360 run` on Sail prints."""
    env = {**os.environ, **environment(home.root), "C360_ENGINE": "sail", "DAGSTER_HOME": str(home.root / "of-sail")}
    running = command("run", env=env, folder=home.root)
    out, errors = running.communicate()
    assert running.returncode == 0, out + errors
    return out


def test_each_engine_continues_what_the_other_made(home: Home) -> None:
    small.land_all(home.landing, (FIRST, SECOND), (FIRST,))
    assert "Made " in run_on_sail(home)
    small.land_content(home.landing, SECOND, small.WATCHED[:2])
    assert home.run().ok
    assert set(home.commits) == items(CONTENT_DAY, SECOND) | items(WATCH_MONTH, FIRST)
    assert_equal_to_model(home)
    assert "Nothing has changed" in run_on_sail(home)
