"""Upkeep changes no row, takes nothing that is in use, and takes all that is not."""

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import polars as pl
import pytest
from deltalake import DeltaTable

from c360_assets.automation.table_upkeep import UPKEEP_SCHEDULE, table_upkeep
from c360_assets.commands import upkeep as upkeep_command
from c360_assets.contracts.table_asset import PartitionMaker
from c360_assets.landing.raw_content import raw_content
from c360_assets.maintenance import upkeep as module
from c360_assets.maintenance.history import history
from c360_assets.maintenance.upkeep import (
    FLOOR_HOURS,
    RETENTION_HOURS,
    TableUpkeep,
    check_retention,
    upkeep,
)
from c360_assets.planning.plan import DayRange
from c360_assets.privacy.purge import purge
from c360_assets.tables import TABLES
from resources.errors import ErasureRefused, RetentionTooShort
from resources.lake.tables import Lake
from resources.settings import PROJECT
from tests.support import small_landing as small
from tests.support.homes import Home, engine
from tests.support.reading import differing, frames

pytestmark = pytest.mark.engine

DAY = date(2022, 4, 1)
OLD = time.time() - 400 * 3600


def keep_up(lake: Path, table: str, **options) -> TableUpkeep:
    """Upkeep of a table that is there."""
    done = upkeep(str(lake), table, TABLES[table].partition_column, **options)
    assert done is not None
    return done


def age(path: Path) -> Path:
    """Lets a file lie untouched since before the retention."""
    os.utime(path, (OLD, OLD))
    return path


def data_files(lake: Path, table: str) -> set[str]:
    """The parquet files that lie there, in use or not."""
    return {path.name for path in (lake / table).rglob("*.parquet") if "_delta_log" not in path.parts}


def test_no_row_changes_and_each_partition_becomes_one_file(made: Home, made_once: Home) -> None:
    for table in TABLES:
        done = keep_up(made.lake, table)
        assert done.problem is None
        partitions = {row.get(TABLES[table].partition_column) for row in made.rows(table)}
        assert done.files_after == len(partitions) <= done.files_before
    assert differing(made.lake, made_once.lake) == []
    assert made.run_directly().ok
    assert made.commits == []


@pytest.mark.parametrize("table", ["taste", "clean_search"])
def test_compacted_files_tell_no_extremes_of_doubles_and_times(made: Home, table: str) -> None:
    """Sail would take such a value from the log, where it is not exact."""
    keep_up(made.lake, table)
    delta = DeltaTable(str(made.lake / table))
    assert delta.history(1)[0]["operation"] == "OPTIMIZE"
    logged = (made.lake / table / "_delta_log" / f"{delta.version():020}.json").read_text().splitlines()
    stats = [json.loads(action["add"]["stats"]) for line in logged if "add" in (action := json.loads(line))]
    inexact = {column.name for column in TABLES[table].columns if column.type in ("double", "timestamp")}
    assert inexact
    assert stats
    for one in stats:
        assert one["minValues"]
        assert not inexact & {*one["minValues"], *one["maxValues"]}


def test_the_engine_reads_compacted_doubles_and_times_as_they_were(made: Home, made_once: Home) -> None:
    for table in ("taste", "clean_search", "customer360"):
        contract = TABLES[table]
        keep_up(made.lake, table)
        after = Lake(str(made.lake), engine()).read(contract).collect()
        before = Lake(str(made_once.lake), engine()).read(contract).collect()
        assert sorted(map(repr, after)) == sorted(map(repr, before))


def test_files_out_of_use_go_after_the_retention_and_not_before(made: Home) -> None:
    small.land_content(made.landing, DAY, small.WATCHED[:2])
    assert made.run_directly().ok
    expected = frames(made.lake)
    before = data_files(made.lake, "clean_content")
    done = keep_up(made.lake, "clean_content")
    assert done.removed_files == 0
    assert before < data_files(made.lake, "clean_content")
    assert done.versions == DeltaTable(str(made.lake / "clean_content")).version() + 1

    checksums = {f".{name}.crc" for name in before} & {
        path.name for path in (made.lake / "clean_content").rglob("*.crc")
    }
    done = keep_up(made.lake, "clean_content", retention_hours=0)
    assert done.removed_files == len(before | checksums)  # Spark on a local disk writes a checksum beside each file
    assert done.freed_bytes > 0
    assert not before & data_files(made.lake, "clean_content")
    assert done.versions < DeltaTable(str(made.lake / "clean_content")).version()
    after = frames(made.lake)
    assert all(after[table].equals(rows) for table, rows in expected.items())


def test_a_second_call_does_nothing(made: Home) -> None:
    keep_up(made.lake, "clean_content", retention_hours=0)
    version = DeltaTable(str(made.lake / "clean_content")).version()
    done = keep_up(made.lake, "clean_content", retention_hours=0)
    assert (done.files_before, done.removed_files, done.freed_bytes) == (done.files_after, 0, 0)
    assert DeltaTable(str(made.lake / "clean_content")).version() == version


