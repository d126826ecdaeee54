"""The job `everything_changed` does what `c360 run` does, tells what failed, and can be stopped."""

from datetime import date

import dagster as dg
import pytest

from c360_assets.automation.launchpad import days_of
from c360_assets.execution.runner import STARTED_BY
from c360_assets.planning.plan import DayRange
from resources.lake.tables import Lake
from tests.dagster.conftest import APRIL, MAY
from tests.dagster.daemon import Daemon
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.reach import CONTENT_DAY, SEARCH_DAY, WATCH_MONTH, items

pytestmark = pytest.mark.system

ONLY_MAY = {"ops": {"make_what_changed": {"config": {"first_day": "2022-05-01"}}}}


def told(daemon: Daemon, run: dg.DagsterRun) -> str:
    """What the failed step of a run told."""
    kind = dg.DagsterEventType.STEP_FAILURE
    [record] = daemon.instance.get_records_for_run(run.run_id, of_type=kind).records
    event = record.event_log_entry.dagster_event
    assert event is not None
    assert event.step_failure_data.user_failure_data is not None
    return str(event.step_failure_data.user_failure_data.description)


@pytest.mark.slow  # in every run a job is stopped, and fails
def test_what_changed_is_made_in_runs_that_name_the_job(made: Home, daemon: Daemon) -> None:
    new = date(2022, 5, 2)
    small.land_content(made.landing, new)
    run = daemon.start("everything_changed", ONLY_MAY)
    assert run.is_success
    children = [one for one in daemon.new_runs() if one.run_id != run.run_id]
    assert [one.tags[STARTED_BY] for one in children] == [run.run_id] * 2
    assert daemon.made(children) == sorted(items(CONTENT_DAY, new) | items(WATCH_MONTH, MAY), key=str)


def test_a_day_that_cannot_be_read_fails_the_job_by_name(made: Home, daemon: Daemon) -> None:
    twin = small.search_path(made.landing, APRIL).with_suffix(".csv")
    twin.write_text("datetime,user_id,keyword,category\n")
    run = daemon.start("everything_changed")
    assert not run.is_success
    assert "raw_search 2022-04-01: was delivered more than once, as 20220401.csv and 20220401.json" in told(daemon, run)


def test_a_day_written_wrongly_is_told(daemon: Daemon) -> None:
    run = daemon.start("everything_changed", {"ops": {"make_what_changed": {"config": {"last_day": "1 May"}}}})
    assert told(daemon, run) == "last_day is '1 May': write a day as 2022-04-01, or leave it empty."


def test_days_in_the_wrong_order_are_refused() -> None:
    assert days_of("2022-04-01", "2022-04-01").has(date(2022, 4, 1))
    with pytest.raises(dg.Failure, match="first_day 2022-05-01 is after last_day 2022-04-30: swap them"):
        days_of("2022-05-01", "2022-04-30")


def test_a_stopped_job_stops_its_runs_and_keeps_what_was_committed(
    made: Home, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = Lake.write, []

    def stopped(lake: Lake, table, partition, frame, why, **more):
        if table.name == "clean_search":
            raise KeyboardInterrupt
        written.append((table.name, partition))
        return write(lake, table, partition, frame, why, **more)

    small.land_search(made.landing, MAY, small.SEARCHED[:1])
    with monkeypatch.context() as patched:
        patched.setattr(Lake, "write", stopped)
        try:
            run = daemon.start("everything_changed")
        except KeyboardInterrupt:
            [run] = [one for one in daemon.instance.get_runs() if one.job_name == "everything_changed"]
    assert not run.is_success
    assert len(daemon.new_runs()) == 2, "the job, and the run that it was in"
    missing = items(SEARCH_DAY, MAY) - set(written)
    assert 0 < len(missing) < 4
    stale = set(made.planner.plan(DayRange()).stale)
    assert missing <= stale
    assert ("raw_search", MAY) not in stale
