"""What the sensor leaves: runs that are under way, that somebody cancelled, or that broke off and made nothing."""

import json
from datetime import date

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from c360_assets.automation.landed_changes import NAME, Memory, evaluate
from c360_assets.planning.batches import batch_of
from tests.dagster.conftest import MAY
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.reach import CONTENT_DAY, items

pytestmark = pytest.mark.system

EMPTY = Memory(0).cursor
"""The cursor of a sensor that has looked at no run yet."""


@pytest.fixture
def redelivered(made: Home) -> Home:
    """A made lake, and a day delivered again."""
    small.land_content(made.landing, MAY, small.WATCHED[:2])
    return made


def asked(home: Home, cursor: str | None = EMPTY) -> list[dg.RunRequest]:
    """What a tick asks for."""
    return list(evaluate(home.instance, home.planner, cursor).run_requests or [])


def run_of(home: Home, request: dg.RunRequest, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    """The run of a request, in some state, as if the daemon had made it."""
    return create_run_for_test(
        home.instance,
        status=status,
        asset_selection=frozenset(request.asset_selection),
        tags={**request.tags, "dagster/sensor_name": NAME, "dagster/run_key": str(request.run_key)},
    )


@pytest.mark.parametrize("status", ["STARTING", "STARTED", "CANCELING"])
def test_a_tick_waits_while_any_run_is_under_way(redelivered: Home, status: str) -> None:
    run = create_run_for_test(redelivered.instance, status=dg.DagsterRunStatus(status))
    result = evaluate(redelivered.instance, redelivered.planner, EMPTY)
    assert not result.run_requests
    assert run.run_id in str(result.skip_reason)


@pytest.mark.parametrize("status", ["CANCELED", "FAILURE", "SUCCESS"])
def test_a_run_that_ended_and_left_all_is_not_asked_for_again(redelivered: Home, status: str) -> None:
    [request] = asked(redelivered)
    run = run_of(redelivered, request, dg.DagsterRunStatus(status))
    assert set(batch_of(run).items) == items(CONTENT_DAY, MAY)

    result = evaluate(redelivered.instance, redelivered.planner, EMPTY)
    assert not [one for one in result.run_requests or () if set(one.asset_selection) == set(request.asset_selection)]
    assert set(json.loads(str(result.cursor))["failed"]) >= {"raw_content 2022-05-01"}
    assert asked(redelivered, result.cursor) == []


def test_another_delivery_is_asked_for_although_the_last_failed(redelivered: Home) -> None:
    [request] = asked(redelivered)
    run_of(redelivered, request, dg.DagsterRunStatus.FAILURE)
    cursor = evaluate(redelivered.instance, redelivered.planner, EMPTY).cursor
    small.land_content(redelivered.landing, MAY, small.WATCHED[:3])
    [again] = asked(redelivered, cursor)
    assert again.asset_selection == request.asset_selection
    assert again.run_key != request.run_key


def test_a_delivery_that_comes_while_its_day_fails_is_asked_for(redelivered: Home) -> None:
    [request] = asked(redelivered)
    run_of(redelivered, request, dg.DagsterRunStatus.FAILURE)
    small.land_content(redelivered.landing, MAY, small.WATCHED[:3])
    [again] = asked(redelivered)
    assert again.asset_selection == request.asset_selection


def test_a_run_that_never_came_to_its_launch_is_asked_for_by_the_same_key(redelivered: Home) -> None:
    [request] = asked(redelivered)
    run_of(redelivered, request, dg.DagsterRunStatus.NOT_STARTED)
    [again] = asked(redelivered)
    assert again.run_key == request.run_key


def test_a_sensor_set_back_tries_again(redelivered: Home) -> None:
    [request] = asked(redelivered)
    run_of(redelivered, request, dg.DagsterRunStatus.FAILURE)
    assert [one.asset_selection for one in asked(redelivered, None)] == [request.asset_selection]


def test_days_far_apart_are_runs_of_their_own_and_months_wait(made: Home) -> None:
    for day in (date(2022, 4, 10), date(2022, 4, 11), date(2022, 4, 20)):
        small.land_content(made.landing, day)
    requests = asked(made)
    assert [request.tags["c360/span"] for request in requests] == ["2022-04-10 to 2022-04-11", "2022-04-20"]
    assert [request.tags["c360/why"] for request in requests] == ["landed: 2 new", "landed: 1 new"]
    assert len({request.run_key for request in requests}) == 2


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "{}",
        "[]",
        "[" * 100_000,
        '{"newest": 1}',
        '{"newest": 1, "failed": []}',
        '{"newest": "a", "failed": {}}',
        '{"newest": NaN, "failed": {}}',
        '{"newest": 1, "failed": {"raw_content 2022-04-01": 5}}',
        '{"newest": 1, "failed": {"raw_content 2022-13-01": "v"}}',
    ],
)
def test_a_cursor_that_is_none_of_ours_is_as_good_as_none(cursor: str) -> None:
    assert Memory.of(cursor) == Memory()
