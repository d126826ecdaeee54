"""When lineage is sent and when not: each event once, whatever the collector does, and no run fails because of it."""

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import dagster as dg
import pytest
from openlineage.client import OpenLineageClient

from c360_assets.commands.doctor import checks
from c360_assets.contracts.table_asset import PartitionMaker
from c360_assets.execution.runner import Outcome, Runner
from c360_assets.lineage import sender, sensor
from c360_assets.lineage.client import connect
from c360_assets.lineage.datasets import name_of
from c360_assets.planning.batches import Batch, run_tags
from c360_assets.planning.overdue import clock
from resources.errors import BadSetting
from tests.landing.landed import LINE, land
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.lineage import configure
from tests.support.webhooks import BODY, CONTINUE, DRIP, Receiver, speaking

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)
QUOTED = "Cast error: cannot cast string phim hay of HNH579912 to Int"


def make(home: Home, day: date = DAY) -> dg.DagsterRun:
    """A run that makes the raw table of a day."""
    batch = Batch(("raw_content",), day, day, 1)
    job = home.definitions().resolve_implicit_global_asset_job_def()
    done = job.execute_in_process(
        instance=home.instance,
        asset_selection=[dg.AssetKey("raw_content")],
        tags=run_tags(batch, "test", {}),
        raise_on_error=False,
    )
    run = home.instance.get_run_by_id(done.run_id)
    assert run is not None
    return run


