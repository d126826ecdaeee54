"""Several processes write one lake at once: what was acknowledged is there, and nobody sees half a partition."""

import os
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from c360_assets.maintenance.upkeep import upkeep
from c360_assets.tables import TABLES
from resources.lake.provenance import Provenance, ProvenanceStore
from tests.reliability.writing import CLICKS, SHARED, own_day, torn_days, write
from tests.support import small_landing as small
from tests.support.budget import IS_LONG, ON_BOTH_IF_LONG
from tests.support.homes import ENGINE, Home
from tests.support.processes import Running, command, start
from tests.support.reading import differing, frame

pytestmark = [pytest.mark.system, *ON_BOTH_IF_LONG]

WRITERS = 4
COMMITS = 100 if IS_LONG and ENGINE == "sail" else 10
DAYS = tuple(date(2022, 4, day) for day in range(1, 4))


def test_no_acknowledged_write_is_lost_beside_readers_and_upkeep(tmp_path: Path) -> None:
    """With C360_ENGINE=spark every second writer is Spark, the others are Sail."""
    writers = [
        start(write, str(tmp_path), engine, name, COMMITS, env=os.environ, folder=tmp_path.with_name(f"writer-{name}"))
        for name, engine in enumerate(["sail", ENGINE] * (WRITERS // 2))
    ]
    halves, kept_up = [], 0
    while any(writer.poll() is None for writer in writers):
        if not DeltaTable.is_deltatable(str(tmp_path / CLICKS.name)):
            continue
        halves += torn_days(pl.scan_delta(str(tmp_path / CLICKS.name)).collect())
        done = upkeep(str(tmp_path), CLICKS.name, "log_date")
        kept_up += done is not None and done.problem is None
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    assert halves == []
    assert kept_up > 0

    acknowledged = [line.split() for writer in writers for line in writer.communicate()[0].splitlines()]
    assert len(acknowledged) == WRITERS * COMMITS
    committed = [commit.get("userMetadata") for commit in DeltaTable(str(tmp_path / CLICKS.name)).history()]
    assert sorted(write for write in committed if write and "-" in write) == sorted(row[1] for row in acknowledged)
    held = dict(frame(tmp_path, CLICKS.name).select("log_date", "write").unique().rows())
    newest = {row[1]: place for place, row in enumerate(acknowledged)}
    assert {day: held[day] for day in map(own_day, range(WRITERS))} == {
        own_day(name): f"{name}-{COMMITS - 2}" for name in range(WRITERS)
    }
    assert held[SHARED] in newest
    assert committed.index(held[SHARED]) == min(
        committed.index(row[1]) for row in acknowledged if row[0] == f"{SHARED}"
    )


def test_runs_at_once_end_as_one_run_would(home_in: Callable[..., Home]) -> None:
    """Two that share a day, and in long tests one over all days: the month is written by all of them."""
    serial = home_in("serial")
    small.land_all(serial.landing, DAYS, DAYS[:1])
    assert serial.run_directly().ok
    expected = {table: frame(serial.lake, table) for table in TABLES}
    home = home_in("many", landing=serial.landing)
    spans = ((0, 1), (1, 2), (0, 2)) if IS_LONG else ((0, 1), (1, 2))
    runs = [run_of(home, name, DAYS[first], DAYS[last]) for name, (first, last) in enumerate(spans)]
    halves: list[str] = []
    while any(run.poll() is None for run in runs):
        halves += halves_of_days(home.lake, expected["clean_content"])
        time.sleep(0.1)
    assert halves == []
    told = "\n".join(text for run in runs for text in run.communicate())
    assert "failed" not in told, told
    days = [table for table, contract in TABLES.items() if contract.unit != "month"]
    assert [table for table in days if not frame(home.lake, table).equals(expected[table])] == []

    assert home.run_directly().ok
    assert differing(home.lake, serial.lake) == []
    assert home.run().planned == 0


def run_of(home: Home, name: int, first: date, last: date) -> Running:
    """`c360 run` over some days, with a Dagster home of its own."""
    places = {"C360_LANDING": home.landing, "C360_LAKE": home.lake, "DAGSTER_HOME": home.root / f"dagster-{name}"}
    env = {**os.environ, **{key: str(path) for key, path in places.items()}}
    return command("run", "--from", str(first), "--to", str(last), env=env, folder=home.root / f"run-{name}")


def halves_of_days(lake: Path, expected: pl.DataFrame) -> list[str]:
    """The days that are there, but not whole."""
    if not DeltaTable.is_deltatable(str(lake / "clean_content")):
        return []
    now = frame(lake, "clean_content")
    return [
        str(day)
        for day in now["log_date"].unique()
        if not now.filter(pl.col("log_date") == day).equals(expected.filter(pl.col("log_date") == day))
    ]


@pytest.mark.parametrize("seconds", [1])
def test_writers_of_one_mark_do_not_stumble_over_each_other(tmp_path: Path, seconds: float) -> None:
    """As processes do: each sets it, takes it away and reads it, and any of them may be faster."""
    errors: list[Exception] = []
    end = time.monotonic() + seconds

    def work(name: int) -> None:
        provenances = ProvenanceStore(str(tmp_path))
        try:
            while time.monotonic() < end:
                provenances.forget("clicks", SHARED)
                provenances.write("clicks", SHARED, Provenance(f"version {name}", name))
                for provenance in provenances.read("clicks").values():
                    assert provenance.data_version == f"version {provenance.rows}"
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=work, args=(name,)) for name in range(WRITERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    provenances = ProvenanceStore(str(tmp_path))
    assert provenances.get("clicks", SHARED)
    assert provenances.before("clicks", SHARED)
    assert {path.suffix for path in (tmp_path / "clicks" / "_c360").rglob("*") if path.is_file()} == {".json"}
