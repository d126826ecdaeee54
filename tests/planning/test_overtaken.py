"""A day that an earlier release committed when somebody was erased already is made again, and no other day is."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from deltalake import DeltaTable

from c360_assets.maintenance.upkeep import upkeep
from c360_assets.planning.plan import DayRange, Plan
from resources.erasure.erasure_list import ErasureList
from resources.lake.provenance import ProvenanceStore
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.lakes import made_once as shared

pytestmark = pytest.mark.engine

KEY = b"an erasure key of a test"
CONTRACT = "HNH579912"
DAY = small.APRIL
DAYS = small.CONTENT_DAYS[:2]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A month and the lake made from it. Not to be changed."""
    with shared(tmp_path_factory, "one-month", small.land_one_month) as home:
        yield home


@pytest.fixture
def listed(made: Home) -> Home:
    """A lake with the key of its erasures."""
    made.erasure_key = KEY
    return made


def put_on_the_list(home: Home, contract: str, when: datetime) -> None:
    ErasureList(str(home.lake), KEY).add([("contract", contract)], "a receipt", when)


def overtaken(plan: Plan) -> set[date | None]:
    """The days of the content log that are made again for this cause."""
    return {day for (table, day), cause in plan.causes.items() if table == "raw_content" and cause == "erased"}


def now() -> datetime:
    """A moment after all that was committed: commits have the time in milliseconds."""
    return datetime.now(UTC) + timedelta(milliseconds=2)


def test_days_that_were_committed_before_the_entry_are_left(listed: Home) -> None:
    put_on_the_list(listed, CONTRACT, now())
    plan = listed.planner.plan(DayRange())
    assert overtaken(plan) == set()
    assert not [item for item in plan.stale if item[0].startswith("raw_")]


def test_days_that_were_committed_after_it_are_made_again_with_all_that_is_made_from_them(listed: Home) -> None:
    put_on_the_list(listed, CONTRACT, datetime(2022, 4, 3, tzinfo=UTC))
    plan = listed.planner.plan(DayRange())
    assert overtaken(plan) == set(DAYS)
    assert ("customer360", DAY) in plan.stale
    assert listed.run_directly().failed == {}
    assert not listed.planner.plan(DayRange()).stale
    for table in ("raw_content", "clean_content", "customer360"):
        assert CONTRACT not in str(listed.rows(table)), table


@pytest.mark.slow  # two of its kind are in every run
def test_days_that_name_the_list_of_their_time_are_left(listed: Home) -> None:
    """Other lists were before and after; to put another on the list makes no day stale."""
    put_on_the_list(listed, "QAD014541", datetime(2022, 4, 3, tzinfo=UTC))
    assert listed.run_directly().failed == {}
    put_on_the_list(listed, "QAD014542", now())
    assert overtaken(listed.planner.plan(DayRange())) == set()


def test_moving_rows_into_other_files_makes_no_day_stale(listed: Home) -> None:
    put_on_the_list(listed, CONTRACT, now())
    table, provenances = str(listed.lake / "raw_content"), ProvenanceStore(str(listed.lake))
    before = provenances.get("raw_content", DAY)
    DeltaTable(table).optimize.z_order(["mac"])
    upkeep(str(listed.lake), "raw_content", "log_date")
    after = provenances.get("raw_content", DAY)
    assert before
    assert after
    assert (after.commit or 0) > (before.commit or 0)
    assert overtaken(listed.planner.plan(DayRange())) == set()


@pytest.mark.slow  # two of its kind are in every run
def test_days_that_name_a_list_which_is_lost_are_left(listed: Home) -> None:
    """They would be made again with the customers that only that list names."""
    put_on_the_list(listed, CONTRACT, datetime(2022, 4, 3, tzinfo=UTC))
    assert listed.run_directly().failed == {}
    shutil.rmtree(listed.lake / "erasures")
    assert overtaken(listed.planner.plan(DayRange())) == set()
    put_on_the_list(listed, "QAD014541", datetime(2022, 4, 3, tzinfo=UTC))
    assert overtaken(listed.planner.plan(DayRange())) == set()