def fail(home: Home, error: BaseException = ValueError(QUOTED)) -> dg.DagsterRun:  # noqa: B008
    """A run in which the raw table fails."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PartitionMaker, "make", raising(error))
        return make(home)


def raising(error: BaseException) -> Callable[..., Any]:
    def broken(*_: Any) -> Any:
        raise error

    return broken


def kinds(collector: Receiver, run: dg.DagsterRun) -> list[str]:
    """The states of what was sent since this was last asked, which is all of one run."""
    events = collector.take()
    assert {event["run"]["facets"]["parent"]["run"]["runId"] for event in events} <= {run.run_id}
    return [event["eventType"] for event in events]


@pytest.fixture
def tick(home: Home, collector: Receiver) -> Callable[[], str]:
    """One tick of the sensor; what it says. It has ticked once, before all runs."""
    small.land_content(home.landing, DAY)
    cursor: list[str | None] = [None]

    def once() -> str:
        context = dg.build_sensor_context(home.instance, cursor[0], resources={"settings": home.settings})
        done = sensor.lineage(context)
        if isinstance(done, dg.SkipReason):
            return str(done.skip_message)
        cursor[0] = done.cursor
        return str(done.skip_reason.skip_message)

    assert once() == "Nothing new."
    return once


def test_a_run_is_sent_once_and_the_text_of_another_s_error_is_not(home: Home, tick, collector: Receiver) -> None:
    run = fail(home)
    assert tick() == "2 events sent."
    start, failed = collector.take()
    assert [start["eventType"], failed["eventType"]] == ["START", "FAIL"]
    assert failed["run"]["facets"]["errorMessage"]["message"].startswith("2022-04-01: ValueError, an unexpected error")
    assert not [quoted for quoted in ("phim", "HNH579912", "Cast") if quoted in str(failed)]
    home.instance.add_run_tags(run.run_id, {"looked_at": "yes"})
    assert tick() == "Nothing new."
    assert sender.Sender(home.instance, home.settings, since=0).send().sent == 0
    assert collector.requests == 2


def test_what_ended_before_lineage_was_on_is_not_sent(home: Home, collector: Receiver) -> None:
    small.land_content(home.landing, DAY)
    earlier = fail(home)
    began = clock().timestamp()
    run = fail(home)
    home.instance.add_run_tags(earlier.run_id, {"looked_at": "yes"})
    assert sender.Sender(home.instance, home.settings, began).send().sent == 2
    assert kinds(collector, run) == ["START", "FAIL"]


def test_a_collector_that_is_down_loses_nothing_and_gets_nothing_twice(
    home: Home, tick, collector: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = fail(home), fail(home)
    collector.statuses = [200, 503]
    assert tick() == "2 runs not sent: the collector answered 503."
    assert kinds(collector, first) == ["START"]
    assert tick() == "The collector did not take an event: it is tried again later."
    later = clock() + timedelta(minutes=2)
    monkeypatch.setattr(sensor, "clock", lambda: later)
    assert tick() == "3 events sent."
    events = collector.take()
    parents = [event["run"]["facets"]["parent"]["run"]["runId"] for event in events]
    assert parents == [first.run_id, second.run_id, second.run_id]


def test_what_takes_too_long_goes_on_next_time(home: Home, tick, collector: Receiver, monkeypatch) -> None:
    run = fail(home)
    monkeypatch.setattr(sender, "BUDGET_SECONDS", -1.0)
    assert tick() == "1 event sent. 1 run left for the next tick."
    assert tick() == "1 event sent."
    assert kinds(collector, run) == ["START", "FAIL"]


@pytest.mark.parametrize("parts", [DRIP, CONTINUE, BODY], ids=["a byte now and then", "100 Continue", "a long body"])
def test_a_collector_that_never_ends_its_answer_is_given_up(
    home: Home, tick, collector: Receiver, tmp_path: Path, no_lineage, monkeypatch, parts
) -> None:
    run = fail(home)
    monkeypatch.setattr(sender, "BUDGET_SECONDS", 0.2)
    monkeypatch.setattr(sender, "LEAST_SECONDS", 0.2)
    with speaking(parts, pause=0.05) as url:
        configure(no_lineage, tmp_path, url)
        began = monotonic()
        assert tick() == "1 run not sent: the collector did not answer in time."
        assert monotonic() - began < 3
    configure(no_lineage, tmp_path, collector.url)
    monkeypatch.setattr(sender, "LEAST_SECONDS", 5.0)
    later = clock() + timedelta(minutes=2)
    monkeypatch.setattr(sensor, "clock", lambda: later)
    while "left for the next tick" in tick():
        pass
    assert kinds(collector, run) == ["START", "FAIL"]


def test_a_redirect_is_not_followed_and_the_event_counts_as_not_sent(
    home: Home, tick, collector: Receiver, tmp_path: Path, no_lineage
) -> None:
    fail(home)
    answer = f"HTTP/1.1 302 Found\r\nLocation: {collector.url}\r\nContent-Length: 0\r\n\r\n"
    with speaking([answer.encode()]) as url:
        configure(no_lineage, tmp_path, url)
        assert tick() == "1 run not sent: the collector answered 302."


def test_a_client_that_does_not_close_is_not_waited_for(home: Home, tick, collector: Receiver, monkeypatch) -> None:
    monkeypatch.setattr(sender, "BUDGET_SECONDS", 0.2)
    monkeypatch.setattr(sender, "LEAST_SECONDS", 0.2)
    monkeypatch.setattr(OpenLineageClient, "close", lambda *_: sleep(5))
    began = monotonic()
    assert tick() == "Nothing new."
    assert monotonic() - began < 3


def test_an_event_that_is_refused_for_good_holds_up_no_other(home: Home, tick, collector: Receiver) -> None:
    first, second = fail(home), fail(home)
    collector.statuses = [200, 422]
    assert tick() == "3 events sent. The collector refused 1 event for good."
    parents = [event["run"]["facets"]["parent"]["run"]["runId"] for event in collector.take()]
    assert (parents.count(first.run_id), parents.count(second.run_id)) == (1, 2)
    assert tick() == "Nothing new."


def test_runs_over_another_lake_are_its_own(home: Home, tick, collector: Receiver, tmp_path: Path) -> None:
    """One instance of Dagster may have runs over several lakes: a version of one table is never sent as another's."""
    ours, other = home.settings, replace(home.settings, lake=str(tmp_path / "other"))
    made = {"location": f"{other.lake}/raw_content", "data_version": "1", "delta_version": 1}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PartitionMaker, "make", lambda *_: made)
        make(home)
    assert sender.Sender(home.instance, ours, since=0).send().sent == 0
    assert sender.Sender(home.instance, other, since=0).send().sent == 2
    names = {dataset["name"] for event in collector.take() for dataset in event["outputs"]}
    assert names == {f"{other.lake}/raw_content"}


