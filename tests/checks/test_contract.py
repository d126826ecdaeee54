"""Contract checks in Dagster runs: what they stop, what they leave behind, and what they show."""

import errno
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from fsspec.implementations.local import LocalFileSystem
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.checks import ALL_CHECKS
from c360_assets.cleaning import clean_content
from c360_assets.metadata.redaction import redacted
from c360_assets.reference.model import Reference
from c360_assets.tables import TABLES
from resources.lake.provenance import ProvenanceStore
from resources.settings import PROJECT
from tests.support.homes import Home
from tests.support.spoiling import (
    APRIL,
    FIRST,
    LAST,
    Results,
    change,
    check,
    land_all,
    marks_of,
    materialize,
    results_of,
    rewrite,
)

pytestmark = pytest.mark.engine

CONTENT = ("raw_content", "quarantine_content", "clean_content", "ledger_content")


def failed_of(results: Results) -> set[str]:
    return {name for name, result in results.items() if not result.passed}


def value_of(results: Results, name: str, key: str) -> object:
    return results[name].metadata[key].value


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Cleaning that gives negative seconds on the last day; undone with `undo()`."""
    clean = clean_content.clean_content.transform

    def wrong(raw_content: DataFrame, reference: Reference) -> DataFrame:
        rows = clean(raw_content, reference)
        day = raw_content.select("log_date").first()
        if day is None or day["log_date"] != LAST:
            return rows
        is_wrong = F.col("contract") == "HNH579912"
        return rows.withColumn("seconds", F.when(is_wrong, -F.col("seconds")).otherwise(F.col("seconds")))

    with monkeypatch.context() as patch:
        patch.setattr(clean_content.clean_content, "transform", wrong)
        yield patch


def test_every_table_has_blocking_checks_and_habits_only_warn() -> None:
    contract, habits = set(), set()
    for definition in ALL_CHECKS:
        for spec in definition.check_specs:
            (contract if definition.op.name.endswith("_contract") else habits).add((spec.asset_key.path[-1], spec.name))
            assert spec.blocking == definition.op.name.endswith("_contract")
            assert spec.description
            assert spec.partitions_def is None
    assert {table for table, _ in contract} == set(TABLES)
    assert {(name, "key_is_unique") for name, table in TABLES.items() if table.key} <= contract
    assert not contract & habits


def test_checks_run_where_only_tables_are_selected(home: Home) -> None:
    land_all(home.landing)
    run = materialize(home, CONTENT)
    assert run.success
    results = results_of(run)
    assert not failed_of(results)
    expected = {
        f"{spec.asset_key.path[-1]}:{spec.name}"
        for definition in ALL_CHECKS
        for spec in definition.check_specs
        if spec.asset_key.path[-1] in CONTENT
    }
    assert set(results) == expected
    assert value_of(results, "ledger_content:balanced", "partitions") == 3
    assert value_of(results, "ledger_content:balanced", "rows") == 3
    assert {provenance.failed_check for table in CONTENT for provenance in marks_of(home, table).values()} == {None}


def test_a_failed_check_stops_what_is_downstream_in_the_run(home: Home, broken: pytest.MonkeyPatch) -> None:
    land_all(home.landing)
    run = materialize(home, CONTENT)
    assert not run.success
    made = {event.asset_key.path[-1] for event in run.get_asset_materialization_events()}
    assert made == {"raw_content", "quarantine_content", "clean_content"}
    results = results_of(run)
    assert failed_of(results) == {"clean_content:in_range"}
    result = results["clean_content:in_range"]
    assert result.blocking
    assert result.severity == dg.AssetCheckSeverity.ERROR
    assert result.description == "seconds (2) in 2022-04-03"
    assert value_of(results, "clean_content:in_range", "failed_partitions") == ["2022-04-03"]
    assert value_of(results, "clean_content:in_range", "counts") == {"2022-04-03": {"seconds": 2}}
    provenances = marks_of(home, "clean_content")
    assert {day: provenance.failed_check for day, provenance in provenances.items()} == {
        FIRST: None,
        date(2022, 4, 2): None,
        LAST: "in_range",
    }


def test_nobody_can_be_recognised_in_what_a_check_shows(home: Home, broken: pytest.MonkeyPatch) -> None:
    land_all(home.landing)
    results = results_of(materialize(home, CONTENT))
    metadata = {key: value.value for key, value in results["clean_content:in_range"].metadata.items()}
    told = json.dumps(metadata)
    assert "HNH******" in told
    assert "HNH579912" not in told
    assert "0C96E62FC55C" not in told
    assert {"log_date", "contract", "mac", "app_name", "seconds"} == set(metadata["examples"][0])  # what it is about


def test_a_number_that_was_not_masked_is_not_shown_either(made: Home) -> None:
    change(made, "clean_search", keyword="gọi 0912345678 nhé")
    results = check(made, "clean_search")
    assert failed_of(results) == {"one_form"}
    assert value_of(results, "one_form", "counts") == {"2022-04-01": {"phone": 1}}
    assert "0912345678" not in json.dumps(value_of(results, "one_form", "examples"))


@pytest.mark.slow  # three runs; tests/execution/test_failing.py is in every run
def test_what_failed_is_made_again_and_nothing_is_made_from_it_meanwhile(
    home: Home, broken: pytest.MonkeyPatch
) -> None:
    land_all(home.landing)
    outcome = home.run()
    assert outcome.failed == {("clean_content", LAST): "check in_range failed"}
    assert ("watch_metrics", APRIL) in outcome.blocked
    assert ("ledger_content", FIRST) in home.commits
    assert not {("ledger_content", LAST), ("watch_metrics", APRIL)} & set(home.commits)
    broken.undo()
    assert home.run().ok
    assert ("clean_content", LAST) in home.commits
    assert ("clean_content", FIRST) not in home.commits
    assert ("watch_metrics", APRIL) in home.commits
    assert not failed_of(check(home, "clean_content"))
    assert {provenance.failed_check for provenance in marks_of(home, "clean_content").values()} == {None}


def test_a_table_without_partitions_fails_as_a_whole(made: Home) -> None:
    rows = made.rows("identity_map")
    rewrite(made, "identity_map", [*rows, rows[0]])
    results = check(made, "identity_map")
    assert failed_of(results) == {"key_is_unique"}
    assert value_of(results, "key_is_unique", "failed_partitions") == ["all"]
    assert marks_of(made, "identity_map")[None].failed_check == "key_is_unique"


def test_a_run_of_one_day_looks_at_that_day_only(made: Home) -> None:
    change(made, "clean_content", source_rows=0)
    assert not failed_of(check(made, "clean_content", first=LAST, last=LAST))
    results = check(made, "clean_content", first=FIRST, last=FIRST)
    assert failed_of(results) == {"in_range"}
    assert value_of(results, "in_range", "partitions") == 1


def test_a_run_without_partitions_looks_at_all_that_is_made(made: Home) -> None:
    change(made, "clean_content", source_rows=0)
    results = check(made, "clean_content", first=None, last=None)
    assert failed_of(results) == {"in_range"}
    assert value_of(results, "in_range", "partitions") == 3


def test_partitions_that_were_never_made_are_ignored(made: Home) -> None:
    change(made, "clean_content", source_rows=0)
    ProvenanceStore(str(made.lake)).forget("clean_content", FIRST)
    results = check(made, "clean_content")
    assert not failed_of(results)
    assert value_of(results, "in_range", "partitions") == 2
    assert not failed_of(check(made, "clean_content", first=date(2022, 6, 1), last=date(2022, 6, 2)))


def test_a_table_that_was_never_made_passes(home: Home) -> None:
    results = check(home, "customer360")
    assert results
    assert not failed_of(results)


def test_a_table_whose_log_is_broken_fails_as_a_whole(made: Home) -> None:
    for entry in (made.lake / "taste" / "_delta_log").iterdir():
        entry.unlink()
    results = check(made, "taste")
    assert failed_of(results) == set(results)
    assert marks_of(made, "taste")[APRIL].failed_check


def test_one_check_may_be_asked_for_alone_and_the_mark_still_tells_of_all(made: Home) -> None:
    change(made, "clean_content", source_rows=0)
    assert set(check(made, "clean_content", ["key_is_unique"])) == {"key_is_unique"}
    assert marks_of(made, "clean_content")[FIRST].failed_check == "in_range"


def test_a_table_that_was_repaired_passes_and_its_mark_is_cleared(made: Home) -> None:
    was = change(made, "taste", lift=-1.0)
    assert failed_of(check(made, "taste")) == {"in_range"}
    assert marks_of(made, "taste")[APRIL].failed_check == "in_range"
    change(made, "taste", **was)
    assert not failed_of(check(made, "taste"))
    assert marks_of(made, "taste")[APRIL].failed_check is None


def test_a_partition_that_cannot_be_read_fails_every_check_of_its_own(made: Home) -> None:
    for file in (made.lake / "clean_content" / f"log_date={LAST}").glob("*.parquet"):
        file.write_bytes(b"no parquet")
    results = {name: result for name, result in check(made, "clean_content").items() if result.blocking}
    assert failed_of(results) == set(results)
    for name in results:
        assert value_of(results, name, "failed_partitions") == ["2022-04-03"]
        assert set(value_of(results, name, "unreadable")) == {"2022-04-03"}  # type: ignore[call-overload]
    assert marks_of(made, "clean_content")[LAST].failed_check
    assert marks_of(made, "clean_content")[FIRST].failed_check is None


def test_a_disk_that_is_full_when_the_verdict_is_kept_is_called_so(made: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    change(made, "taste", lift=-1.0)
    before = marks_of(made, "taste")[APRIL]

    def no_space(files: LocalFileSystem, path: str, data: bytes) -> None:
        Path(path).write_bytes(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(LocalFileSystem, "pipe_file", no_space)
        assert not check(made, "taste")  # no verdict: the op failed
    run = made.instance.get_runs(limit=1)[0]
    assert run.status == dg.DagsterRunStatus.FAILURE
    failed = made.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    told = [str(log.get_dagster_event().step_failure_data.user_failure_data.description) for log in failed]
    assert len(told) == 1
    assert told[0].startswith("taste: what its checks found can't be kept in the lake. 2022-04-01: no space is left")
    assert marks_of(made, "taste")[APRIL] == before
    assert not [*(made.lake / "taste").rglob("*.new")]


def test_results_are_kept_in_an_instance_on_disk(made: Home, tmp_path: Path) -> None:
    change(made, "segment_thresholds", median=1e9)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        made.opened = instance
        check(made, "segment_thresholds", first=APRIL, last=APRIL)
        key = dg.AssetCheckKey(dg.AssetKey("segment_thresholds"), "cuts_in_order")
        latest = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert latest.event is not None
    assert not latest.event.dagster_event.asset_check_evaluation_data.passed


@pytest.mark.parametrize(
    ("value", "shown"),
    [("HNH579912", "HNH******"), ("0C96E62FC55C", "0C9*********"), ("123456", "12****"), ("1", "*"), ("", "")],
)
def test_of_a_personal_value_three_characters_are_visible_at_most(value: str, shown: str) -> None:
    assert redacted(value) == shown


def test_every_check_is_described_in_the_docs() -> None:
    page = (PROJECT / "docs" / "checks.md").read_text(encoding="utf-8")
    names = {spec.name for definition in ALL_CHECKS for spec in definition.check_specs}
    assert {name for name in names if f"| `{name}` |" not in page} == set()


def test_each_partition_of_a_range_has_a_result_of_its_own(home: Home, broken: pytest.MonkeyPatch) -> None:
    land_all(home.landing)
    run = materialize(home, CONTENT[:3])
    key = dg.AssetCheckKey(dg.AssetKey("clean_content"), "in_range")
    found = [one for one in run.get_asset_check_evaluations() if one.asset_check_key == key]
    by_day = {one.partition: one for one in found if one.partition}
    days = [day.isoformat() for day in (FIRST, date(2022, 4, 2), LAST)]
    assert {day: one.passed for day, one in by_day.items()} == {days[0]: True, days[1]: True, days[2]: False}
    assert by_day[days[2]].description == "seconds (2)"
    # As the UI counts them: only a result that is about the newest materialization of its partition is shown.
    infos = home.instance.event_log_storage.get_asset_check_partition_info([key])
    statuses = {one.partition_key: one.latest_execution_status.value for one in infos if one.is_current}
    assert {day: statuses[day] for day in days} == {
        days[0]: "SUCCEEDED",
        days[1]: "SUCCEEDED",
        days[2]: "FAILED",
    }


def test_a_run_of_a_single_partition_has_one_result(made: Home) -> None:
    job = made.definitions().resolve_job_def("one_day")
    run = job.execute_in_process(instance=made.instance, partition_key=FIRST.isoformat(), raise_on_error=False)
    found = [(one.asset_key, one.check_name) for one in run.get_asset_check_evaluations()]
    assert len(found) == len(set(found))
    assert {one.partition for one in run.get_asset_check_evaluations()} == {FIRST.isoformat()}
