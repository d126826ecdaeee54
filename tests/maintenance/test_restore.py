"""A restored table holds what it held; nothing passes for what it is not; the next run heals, and says so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from c360_assets.maintenance.restore import differences, restore, restored
from c360_assets.maintenance.upkeep import upkeep
from c360_assets.tables import TABLES
from resources.errors import NotRestorable
from resources.lake.provenance import ProvenanceStore
from tests.support import small_landing as small
from tests.support.commands import environment, quick_process
from tests.support.homes import Home
from tests.support.lakes import copy_of
from tests.support.reading import differing, frame

pytestmark = pytest.mark.engine

APRIL = small.APRIL


@pytest.fixture(scope="module")
def changed_once(made_once: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A lake whose first day was made twice: the first time with all rows. Not to be changed."""
    with copy_of(made_once, tmp_path_factory.mktemp("changed")) as home:
        small.land_content(home.landing, APRIL, small.WATCHED[:2])
        assert home.run_directly().ok
        yield home


@pytest.fixture
def changed(changed_once: Home, tmp_path: Path) -> Iterator[Home]:
    """A copy of it, to change."""
    with copy_of(changed_once, tmp_path) as home:
        yield home


def newest(home: Home, table: str) -> int:
    """The newest version of a table."""
    return DeltaTable(str(home.lake / table)).version()


def put_back(home: Home, table: str, versions: int = 1) -> list:
    """Restores a table by so many versions; the partitions that changed."""
    return restore(str(home.lake), table, TABLES[table].partition_column, newest(home, table) - versions)


def test_a_restored_table_holds_the_rows_it_held(changed: Home, made_once: Home) -> None:
    assert not frame(changed.lake, "clean_content").equals(frame(made_once.lake, "clean_content"))
    found = put_back(changed, "clean_content")
    assert [(one.partition, one.rows_now, one.rows_then) for one in found] == [(APRIL, 2, 4)]
    assert frame(changed.lake, "clean_content").equals(frame(made_once.lake, "clean_content"))
    assert restored(ProvenanceStore(str(changed.lake)), TABLES) == {("clean_content", APRIL)}
    assert DeltaTable(str(changed.lake / "clean_content")).history(1)[0]["operation"] == "RESTORE"


def test_the_next_run_makes_what_was_restored_again_and_only_that(changed: Home) -> None:
    expected = frame(changed.lake, "clean_content")
    put_back(changed, "clean_content")
    assert changed.run_directly().ok
    assert changed.commits == [("clean_content", APRIL)]
    assert frame(changed.lake, "clean_content").equals(expected)
    assert restored(ProvenanceStore(str(changed.lake)), TABLES) == set()
    assert changed.run_directly().planned == 0


def test_a_restored_day_that_no_longer_lies_there_stays_and_all_else_is_made_from_it(
    changed: Home, made_once: Home
) -> None:
    small.content_path(changed.landing, APRIL).unlink()
    put_back(changed, "raw_content")
    assert changed.run_directly().ok
    assert ("raw_content", APRIL) not in changed.commits
    assert {("clean_content", APRIL), ("customer360", APRIL)} <= set(changed.commits)
    assert differing(changed.lake, made_once.lake) == []
    assert changed.run_directly().planned == 0
    DeltaTable(str(changed.lake / "raw_content")).delete("log_date = '2022-04-01' and contract = '0'")
    (told,) = changed.run_directly().problems
    assert told.startswith(f"raw_content {APRIL}: changed outside Customer360"), "it is watched like any other day"


def test_a_table_without_partitions_is_restored(made: Home, made_once: Home) -> None:
    small.land_links(made.landing, "contract,user_id,source\nSGDA12345,7654321,app\n")
    assert made.run_directly().ok
    assert [one.partition for one in put_back(made, "identity_map")] == [None]
    assert frame(made.lake, "identity_map").equals(frame(made_once.lake, "identity_map"))
    assert made.run_directly().ok
    assert made.commits == [("identity_map", None)]