def test_what_could_not_be_sent_for_a_week_is_left_out(home: Home, tick, collector: Receiver, monkeypatch) -> None:
    fail(home)
    later = clock() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(sender, "clock", lambda: later)
    assert tick() == "Nothing new."


def test_a_run_that_was_stopped_is_aborted(home: Home, tick, collector: Receiver) -> None:
    run = fail(home, KeyboardInterrupt())
    tick()
    assert kinds(collector, run) == ["START", "ABORT"]


def record(home: Home, run: dg.DagsterRun, kind: dg.DagsterEventType, data: Any = None) -> None:
    """Has Dagster record one more event of a run's raw table."""
    event = dg.DagsterEvent(kind.value, run.job_name, step_key="raw_content", event_specific_data=data)
    home.instance.report_dagster_event(event, run.run_id)


def test_a_table_whose_blocking_check_failed_is_one_that_failed(home: Home, tick, collector: Receiver) -> None:
    run = make(home, date(2022, 4, 2))
    key = dg.AssetKey("raw_content")
    found = dg.AssetCheckEvaluation(
        key, "unparsed_alone", passed=False, metadata={}, blocking=True, partition="2022-04-02"
    )
    record(home, run, dg.DagsterEventType.ASSET_CHECK_EVALUATION, found)
    tick()
    _, failed = collector.take()
    assert failed["eventType"] == "FAIL"
    assert failed["run"]["facets"]["errorMessage"]["message"] == "2022-04-02: check unparsed_alone failed"


def test_a_run_whose_process_was_killed_fails_when_that_is_noticed(home: Home, tick, collector: Receiver) -> None:
    @dg.job
    def killed() -> None: ...

    run = home.instance.create_run_for_job(killed)
    record(home, run, dg.DagsterEventType.STEP_START)
    home.instance.report_run_failed(run, "It was killed.")
    tick()
    start, failed = collector.take()
    assert [start["eventType"], failed["eventType"]] == ["START", "FAIL"]
    assert start["eventTime"] <= failed["eventTime"]
    assert "errorMessage" not in failed["run"]["facets"]


def test_a_day_of_which_nothing_landed_has_no_output(home: Home, tick, collector: Receiver) -> None:
    make(home, date(2022, 4, 2))
    tick()
    assert [(event["eventType"], event["outputs"]) for event in collector.take()] == [("START", []), ("COMPLETE", [])]


def test_c360_run_sends_and_a_collector_that_is_down_changes_nothing(
    c360, tmp_path: Path, collector: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path / "landing", {"20220401.json": LINE})
    monkeypatch.setattr(PartitionMaker, "make", raising(ValueError(QUOTED)))
    collector.statuses = [500]
    done = c360("run")
    assert "lineage The lineage of 3 runs is not sent: the collector answered 500. The next run sends it." in done.out
    assert collector.url not in done.out + done.err
    monkeypatch.setenv("OPENLINEAGE_NAMESPACE", "warehouse")
    again = c360("run")
    assert (again.status, "lineage" in again.out) == (done.status, False)
    events = collector.take()
    ids = Counter(event["run"]["runId"] for event in events)
    assert len(ids) > 6
    assert set(ids.values()) == {2}  # START and FAIL
    assert {event["job"]["namespace"] for event in events} == {"warehouse"}


