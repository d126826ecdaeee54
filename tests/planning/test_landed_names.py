"""A landing zone as people have it: odd names, companions, links. What can be read is made, the rest is named."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from c360_assets.planning.plan import DayRange
from tests.landing.landed import LINE, LOG, land
from tests.support.homes import Home
from tests.support.spoiling import materialize

pytestmark = pytest.mark.engine


def rows_by_day(home: Home) -> Counter[int]:
    """How many rows of April 2022 the raw table has, by day of the month."""
    return Counter(row["log_date"].day for row in home.rows("raw_content") if row["log_date"] < date(2022, 5, 1))


def landed_again(home: Home) -> set[date | None]:
    """The days of the raw table that a run would make."""
    plan = home.planner.plan(DayRange())
    assert not plan.failed | set(plan.unreadable)
    return {day for table, day in plan.stale if table == "raw_content"}


def test_days_of_any_name_are_made_and_companions_passed_over(home: Home) -> None:
    link = home.landing / LOG / "20220407"
    land(
        home.landing,
        {
            "2022-04-01.json": LINE,
            "date=2022-04-02/part-0.json": LINE,
            "20220403/10/part::0.json": LINE,
            "20220403/11/part 1?x#y%20[z].json": LINE * 2,
            "20220404.txt": LINE,
            "20220405/part-0": LINE,
            **dict.fromkeys(("20220405/part-0.md5", "20220405/Thumbs.db", "20220405_$folder$", "x.part"), b"\0"),
        },
    )
    land(home.root, {"part-0.json": LINE}, "store")
    link.symlink_to(home.root / "store")
    days = {date(2022, 4, day) for day in (1, 2, 3, 4, 5, 7)}
    assert landed_again(home) == days
    materialize(home, ("raw_content",), min(days), max(days))
    assert rows_by_day(home) == {1: 1, 2: 1, 3: 3, 4: 1, 5: 1, 7: 1}
    assert landed_again(home) == set()
    (home.root / "store" / "part-0.json").write_bytes(LINE * 3)
    assert landed_again(home) == {date(2022, 4, 7)}
    materialize(home, ("raw_content",), date(2022, 4, 7), date(2022, 4, 7))
    assert rows_by_day(home)[7] == 3


@pytest.mark.slow  # in every run test_plan.py names days without a partition
def test_days_at_the_edges(home: Home) -> None:
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)
    days = ["20220401", "20220331", "20220431", "00010101", f"{today:%Y%m%d}", f"{tomorrow:%Y%m%d}"]
    land(home.landing, {f"{day}.json": LINE for day in days})
    outcome = home.run_directly()
    assert not outcome.ok
    assert not outcome.failed
    assert {row["log_date"] for row in home.rows("raw_content")} == {date(2022, 4, 1), today}
    wrong = {line.partition(".json")[0].removeprefix(f"{LOG}/"): line for line in outcome.unrecognized_files}
    assert set(wrong) == {"20220331", "20220431", "00010101", f"{tomorrow:%Y%m%d}"}
    assert "before the first day" in wrong["20220331"]
    assert "before the first day" in wrong["00010101"]
    assert "not a valid date" in wrong["20220431"]
    assert "in the future" in wrong[f"{tomorrow:%Y%m%d}"]


def test_a_day_in_no_known_form_fails_alone(home: Home) -> None:
    land(home.landing, {"20220401.json": LINE, "20220402/a.json": LINE, "20220402/b.txt": b"notes\n"})
    outcome = home.run_directly()
    assert set(outcome.failed) == {("raw_content", date(2022, 4, 2))}
    assert rows_by_day(home) == {1: 1}