def test_a_restore_killed_after_its_marks_does_no_harm(changed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = frame(changed.lake, "clean_content")

    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DeltaTable, "restore", killed)
        with pytest.raises(KeyboardInterrupt):
            put_back(changed, "clean_content")
    assert changed.run_directly().ok
    assert frame(changed.lake, "clean_content").equals(expected)


@pytest.mark.parametrize("is_committed", [False, True], ids=["before its commit", "after its commit"])
def test_what_was_made_after_a_killed_restore_is_made_again_after_the_next(
    changed: Home, made_once: Home, monkeypatch: pytest.MonkeyPatch, is_committed: bool
) -> None:
    """Of a day whose landed files are gone, so that the restored rows stay."""
    small.content_path(changed.landing, APRIL).unlink()

    def killed(table: DeltaTable, version: int) -> None:
        if is_committed:
            table.restore(version)
        raise KeyboardInterrupt

    then = newest(changed, "raw_content") - 1
    with monkeypatch.context() as patched:
        patched.setattr("c360_assets.maintenance.restore._put_back", killed)
        with pytest.raises(KeyboardInterrupt):
            restore(str(changed.lake), "raw_content", "log_date", then)
    assert changed.run_directly().ok
    restore(str(changed.lake), "raw_content", "log_date", then)
    assert changed.run_directly().ok
    assert differing(changed.lake, made_once.lake) == []
    DeltaTable(str(changed.lake / "raw_content")).delete("log_date = '2022-04-01' and contract = '0'")
    assert "changed outside Customer360" in " ".join(changed.run_directly().problems), "it is watched, too"


def test_a_version_whose_files_are_gone_is_refused(changed: Home) -> None:
    uri = str(changed.lake / "clean_content")
    version = newest(changed, "clean_content")
    upkeep(str(changed.lake), "clean_content", "log_date", retention_hours=0)
    with pytest.raises(NotRestorable, match="data files of version"):
        differences(uri, "log_date", version - 1)
    with pytest.raises(NotRestorable, match="no version 99: there are 0 to"):
        differences(uri, "log_date", 99)
    assert restored(ProvenanceStore(str(changed.lake)), TABLES) == set()


def test_the_newest_version_changes_nothing(made: Home) -> None:
    version = newest(made, "clean_content")
    assert restore(str(made.lake), "clean_content", "log_date", version) == []
    assert newest(made, "clean_content") == version


@pytest.fixture
def lake_of(changed: Home, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The changed lake, as the environment of the command."""
    for name, value in environment(changed.root).items():
        monkeypatch.setenv(name, value)
    return changed.lake


def test_the_command_tells_first_and_restores_when_it_is_meant(changed: Home, lake_of: Path) -> None:
    before, version = frame(lake_of, "clean_content"), newest(changed, "clean_content")
    words = ("restore", "clean_content", "--version", str(version - 1))
    told = quick_process(changed.root, *words)
    assert told.status == 0
    assert "2022-04-01" in told.out
    assert "Nothing was changed." in told.out
    assert frame(lake_of, "clean_content").equals(before)

    told = quick_process(changed.root, *words, "--yes")
    assert told.status == 0
    assert "Restored." in told.out
    assert not frame(lake_of, "clean_content").equals(before)

    told = quick_process(changed.root, "history", "clean_content")
    assert told.status == 0
    assert "restore" in told.out
    assert re.search(r"write +│ 2022-04-01 │ +\d+ │ run", told.out)

    told = quick_process(changed.root, "run")
    assert told.status == 0
    assert "made again what was restored clean_content 2022-04-01" in told.out
    assert frame(lake_of, "clean_content").equals(before)


def test_the_history_says_what_a_restore_would_lack(changed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest version can be restored without files that are gone; others can't."""
    table = changed.lake / "clean_content"
    next((table / "log_date=2022-04-02").glob("*.parquet")).unlink()
    monkeypatch.setenv("COLUMNS", "200")
    told = quick_process(changed.root, "history", "clean_content")
    assert re.search(r"│ yes, with 1 file gone +│", told.out), told
    assert re.search(r"│ no: 1 file gone +│", told.out)