def test_off_unless_configured(home: Home, no_lineage: pytest.MonkeyPatch) -> None:
    context = dg.build_sensor_context(home.instance, None, resources={"settings": home.settings})
    assert sensor.lineage(context).skip_message == "OPENLINEAGE_URL is not set."
    no_lineage.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    no_lineage.setenv("OPENLINEAGE_DISABLED", "true")
    assert sensor.lineage(context).skip_message == "OPENLINEAGE_DISABLED is true."
    assert home.instance.daemon_cursor_storage.get_cursor_values({sender.key_of(home.settings.lake)}) == {}


def test_a_file_that_is_merely_found_does_not_take_the_place_of_the_address(tmp_path: Path, no_lineage) -> None:
    """OpenLineage's client prefers a file in the current folder to its variable: events would go to the log."""
    (tmp_path / "openlineage.yml").write_text("transport: {type: console}")
    no_lineage.chdir(tmp_path)
    no_lineage.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    with pytest.raises(BadSetting, match="names another way of sending"):
        connect()


def test_a_cursor_that_cannot_be_read_is_as_good_as_none(home: Home, collector: Receiver) -> None:
    for cursor in ("no JSON", '{"of": "another release"}'):
        context = dg.build_sensor_context(home.instance, cursor, resources={"settings": home.settings})
        assert str(sensor.lineage(context).skip_reason.skip_message) == "Nothing new."


def test_address_and_key_are_the_client_s_own_variables(home: Home, collector: Receiver, no_lineage) -> None:
    no_lineage.delenv("OPENLINEAGE_CONFIG")
    no_lineage.setenv("OPENLINEAGE_URL", collector.url)
    no_lineage.setenv("OPENLINEAGE_API_KEY", "a key")
    small.land_content(home.landing, DAY)
    fail(home)
    sender.Sender(home.instance, home.settings, since=0).send()
    assert collector.authorizations == ["Bearer a key"] * 2


def test_a_missing_package_is_one_sentence(home: Home, c360, tmp_path: Path, no_lineage) -> None:
    said = "OPENLINEAGE_URL is set, but the package openlineage-python is not installed."
    no_lineage.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    no_lineage.setitem(sys.modules, "openlineage.client", None)
    context = dg.build_sensor_context(home.instance, None, resources={"settings": home.settings})
    assert str(sensor.lineage(context).skip_message).startswith(said)
    found = checks._guarded(checks._lineage, home.settings)
    assert (found.name, found.state, f"{found.found}.") == ("lineage", "failed", said)
    land(tmp_path / "landing", {"20220401.json": LINE})
    no_lineage.setattr(Runner, "run_all", lambda *_: Outcome())
    done = c360("run")
    assert done.status == 0
    assert f"lineage {said}" in done.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not name a file"),
        ("facets: {}", "no transport is configured"),
        ("transport: {type: http}", "can't be"),
    ],
)
def test_a_configuration_that_can_t_be_used(content: str | None, said: str, tmp_path: Path, no_lineage) -> None:
    file = tmp_path / "openlineage.yml"
    if content:
        file.write_text(content)
    no_lineage.setenv("OPENLINEAGE_CONFIG", str(file))
    with pytest.raises(BadSetting, match=said):
        connect()


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("/data/lake/rfm", ("file", "/data/lake/rfm")),
        ("file:///data/lake/rfm/", ("file", "/data/lake/rfm")),
        ("s3://bucket/lake/rfm", ("s3://bucket", "lake/rfm")),
        ("s3a://bucket/rfm", ("s3://bucket", "rfm")),
        ("gcs://bucket/lake/rfm", ("gs://bucket", "lake/rfm")),
        ("abfss://box@account.dfs.core.windows.net/rfm", ("abfss://box@account.dfs.core.windows.net", "rfm")),
        ("sftp://me:secret@host/landing/log", ("sftp://host", "landing/log")),
    ],
)
def test_names_of_datasets(location: str, name: tuple[str, str]) -> None:
    assert name_of(location) == name
