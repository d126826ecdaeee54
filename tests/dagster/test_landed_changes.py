"""The sensor asks for exactly what landed files make stale, once, and its runs make it."""

from datetime import date, timedelta

import pytest

from c360_assets.automation import landed_changes as landed_sensor
from c360_assets.contracts.watched_inputs import WatchedInputs
from c360_assets.planning.batches import WHY
from resources.lake.provenance import Item
from tests.dagster.conftest import APRIL, MAY
from tests.dagster.daemon import Daemon
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.reach import CONTENT_DAY, PROFILES, SEARCH_DAY, SEARCH_MONTH, WATCH_MONTH, items

pytestmark = pytest.mark.system

FEWER = small.WATCHED[:2]
WEEK = timedelta(days=7)
WATCH_MONTH_AFTER = ("activeness_segments", "retention", *PROFILES)


def text(items: set[Item]) -> list[str]:
    """Items in the order in which the daemon reports them."""
    return sorted(items, key=str)


def whys(daemon: Daemon) -> list[str]:
    """Why each run was made, in order."""
    return [run.tags[WHY] for run in reversed(daemon.instance.get_runs())]


def test_nothing_changed_or_only_touched_asks_for_nothing(made: Home, daemon: Daemon) -> None:
    tick = daemon.tick()
    assert (tick.run_ids, tick.skip_reason) == ([], "Nothing has changed.")
    small.touch(small.content_path(made.landing, APRIL))
    small.touch(small.search_path(made.landing, MAY))
    assert daemon.tick().run_ids == []


def test_a_new_day_is_made_and_then_its_month(made: Home, daemon: Daemon) -> None:
    new = date(2022, 5, 2)
    small.land_content(made.landing, new)
    daemon.tick()
    assert daemon.made() == text(items(CONTENT_DAY, new))
    daemon.tick()
    assert daemon.made() == text(items(WATCH_MONTH, MAY))
    assert daemon.tick().skip_reason == "Nothing has changed."
    assert whys(daemon) == ["landed: 1 new", "what it is made from changed"]
    assert made.planner.plan(landed_sensor.DayRange()).stale == []


@pytest.mark.slow  # the days of test_week.py are in every run
def test_after_a_week_without_the_daemon_all_that_landed_is_made_once(made: Home, daemon: Daemon) -> None:
    daemon.tick()
    late = date(2022, 4, 3)
    small.land_content(made.landing, late)
    small.land_content(made.landing, date(2022, 4, 2), FEWER)
    small.land_search(made.landing, MAY, small.SEARCHED[:1])
    daemon.settle(after=WEEK)
    days = items(CONTENT_DAY, date(2022, 4, 2), late) | items(SEARCH_DAY, MAY)
    months = items(WATCH_MONTH, APRIL) | items({*WATCH_MONTH_AFTER, *SEARCH_MONTH}, MAY)
    assert daemon.made() == text(days | months)
    assert sorted(whys(daemon))[:2] == ["landed: 1 changed", "landed: 1 new, 1 changed"]


@pytest.mark.slow  # in every run a new day is, and test_plan.py delivers days again
def test_a_day_delivered_as_it_once_was_is_made_again(made: Home, daemon: Daemon) -> None:
    for rows in (FEWER, small.WATCHED, FEWER):
        small.land_content(made.landing, MAY, rows)
        daemon.tick()
        assert daemon.made() == text(items(CONTENT_DAY, MAY))
    daemon.settle()
    for run in daemon.instance.get_runs():  # Dagster counts from one again
        daemon.instance.delete_run(run.run_id)
    for rows in (small.WATCHED, FEWER, small.WATCHED):
        small.land_content(made.landing, MAY, rows)
        assert daemon.tick().run_ids
        daemon.settle()


def test_two_ticks_at_once_make_one_run(made: Home, daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    small.land_content(made.landing, MAY, FEWER)
    decided = landed_sensor.evaluate(daemon.instance, made.planner, None)
    assert len(decided.run_requests) == 1
    daemon.tick()
    assert daemon.made() == text(items(CONTENT_DAY, MAY))
    with monkeypatch.context() as patched:
        patched.setattr(landed_sensor, "evaluate", lambda instance, planner, cursor: decided)
        assert daemon.tick().run_ids == []
    assert daemon.new_runs() == []


def test_a_month_whose_day_is_made_again_meanwhile_is_asked_for_again(
    made: Home, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run may make the day, such as one that somebody starts in the UI."""
    are_unchanged, moved = WatchedInputs.are_unchanged, []

    def moved_once(inputs: WatchedInputs) -> bool:
        if inputs._table.name == "device_months" and not moved:
            moved.append(inputs)
            return False
        return are_unchanged(inputs)

    small.land_content(made.landing, MAY, FEWER)
    with monkeypatch.context() as patched:
        patched.setattr(WatchedInputs, "are_unchanged", moved_once)
        last = daemon.settle()
    assert last.skip_reason == "Nothing has changed."
    assert made.planner.plan(landed_sensor.DayRange()).stale == []
    assert len(daemon.new_runs()) == 3


def test_damaged_days_fail_once_and_stop_only_what_is_made_from_them(made: Home, daemon: Daemon) -> None:
    new, damaged = date(2022, 5, 2), MAY
    small.land_content(made.landing, new)
    small.land_cut_off(made.landing, damaged)
    twin = small.search_path(made.landing, MAY).with_suffix(".csv")
    twin.write_text("datetime,user_id,keyword,category\n")

    last = daemon.settle()
    runs = daemon.new_runs()
    failed = [run for run in runs if not run.is_success]
    assert len(failed) == 2
    told = " ".join(_failures(daemon, failed))
    assert "20220501.json.gz" in told
    assert "20220501.csv and 20220501.json" in told
    assert set(daemon.made(runs)) == items(CONTENT_DAY, new) | items(WATCH_MONTH, MAY)
    assert "raw_content 2022-05-01, raw_search 2022-05-01" in last.skip_reason
    assert daemon.tick().run_ids == []

    small.content_path(made.landing, damaged).with_suffix(".json.gz").unlink()
    small.land_content(made.landing, damaged, FEWER)
    daemon.tick()
    assert daemon.made() == text(items(CONTENT_DAY, damaged))


def _failures(daemon: Daemon, runs: list) -> list[str]:
    """What the failed steps of runs told."""
    kind = landed_sensor.dg.DagsterEventType.STEP_FAILURE
    records = [one for run in runs for one in daemon.instance.get_records_for_run(run.run_id, of_type=kind).records]
    return [str(one.event_log_entry.dagster_event.step_failure_data.user_failure_data) for one in records]
