"""The job `erase`: it is a dry run by default, and Dagster stores no id."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from c360_assets.automation.erase_job import RECEIPTS
from c360_assets.execution.runner import STARTED_BY
from c360_assets.privacy.registry import DAGSTER, LAKE
from resources.erasure.erasure_list import ErasureList
from tests.dagster.daemon import Daemon, daemon_of
from tests.support.homes import Home

pytestmark = pytest.mark.system

KEY = b"an erasure key of a test"
CONTRACT, USER = "HNH579912", "0123456"


@pytest.fixture
def keyed(made: Home) -> Iterator[Daemon]:
    """A daemon over `made` that knows an erasure key."""
    made.erasure_key = KEY
    with daemon_of(made) as daemon:
        yield daemon


def start(daemon: Daemon, file: Path | None, **config: bool) -> dg.DagsterRun:
    named = {"customers_file": str(file)} if file else {}
    return daemon.start("erase", {"ops": {"erase_customers": {"config": {**named, **config}}}})


def failures(daemon: Daemon, run: dg.DagsterRun) -> str:
    """What the failed steps of a run say to its user."""
    events = [entry.dagster_event for entry in daemon.instance.all_logs(run.run_id) if entry.dagster_event]
    told = [event.step_failure_data.user_failure_data for event in events if event.is_step_failure]
    return "\n".join(str(one.description) for one in told if one)


def messages(daemon: Daemon, run: dg.DagsterRun) -> str:
    return "\n".join(entry.user_message for entry in daemon.instance.all_logs(run.run_id))


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    """The file that names whom to erase."""
    file = tmp_path / "customers.txt"
    file.write_text(f"{CONTRACT}\n\n")
    return file


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(made: Home, keyed: Daemon, customers: Path) -> None:
    keyed.new_runs()
    looked = start(keyed, customers)
    assert looked.is_success
    assert "1 contract and 1 user" in messages(keyed, looked)
    assert "Nothing was changed" in messages(keyed, looked)
    assert ErasureList(str(made.lake), KEY).entries() == []
    assert [run.run_id for run in keyed.new_runs()] == [looked.run_id]


@pytest.mark.parametrize("dry_run", [True, False])
def test_without_a_landing_zone_it_is_refused(made: Home, keyed: Daemon, customers: Path, dry_run: bool) -> None:
    made.landing.rename(made.root / "unmounted")
    refused = start(keyed, customers, dry_run=dry_run)
    assert not refused.is_success
    assert "No landing folder" in failures(keyed, refused)
    assert ErasureList(str(made.lake), KEY).entries() == []


@pytest.mark.slow  # an erasure of its own; one by the command is in every run
def test_an_erasure_is_a_materialization_of_counts(made: Home, keyed: Daemon, customers: Path) -> None:
    keyed.new_runs()
    erased = start(keyed, customers, dry_run=False)
    assert erased.is_success
    children = [run for run in keyed.new_runs() if run.run_id != erased.run_id]
    assert children
    assert {run.tags[STARTED_BY] for run in children} == {erased.run_id}
    event = keyed.instance.get_latest_materialization_event(RECEIPTS.key)
    figures = {name: value.value for name, value in event.asset_materialization.metadata.items()}
    assert (figures["contracts"], figures["users"], figures["files_with_an_erased_id"]) == (1, 1, 0)
    assert figures["records_erased"] > 0
    assert not any(row["contract"] == CONTRACT for row in made.rows("customer360"))
    _every_file_is_of_a_store(made)


def _every_file_is_of_a_store(home: Home) -> None:
    """What a lake and Dagster's home hold after all this is what the registry of personal values lists."""
    for root, stores in ((home.lake, LAKE), (home.root / "dagster_home", DAGSTER)):
        paths = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
        assert paths
        assert [path for path in paths if not any(store.holds(path) for store in stores)] == []


@pytest.mark.slow  # two erasures
def test_again_compares_what_was_put_back(made: Home, keyed: Daemon, customers: Path) -> None:
    table, copy = made.lake / "raw_content", made.root / "copy"
    shutil.copytree(table, copy)
    assert start(keyed, customers, dry_run=False).is_success
    shutil.rmtree(table)
    copy.rename(table)
    looked = start(keyed, None, again=True)
    assert looked.is_success
    assert any(row["contract"] == CONTRACT for row in made.rows("raw_content"))
    assert start(keyed, None, again=True, dry_run=False).is_success
    assert not any(row["contract"] == CONTRACT for row in made.rows("raw_content"))


def test_somebody_is_named_or_it_is_again(keyed: Daemon, customers: Path) -> None:
    for run in (start(keyed, customers, again=True), start(keyed, None)):
        assert not run.is_success
        assert "Set either customers_file, or again: true" in failures(keyed, run)


def test_again_needs_a_list(keyed: Daemon) -> None:
    run = start(keyed, None, again=True)
    assert "nobody is on the list of erasures" in failures(keyed, run)


def test_a_file_that_names_nobody_is_refused(keyed: Daemon, tmp_path) -> None:
    (tmp_path / "empty.txt").write_text("\n")
    for file in (tmp_path / "empty.txt", tmp_path / "missing.txt"):
        run = start(keyed, file)
        assert not run.is_success
        assert str(file) not in messages(keyed, run)
