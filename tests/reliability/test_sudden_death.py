"""A run killed at any point: no reader sees half a partition, and the same command again makes all as if nothing had been."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from c360_assets.maintenance.upkeep import upkeep
from c360_assets.tables import TABLES
from resources.lake.provenance import ProvenanceStore
from tests.reliability import dying
from tests.reliability.conftest import Change
from tests.reliability.dying import AT_A_TIME, POINTS, take_notes
from tests.support.budget import IS_LONG, ON_BOTH_IF_LONG
from tests.support.homes import ENGINE, Home
from tests.support.processes import start
from tests.support.reading import frames, left_over

pytestmark = [pytest.mark.system, *ON_BOTH_IF_LONG]

KILLS = (
    ("before the data", "raw_content"),
    ("after the data", "clean_content"),
    ("after the commit", "clean_search"),
    ("in the mark", "ledger_content"),
    ("after the mark", "watch_metrics"),
    ("before the checks", "customer360"),
)
"""In the order of the data, so that one lake can go through all of them."""
READ_MEANWHILE = ("raw_content", "clean_content", "customer360")


@pytest.fixture
def home(tmp_path: Path, change: Change) -> Iterator[Home]:
    """The lake before the change, the landing zone after it, and Dagster's records in files that outlive a process."""
    change.start(tmp_path)
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        yield Home(tmp_path, tmp_path / "landing", tmp_path / "lake", instance)


def run_and_die(home: Home, change: Change, *words: str | float) -> bool:
    """Runs the command in a process of its own, with somebody reading all the while. Returns whether it was killed."""
    places = {"C360_LANDING": home.landing, "C360_LAKE": home.lake, "DAGSTER_HOME": home.root / "dagster"}
    env = {**os.environ, **{name: str(path) for name, path in places.items()}}
    process = start(dying.run, home.root / "notes", *words, env=env, folder=home.root)
    while process.poll() is None:
        assert change.halves(home.lake, READ_MEANWHILE) == []
        time.sleep(0.2)
    assert process.returncode in (0, -signal.SIGKILL), process.communicate()
    return process.returncode != 0


def unchecked(notes: Path) -> list[str]:
    """The partitions that were not checked after they were last committed."""
    checked: dict[str, bool] = {}
    for line in notes.read_text().splitlines():
        what, item = line.split(" ", 1)
        if what == "commit" or item in checked:
            checked[item] = what == "check"
    return [item for item, is_checked in checked.items() if not is_checked]


def assert_healed(home: Home, change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds after a killed run and after the same command again."""
    assert change.halves(home.lake) == []
    with monkeypatch.context() as patched:
        take_notes(home.root / "notes", patched.setattr)
        assert home.run_directly().ok
    now = frames(home.lake)
    assert [table for table in TABLES if not now[table].equals(change.after[table])] == []
    provenances = ProvenanceStore(str(home.lake))
    assert not [table for table in TABLES for provenance in provenances.read(table).values() if provenance.failed_check]
    for table in TABLES:
        upkeep(str(home.lake), table, TABLES[table].partition_column, retention_hours=0)
    assert left_over(home.lake) == []
    assert home.run_directly().planned == 0
    now = frames(home.lake)
    assert [table for table in TABLES if not now[table].equals(change.after[table])] == []
    assert unchecked(home.root / "notes") == []


def any_time(seed: int) -> tuple[str, str, float]:
    """Some time after some table's first commit: so a slow machine is not killed before it has begun."""
    choose = random.Random(seed)
    return AT_A_TIME, choose.choice(list(TABLES)), choose.uniform(0, 0.4)


CHAINS = {
    "the first points": KILLS[:3],
    "the last points": KILLS[3:],
    "any time": tuple(any_time(seed) for seed in range(2 if IS_LONG else 1)),
}
IN_EVERY_RUN = ("the first points", "the last points")
if IS_LONG:
    CHAINS |= {point: ((point, table),) for point, table in KILLS}
    CHAINS |= {f"time {seed}": (any_time(seed),) for seed in range(100, 140 if ENGINE == "sail" else 108)}


def test_all_points_are_tried() -> None:
    assert [point for point, _ in KILLS] == list(POINTS)


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(kills, id=name, marks=() if name in IN_EVERY_RUN else pytest.mark.slow)
        for name, kills in CHAINS.items()
    ],
)
def test_a_killed_run_is_healed_by_the_next(
    home: Home, change: Change, monkeypatch: pytest.MonkeyPatch, kills: tuple[tuple[str | float, ...], ...]
) -> None:
    """One lake, killed again and again; each run takes up what the one before left. A time may come too late."""
    for kill in kills:
        assert run_and_die(home, change, *kill) or kill[0] == AT_A_TIME, kill
        assert change.halves(home.lake) == []
    assert_healed(home, change, monkeypatch)
