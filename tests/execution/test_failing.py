"""What fails fails alone: the lake keeps what it held, all else is made, and the next run heals."""

import base64
import gzip
from collections.abc import Callable
from datetime import date
from random import Random

import pytest

from resources.lake.provenance import Item
from resources.lake.tables import Lake
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.modelled import assert_equal_to_model
from tests.support.reach import CONTENT_DAY, PROFILES, SEARCH_DAY, SEARCH_MONTH, WATCH_MONTH, items

pytestmark = pytest.mark.engine

FIRST, BROKEN, LATER, MAY = (date(2022, 4, 28), date(2022, 4, 29), date(2022, 4, 30), date(2022, 5, 1))
APRIL = date(2022, 4, 1)
DAYS = (FIRST, BROKEN, LATER, MAY)
FEWER = small.WATCHED[:2]


def cut_short(home: Home, day: date) -> None:
    """Lands a day again as a gz file that ends too early."""
    path = small.content_path(home.landing, day)
    whole = gzip.compress(path.read_bytes() * 50)
    path.unlink()
    path.with_suffix(".json.gz").write_bytes(whole[: len(whole) // 2])


def rows_of_day(home: Home, table: str, day: date) -> list[str]:
    """A day's rows of a table, sorted."""
    return sorted(str(row) for row in home.rows(table) if row["log_date"] == day)


@pytest.mark.slow  # in every run test_errors_crossing.py has such names
def test_a_file_named_like_an_error_fails_its_own_day_alone(home: Home) -> None:
    small.land_all(home.landing, (FIRST, BROKEN), ())
    error = base64.urlsafe_b64encode(b'{"kind":"DiskFull","what":"x","remedy":5,"where":{}}').decode()
    path = small.content_path(home.landing, BROKEN)
    path.unlink()
    texts = Random(1)  # so many that the file is not at its end when it is first looked at
    lines = "".join(f'{{"Contract":"ABC100001","AppName":"{texts.randbytes(100).hex()}"}}\n' for _ in range(3000))
    path.with_name(f"20220429.[c360-error {error}].json.gz").write_bytes(gzip.compress(lines.encode())[:-1000])
    outcome = home.run()
    assert set(outcome.failed) == {("raw_content", BROKEN)}
    assert "the compressed file is cut off. Land it again, whole." in outcome.failed["raw_content", BROKEN]
    assert items(CONTENT_DAY, FIRST) <= set(home.commits)


def test_a_day_that_cannot_be_read_fails_alone(home: Home) -> None:
    small.land_all(home.landing, DAYS[:3], ())
    assert home.run_directly().ok
    before = {table: rows_of_day(home, table, BROKEN) for table in CONTENT_DAY}

    cut_short(home, BROKEN)
    small.land_content(home.landing, FIRST, FEWER)
    small.land_content(home.landing, LATER, FEWER)
    small.land_search(home.landing, LATER)
    outcome = home.run_directly()

    assert not outcome.ok
    assert set(outcome.failed) == {("raw_content", BROKEN)}
    assert "20220429.json.gz" in outcome.failed["raw_content", BROKEN]
    assert outcome.blocked == {}, "what the lake holds of the day is up to date"
    made = items(CONTENT_DAY, FIRST, LATER) | items(SEARCH_DAY, LATER) | items((*WATCH_MONTH, *SEARCH_MONTH), APRIL)
    assert set(home.commits) == made
    assert {table: rows_of_day(home, table, BROKEN) for table in CONTENT_DAY} == before
    watched = {row["contract"]: row for row in home.rows("watch_metrics")}
    assert watched["HNH579912"]["seconds_total"] == 3 * 254
    assert watched["DNABC1234"]["seconds_total"] == 60, "the two other days hold it no more"
    assert watched["HNH579912"]["observed_days"] == 3

    small.content_path(home.landing, BROKEN).with_suffix(".json.gz").unlink()
    small.land_content(home.landing, BROKEN, FEWER)
    assert home.run_directly().ok
    assert_equal_to_model(home)


@pytest.mark.slow  # in every run test_end_to_end.py has a first delivery that is cut off
def test_a_first_delivery_that_cannot_be_read_leaves_the_month_without_the_day(home: Home) -> None:
    small.land_all(home.landing, (FIRST, BROKEN), ())
    cut_short(home, BROKEN)
    outcome = home.run()
    assert set(outcome.failed) == {("raw_content", BROKEN)}
    assert rows_of_day(home, "raw_content", BROKEN) == []
    watched = {row["contract"]: row for row in home.rows("watch_metrics")}
    assert (watched["HNH579912"]["active_days"], watched["HNH579912"]["observed_days"]) == (1, 1)


def test_two_deliveries_of_a_day_are_refused_by_name(home: Home) -> None:
    small.land_all(home.landing, (FIRST, BROKEN), ())
    twin = small.content_path(home.landing, BROKEN).with_suffix(".csv")
    twin.write_text("Contract,Mac,TotalDuration,AppName\n")
    outcome = home.run_directly()
    assert set(outcome.failed) == {("raw_content", BROKEN)}
    assert "20220429.csv and 20220429.json" in outcome.failed["raw_content", BROKEN]
    assert len(home.rows("clean_content")) > 0


def fail_the_write(lake: Lake, table, partition, frame, why, **more):
    """A write that does not come through."""
    raise OSError("no space left on device")


def write_rows_twice(lake: Lake, table, partition, frame, why, **more):
    """A transform gone wrong: every key stands twice."""
    return WRITE(lake, table, partition, frame.union(frame), why, **more)


WRITE = Lake.write


@pytest.mark.parametrize(
    "fault",
    [
        # In every run test_bad_disks.py has writes that fail.
        pytest.param(fail_the_write, id="failed write", marks=pytest.mark.slow),
        pytest.param(write_rows_twice, id="failed check"),
    ],
)
def test_what_failed_stops_what_is_made_from_it_and_nothing_else(
    home: Home, monkeypatch: pytest.MonkeyPatch, fault: Callable
) -> None:
    small.land_all(home.landing, DAYS, (LATER,))

    def write(lake: Lake, table, partition, frame, why, **more):
        is_hit = (table.name, partition) == ("clean_content", BROKEN)
        return (fault if is_hit else WRITE)(lake, table, partition, frame, why, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "write", write)
        outcome = home.run()

    assert not outcome.ok
    assert set(outcome.failed) == {("clean_content", BROKEN)}
    waiting = items(("ledger_content",), BROKEN) | items(WATCH_MONTH, APRIL)
    waiting |= items(("activeness_segments", "retention", *PROFILES), MAY)
    assert set(outcome.blocked) == waiting
    made = items(CONTENT_DAY, *DAYS) | items(SEARCH_DAY, LATER)
    made |= items(("search_metrics", "search_trends", "keyword_demand"), APRIL, MAY)
    made |= items(("device_months", "watch_metrics", "taste", "segment_thresholds", "rfm"), MAY)
    made |= items(("identity_map", "quarantine_identity"), None)
    made -= items(("ledger_content",), BROKEN)
    committed = set(home.commits) - {("clean_content", BROKEN)}
    assert committed == made - {("clean_content", BROKEN)}
    assert not {row["month"] for row in home.rows("watch_metrics")} - {MAY}

    assert home.run_directly().ok
    assert set(home.commits) == items(("clean_content",), BROKEN) | waiting
    assert_equal_to_model(home)


class Damaging(list[Item]):
    """Commits of a home. The files of one of them are damaged as soon as it is noted, before its checks look."""

    def __init__(self, home: Home, item: Item) -> None:
        super().__init__()
        self._home, self._item = home, item

    def append(self, item: Item) -> None:
        super().append(item)
        if item == self._item:
            for file in (self._home.lake / item[0] / f"log_date={item[1]}").glob("*.parquet"):
                file.write_bytes(b"PAR1 was cut off")


def test_rows_that_cannot_be_read_back_are_the_cause_and_not_a_check(home: Home) -> None:
    small.land_all(home.landing, DAYS[:3], ())
    for last in (LATER, LATER):  # a run of three days, then one of a single day
        home.commits = Damaging(home, ("clean_content", last))
        failed = home.run().failed
        assert list(failed) == [("clean_content", last)]
        assert failed["clean_content", last].startswith("what was written can't be read: ")
    home.commits = []
    assert home.run().ok