LEFT_BY_KILLED_WRITERS = (
    "log_date=2022-04-01/part-00000-never-committed.parquet",
    "log_date=2022-04-01/part-00001-half.parquet#3",
    "_delta_log/00000000000000000099.json#1",
    "_delta_log/.00000000000000000099.json.5f.tmp",
    "_c360/2022-04-01.json.new",
    "log_date=2022-04-01/.part-00000-gone.parquet.crc",
)


def test_what_killed_writers_left_goes_once_it_is_old(made: Home) -> None:
    table = made.lake / "clean_content"
    left = [table / name for name in LEFT_BY_KILLED_WRITERS]
    for path in left:
        path.write_bytes(b"half")
    provenances = sorted((table / "_c360").glob("*.json"))
    assert keep_up(made.lake, "clean_content").removed_files == 0
    assert all(path.exists() for path in left), "a writer may still be at work on them"
    for path in (*left, *provenances, *table.rglob("*.parquet")):
        age(path)
    assert keep_up(made.lake, "clean_content").removed_files >= len(left)
    assert not [path for path in left if path.exists()]
    assert sorted((table / "_c360").glob("*.json")) == provenances


def test_the_expired_log_goes_and_the_table_is_read_from_the_checkpoint(made: Home, made_once: Home) -> None:
    table = made.lake / "clean_content"
    for path in (table / "_delta_log").iterdir():
        os.utime(path, (time.time() - 40 * 86400,) * 2)
    newest = DeltaTable(str(table)).version()
    keep_up(made.lake, "clean_content")
    left = {path.name for path in (table / "_delta_log").iterdir()}
    assert not {f"{version:020}.json" for version in range(newest)} & left
    assert not {f"{version:020}.crc" for version in range(newest)} & left
    assert "_last_checkpoint" in left
    assert made.planner.plan(DayRange()).stale == []
    assert differing(made.lake, made_once.lake) == []


def test_a_dry_run_changes_nothing_and_tells_what_would_go(made: Home) -> None:
    orphan = made.lake / "clean_content" / LEFT_BY_KILLED_WRITERS[0]
    orphan.write_bytes(b"half")
    age(orphan)
    before = {path: path.stat().st_mtime_ns for path in made.lake.rglob("*")}
    told = keep_up(made.lake, "clean_content", dry_run=True)
    assert {path: path.stat().st_mtime_ns for path in made.lake.rglob("*")} == before
    done = keep_up(made.lake, "clean_content")
    assert (told.files_after, told.removed_files, told.freed_bytes) == (done.files_after, 1, 4)


def test_a_table_never_made_is_passed_over(tmp_path: Path) -> None:
    assert upkeep(str(tmp_path), "taste", "month") is None


