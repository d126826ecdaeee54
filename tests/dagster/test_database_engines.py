"""Dagster's databases are opened seldom, and a second instance reads what the first has written."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy.pool import NullPool

from c360_assets.contracts import dagster_private
from c360_assets.contracts.dagster_private import keep_connections, reuse_database_engines

pytestmark = pytest.mark.unit

ASSET = dg.AssetKey("a")


@contextmanager
def two_instances(folder: Path) -> Iterator[tuple[dg.DagsterInstance, dg.DagsterInstance]]:
    """Two over the same databases."""
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with (
        dg.DagsterInstance.from_config(str(folder)) as writing,
        dg.DagsterInstance.from_config(str(folder)) as other,
    ):
        yield writing, other


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the databases are that some tests share; each test has partitions of its own."""
    return tmp_path_factory.mktemp("dagster")


@pytest.fixture(scope="module")
def instances(folder: Path) -> Iterator[tuple[dg.DagsterInstance, dg.DagsterInstance]]:
    """Two over the shared databases."""
    reuse_database_engines()
    with two_instances(folder) as both:
        observe(both[0], 0)
        yield both


Instances = tuple[dg.DagsterInstance, dg.DagsterInstance]


def observe(instance: dg.DagsterInstance, number: int) -> None:
    """Writes one event."""
    instance.report_runless_asset_event(dg.AssetObservation(ASSET, partition=str(number)))


def observed(instance: dg.DagsterInstance) -> set[str | None]:
    """The partitions of the events that an instance finds."""
    return {record.partition_key for record in instance.fetch_observations(ASSET, limit=99).records}


def open_databases(folder: Path) -> list[Path]:
    """The databases below a folder that this process has open, once for each time."""
    found = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return [path for path in found if path.is_relative_to(folder) and path.name.endswith(".db")]


def test_few_engines_are_made_for_many_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = dagster_private.sqlite_event_log
    made: list[str] = []
    create = getattr(module.create_engine, "_create", module.create_engine)
    monkeypatch.setattr(module, "create_engine", lambda url, **options: made.append(url) or create(url, **options))
    reuse_database_engines()
    with two_instances(tmp_path) as (writing, other):
        for number in range(5):
            observe(writing, number)
        assert observed(other) == {"0", "1", "2", "3", "4"}
    assert len(made) == len(set(made))


def test_migrations_are_read_once_and_not_for_each_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reuse_database_engines()
    scripts = dagster_private.ScriptDirectory
    read: list[object] = []
    load = scripts._load_revisions
    monkeypatch.setattr(scripts, "_load_revisions", lambda script: read.append(script) or load(script))
    with two_instances(tmp_path) as (writing, _):
        for number in range(3):
            run = writing.create_run_for_job(dg.GraphDefinition(name=f"empty_{number}").to_job())
            writing.report_engine_event("an event", run)
    assert len({id(script) for script in read}) == len(read) <= 3, "those of runs, of events and of schedules"


def test_each_database_is_opened_once_while_connections_are_kept(
    instances: Instances, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, other = instances
    opened: list[object] = []
    connect = NullPool._do_get
    monkeypatch.setattr(NullPool, "_do_get", lambda pool: opened.append(pool) or connect(pool))
    with keep_connections():
        for number in range(10, 15):
            observe(writing, number)
            assert str(number) in observed(other), "others see each event at once"
        assert len(opened) == len(open_databases(folder)) > 0
        with keep_connections():
            observe(writing, 15)
        assert open_databases(folder), "the outer block still keeps them"
    assert open_databases(folder) == []
    assert not list(folder.rglob("*-wal")), "nothing is left beside a closed database"
    assert observed(other) >= {str(number) for number in range(10, 16)}


def test_another_thread_has_connections_of_its_own(instances: Instances, folder: Path) -> None:
    """SQLite refuses a connection that another thread has opened."""
    writing, other = instances
    with keep_connections():
        observe(writing, 20)
        thread = threading.Thread(target=observe, args=(writing, 21))
        thread.start()
        thread.join()
        observe(writing, 22)
    assert observed(other) >= {"20", "21", "22"}
    assert open_databases(folder) == []


def test_connections_are_closed_though_the_block_fails(instances: Instances, folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), keep_connections():
        observe(instances[0], 30) or observe(instances[0], 1 // 0)
    assert open_databases(folder) == []
