"""Backfills as the UI launches them, stepped through the daemon's own iterations."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from dagster._core.execution.backfill import BulkActionStatus
from dagster._core.test_utils import freeze_time

from c360_assets.planning.plan import DayRange
from c360_assets.tables import TABLES
from resources.lake.provenance import Item, ProvenanceStore
from resources.lake.tables import Lake
from tests.dagster.conftest import APRIL, CONTENT, MAY, SEARCH
from tests.dagster.daemon import Daemon, daemon_of
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.reach import CONTENT_DAY, PROFILES, SEARCH_DAY, items
from tests.support.reading import frame

pytestmark = pytest.mark.system

DAYS = [APRIL + timedelta(days=count) for count in range(30)]
MONTHLY = [name for name, table in TABLES.items() if table.unit == "month"]


def held(home: Home) -> set[Item]:
    """The partitions that the lake holds, by their marks."""
    return {(table, partition) for table in TABLES for partition in ProvenanceStore(str(home.lake)).read(table)}


@pytest.fixture
def fresh(home: Home) -> Iterator[Daemon]:
    """The daemon over two landed months of which nothing is made."""
    small.land_all(home.landing, CONTENT, SEARCH)
    with daemon_of(home) as daemon:
        yield daemon


def test_thirty_days_are_one_run_and_days_that_never_landed_fail_nothing(home: Home, fresh: Daemon) -> None:
    backfill = fresh.request_backfill((*CONTENT_DAY, *SEARCH_DAY), DAYS)
    assert fresh.backfill(backfill) == BulkActionStatus.COMPLETED_SUCCESS
    [run] = fresh.new_runs()
    assert run.is_success
    assert held(home) == items(CONTENT_DAY, *DAYS[:2]) | items(SEARCH_DAY, APRIL)


@pytest.mark.slow  # months behind days are in every run
def test_a_month_is_made_once_with_the_months_that_look_back_at_it(daemon: Daemon) -> None:
    backfill = daemon.request_backfill(MONTHLY, [MAY])
    assert daemon.backfill(backfill) == BulkActionStatus.COMPLETED_SUCCESS
    made = daemon.made()
    behind = ("activeness_segments", "search_trends", "retention", *PROFILES)
    assert [item for item in made if item[1] == MAY] == sorted(items(MONTHLY, MAY), key=str)
    assert {table for table, month in made if month and month > MAY} == set(behind)
    assert len(made) == len(set(made))


def test_days_and_the_months_behind_them_in_one_backfill(home: Home, fresh: Daemon) -> None:
    months = ("device_months", "watch_metrics", "taste")
    backfill = fresh.request_backfill((*CONTENT_DAY, *months), DAYS[:2])
    assert fresh.backfill(backfill) == BulkActionStatus.COMPLETED_SUCCESS
    runs = fresh.new_runs()
    assert [{key.path[-1] for key in run.asset_selection or ()} for run in runs] == [set(CONTENT_DAY), set(months)]
    assert held(home) == items(CONTENT_DAY, *DAYS[:2]) | items(months, APRIL)


@pytest.mark.slow  # every day of a month is a partition of every daily table
def test_all_tables_and_all_partitions_at_once(home: Home, home_in) -> None:
    """What "materialise all" asks for: the runs come in the order of the data, and the tables are those of `c360 run`."""
    small.land_all(home.landing, DAYS[:2], DAYS[:1])
    with daemon_of(home) as daemon, freeze_time(datetime(2022, 5, 2, tzinfo=UTC)):
        backfill = daemon.request_backfill(TABLES, [], everything=True)
        assert daemon.backfill(backfill) == BulkActionStatus.COMPLETED_SUCCESS
        assert all(run.is_success for run in daemon.new_runs())
    plain = home_in("plain", landing=home.landing)
    assert plain.run_directly().ok
    assert held(plain) <= held(home)
    assert {partition for table, partition in held(home) - held(plain)} == {MAY}, "a month of nothing"
    assert [table for table in TABLES if not frame(home.lake, table).equals(frame(plain.lake, table))] == []
    assert home.planner.plan(DayRange()).stale == []


def test_an_interrupted_backfill_keeps_what_it_committed(
    home: Home, fresh: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = Lake.write, []

    def interrupted(lake: Lake, table, partition, frame, why, **more):
        if (table.name, partition) == ("quarantine_content", date(2022, 4, 2)):
            raise KeyboardInterrupt
        written.append((table.name, partition))
        return write(lake, table, partition, frame, why, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "write", interrupted)
        backfill = fresh.request_backfill(CONTENT_DAY, DAYS[:4])
        assert fresh.backfill(backfill) != BulkActionStatus.COMPLETED_SUCCESS
    assert ("raw_content", date(2022, 4, 2)) in written
    assert held(home) == set(written)

    done = {item for item in written if ProvenanceStore(str(home.lake)).read(item[0])[item[1]].is_checked}
    assert items(["raw_content"], *DAYS[:2]) <= done
    stale = set(home.planner.plan(DayRange(APRIL, DAYS[1])).stale)
    assert items(CONTENT_DAY, *DAYS[:2]) - done <= stale
    assert stale & done == set(), "what was made and checked is not made again"