def test_upkeep_gives_way_to_writers_that_are_faster(made: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try meets a writer that replaced a partition meanwhile: real conflicts, nothing lost."""
    compact, waits = module._compact, []
    lake, contract = Lake(str(made.lake), engine()), TABLES["clean_content"]
    rows = lake.read(contract, DAY, DAY).drop("log_date").toPandas()
    session = engine().session
    loaded = DeltaTable

    class Overtaken(loaded):
        """A table on which somebody else commits between loading and compacting it."""

        @property
        def optimize(self):
            frame = session.createDataFrame(rows, schema=lake.read(contract).drop("log_date").schema)
            lake.write(contract, DAY, frame, "the faster one")
            return super().optimize

    expected = frames(made.lake)
    monkeypatch.setattr(module, "readable_table", Overtaken)
    assert "other writers were faster" in str(compact(str(made.lake / "clean_content"), waits.append))
    assert len(waits) == 5
    monkeypatch.undo()
    after = frames(made.lake)
    assert all(after[table].equals(rows) for table, rows in expected.items())
    assert compact(str(made.lake / "clean_content"), waits.append) is None


def test_files_gone_from_the_newest_version_are_told(made: Home) -> None:
    next(iter((made.lake / "clean_content").rglob("log_date=*/*.parquet"))).unlink()
    done = keep_up(made.lake, "clean_content", dry_run=True)
    assert done.problem is not None
    assert "1 data files of the newest version are gone" in done.problem


@pytest.mark.parametrize(
    ("hours", "short", "alone", "told"),
    [
        (RETENTION_HOURS, False, False, None),
        (RETENTION_HOURS - 1, False, False, "add --short"),
        (RETENTION_HOURS - 1, True, False, None),
        (FLOOR_HOURS - 1, True, False, "--alone"),
        (0, False, True, None),
        (-1, True, True, "from 0 to"),
        (float("nan"), True, True, "from 0 to"),
        (float("inf"), True, True, "from 0 to"),
    ],
)
def test_a_short_retention_is_refused_unless_it_is_meant(hours, short, alone, told) -> None:
    if told is None:
        check_retention(hours, short, alone)
        return
    with pytest.raises(RetentionTooShort, match=told):
        check_retention(hours, short, alone)


def test_scratch_of_killed_spark_sessions_goes_once_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new, other = (tmp_path / name for name in ("c360-spark-old", "c360-spark-new", "other"))
    for path in (old, new, other):
        (path / "warehouse").mkdir(parents=True)
    age(old)
    age(other)
    assert upkeep_command.remove_scratch(RETENTION_HOURS, dry_run=True) == 1
    assert old.exists()
    assert upkeep_command.remove_scratch(RETENTION_HOURS, dry_run=False) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c360-spark-new", "other"]


def test_scratch_of_a_running_spark_session_stays_however_old(tmp_path: Path) -> None:
    told = [
        sys.executable,
        "-c",
        "from resources.engine.scratch import scratch_folder; print(scratch_folder(), flush=True); input()",
    ]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    owner = subprocess.Popen(
        told, env=environment, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder = Path(owner.stdout.readline().strip())
    age(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tempfile.tempdir", str(tmp_path))
        assert upkeep_command.remove_scratch(0, dry_run=False) == 0
        assert folder.exists()
        owner.kill()
        owner.wait()
        assert upkeep_command.remove_scratch(0, dry_run=False) == 1
    assert not folder.exists()


def test_the_job_tells_its_figures_on_each_table(made: Home) -> None:
    definitions = made.definitions()
    result = definitions.resolve_job_def(table_upkeep.name).execute_in_process(instance=made.instance)
    events = result.filter_events(lambda event: event.event_type == dg.DagsterEventType.ASSET_OBSERVATION)
    told = [event.asset_observation_data.asset_observation for event in events]
    assert {one.asset_key.path[-1] for one in told} == set(TABLES)
    for one in told:
        assert one.metadata["files_after"].value <= one.metadata["files_before"].value
        assert one.metadata["versions_kept"].value > 0


def test_the_job_refuses_a_retention_under_the_floor(made: Home) -> None:
    job = made.definitions().resolve_job_def(table_upkeep.name)
    config = {"ops": {"keep_tables_up": {"config": {"retention_hours": 1}}}}
    with pytest.raises(dg.Failure, match="use 24 or more"):
        job.execute_in_process(instance=made.instance, run_config=config)


def test_the_job_names_a_table_that_does_not_exist(made: Home) -> None:
    job = made.definitions().resolve_job_def(table_upkeep.name)
    config = {"ops": {"keep_tables_up": {"config": {"tables": ["taste", "taist"]}}}}
    with pytest.raises(dg.Failure, match=r"^taist: no such table"):
        job.execute_in_process(instance=made.instance, run_config=config)


def test_the_schedule_is_off_until_it_is_switched_on() -> None:
    assert UPKEEP_SCHEDULE.default_status == dg.DefaultScheduleStatus.STOPPED


def test_versions_that_can_be_restored_are_those_whose_files_are_there(home: Home) -> None:
    raw = PartitionMaker(raw_content, SimpleNamespace(**(home.definitions().resources or {})))
    for number in range(3):
        small.land_content(home.landing, DAY, small.WATCHED[: number + 1])
        raw.make(DAY, "")
    uri = str(home.lake / "raw_content")
    assert [(one.number, one.rows, one.missing) for one in history(uri, "log_date")] == [
        (3, 3, 0),
        (2, 2, 0),
        (1, 1, 0),
        (0, None, 0),
    ]
    keep_up(home.lake, "raw_content", retention_hours=0)
    by_number = {one.number: one.is_restorable for one in history(uri, "log_date")}
    assert by_number[0]
    assert not any(by_number[number] for number in (1, 2))
    assert pl.scan_delta(uri).collect().height == 3


def test_a_link_in_a_table_keeps_everything_where_it_is(made: Home, tmp_path: Path) -> None:
    """What it leads to is somebody else's: Delta's vacuum would follow it."""
    others = tmp_path / "others"
    others.mkdir()
    for name in ("data.parquet", ".left.new", "notes.json"):
        (others / name).write_text("theirs")
        os.utime(others / name, (0, 0))
    link = made.lake / "clean_content" / "extra"
    link.symlink_to(others)
    done = upkeep(str(made.lake), "clean_content", "log_date", retention_hours=0)
    assert done is not None
    assert done.problem is not None
    assert "extra is a link" in done.problem
    with pytest.raises(ErasureRefused, match="clean_content/extra is a link"):
        purge(str(made.lake), "clean_content", "c360 erase", "2022-05-01")
    assert sorted(path.name for path in others.iterdir()) == [".left.new", "data.parquet", "notes.json"]
    link.unlink()
    assert purge(str(made.lake), "clean_content", "c360 erase", "2022-05-01").table == "clean_content"
