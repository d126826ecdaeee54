"""What a run makes again: everything that depends on what changed, and nothing else."""

import shutil
from dataclasses import replace
from datetime import date

import pytest

from c360_assets.contracts.partitions import Partitions
from c360_assets.planning.plan import DayRange
from c360_assets.planning.planner import Planner
from c360_assets.reference.model import Fingerprints, load_reference
from c360_assets.tables import TABLES
from resources.lake.provenance import Item, Provenance, ProvenanceStore
from resources.landing.zone import LandingZone, fingerprint
from resources.landing.zone.delivery import LandedFile
from resources.settings import REFERENCE
from tests.support import small_landing as small
from tests.support.homes import FIRST_DAY, Home
from tests.support.reach import (
    CONTENT_DAY,
    SEARCH_DAY,
    after_content,
    after_identity,
    after_search,
    items,
)
from tests.support.reading import differing
from tests.support.small_landing import APRIL, AUGUST, CONTENT_DAYS, JULY, JUNE, MONTHS, SEARCH_DAYS

pytestmark = pytest.mark.engine

ALL_DAYS = DayRange()
FEWER = small.WATCHED[:2]
EVERYTHING = (
    items(CONTENT_DAY, *CONTENT_DAYS)
    | items(SEARCH_DAY, *SEARCH_DAYS)
    | items((name for name, table in TABLES.items() if table.unit == "month"), *MONTHS)
    | items(("identity_map", "quarantine_identity"), None)
)


def text(items: set[Item] | list[Item]) -> list[str]:
    """Items as sorted text: each as often as it comes."""
    return sorted(f"{table} {partition}" for table, partition in items)


def planned(home: Home, days: DayRange = ALL_DAYS) -> list[str]:
    """What a run would make."""
    return text(home.planner.plan(days).stale)


def test_the_first_run_makes_every_partition_once(made_once: Home) -> None:
    assert text(made_once.commits) == text(EVERYTHING)


def test_nothing_changed_makes_nothing(made: Home) -> None:
    outcome = made.run()
    assert (outcome.ok, outcome.runs, made.commits) == (True, 0, [])


def test_a_touched_file_makes_nothing(made: Home) -> None:
    small.touch(small.content_path(made.landing, APRIL))
    small.touch(small.search_path(made.landing, JUNE))
    outcome = made.run()
    assert (outcome.ok, outcome.runs, made.commits) == (True, 0, [])


def test_a_touched_file_is_read_by_one_run_only(made: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(file: LandedFile) -> str:
        raise AssertionError(f"{file.name} is read")

    before = made.planner.plan(DayRange())
    small.touch(small.content_path(made.landing, APRIL))
    assert made.run_directly().planned == 0
    monkeypatch.setattr(fingerprint, "_DIGESTS", {})
    monkeypatch.setattr(fingerprint, "read_digest", read)
    plan = made.planner.plan(DayRange())
    assert (plan.stale, plan.touched, plan.versions) == ([], {}, before.versions)


def test_what_was_committed_meanwhile_is_not_remembered_as_before(made: Home) -> None:
    small.touch(small.content_path(made.landing, APRIL))
    plan, provenances = made.planner.plan(DayRange()), ProvenanceStore(str(made.lake))
    other = Provenance("of another run")
    provenances.write("raw_content", APRIL, other)
    made.planner.remember_touched(plan)
    assert provenances.get("raw_content", APRIL) == other


def test_a_content_day_delivered_again_reaches_its_month_and_what_looks_back_at_it(made: Home) -> None:
    small.land_content(made.landing, APRIL, FEWER)
    assert made.run_directly().ok
    assert text(made.commits) == text(after_content(APRIL))
    assert planned(made) == []


def test_a_search_day_delivered_again_reaches_its_month_and_the_next(made: Home) -> None:
    small.land_search(made.landing, APRIL, small.SEARCHED[:1])
    assert made.run_directly().ok
    assert text(made.commits) == text(after_search(APRIL))
    assert planned(made) == []


def test_changed_links_reach_every_profile(made: Home) -> None:
    small.land_links(made.landing, f"{small.LINKS}SGDA12345,7654321,app\n")
    assert made.run_directly().ok
    assert text(made.commits) == text(after_identity())
    assert planned(made) == []


def test_links_taken_away_are_gone_from_every_profile(made: Home) -> None:
    shutil.rmtree(made.landing / "identity")
    assert planned(made) == text(after_identity())


def test_a_late_day_is_made_with_what_depends_on_it(made: Home) -> None:
    late = date(2022, 7, 20)
    small.land_content(made.landing, late)
    assert made.run_directly().ok
    assert text(made.commits) == text(after_content(late))
    assert planned(made) == []


def test_a_day_of_a_new_month_makes_that_month_only(made: Home) -> None:
    day = date(2022, 9, 1)
    small.land_search(made.landing, day)
    months = (name for name, table in TABLES.items() if table.unit == "month")
    assert planned(made) == text(items(SEARCH_DAY, day) | items(months, day))


def test_a_day_taken_from_the_landing_zone_stays_in_the_lake(made: Home) -> None:
    small.content_path(made.landing, APRIL).unlink()
    small.search_path(made.landing, JUNE).unlink()
    outcome = made.run()
    assert (outcome.ok, outcome.runs, made.commits) == (True, 0, [])
    assert len([row for row in made.rows("raw_content") if row["log_date"] == APRIL]) == len(small.WATCHED)


def test_months_of_days_in_the_lake_are_made_though_nothing_lies_there_any_more(made: Home) -> None:
    """As after a run that was killed before its months: later months look back at them."""
    for table in ("watch_metrics", "taste"):
        ProvenanceStore(str(made.lake)).forget(table, APRIL)
    small.content_path(made.landing, APRIL).unlink()
    small.search_path(made.landing, JUNE).unlink()
    assert planned(made) == text(items(("watch_metrics", "taste"), APRIL))
    assert planned(made, DayRange(AUGUST, None)) == text(items(("watch_metrics", "taste"), APRIL))
    assert made.run_directly(first=AUGUST).ok


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (DayRange(APRIL, APRIL), after_content(APRIL)),
        (DayRange(None, date(2022, 4, 30)), after_content(APRIL)),
        (DayRange(JUNE, JULY), after_content(JUNE)),
        (DayRange(date(2022, 6, 2), None), set()),
        (DayRange(date(2022, 5, 2), None), after_content(JUNE)),
        (DayRange(), after_content(APRIL, JUNE)),
    ],
    ids=["one day", "up to a day", "a later range", "after all changes", "from a day", "all"],
)
def test_a_range_of_days_limits_what_is_made(made: Home, days: DayRange, expected: set[Item]) -> None:
    small.land_content(made.landing, APRIL, FEWER)
    small.land_content(made.landing, JUNE, FEWER)
    assert planned(made, days) == text(expected)


def test_what_a_range_left_out_is_made_by_the_next_run(made: Home) -> None:
    small.land_content(made.landing, JULY, FEWER)
    small.land_content(made.landing, AUGUST, FEWER)
    assert made.run_directly(first=AUGUST).ok
    assert text(made.commits) == text(after_content(AUGUST))
    assert made.run_directly().ok
    assert text(made.commits) == text(after_content(JULY))


def test_other_reference_data_leaves_raw_days_alone(made: Home) -> None:
    known = load_reference(REFERENCE).fingerprints
    raw = items(("raw_content",), *CONTENT_DAYS) | items(("raw_search",), *SEARCH_DAYS)
    assert text(planner_of(made, replace(known, rules="another digest")).plan(DayRange()).stale) == text(
        EVERYTHING - raw
    )
    assert text(planner_of(made, replace(known, landing="another digest")).plan(DayRange()).stale) == text(EVERYTHING)


def planner_of(made: Home, reference: Fingerprints) -> Planner:
    landing, provenances = LandingZone(str(made.landing)), ProvenanceStore(str(made.lake))
    return Planner(landing, provenances, reference, Partitions(FIRST_DAY))


@pytest.mark.slow  # three whole loads
def test_everything_again_and_a_lost_lake_give_the_same_tables(home: Home) -> None:
    days = (date(2022, 4, 30), date(2022, 5, 1))
    small.land_all(home.landing, days, days[1:])
    assert home.run_directly().ok
    first = text(home.commits)
    kept = home.root / "kept"
    shutil.copytree(home.lake, kept)

    assert home.run_directly(everything=True).ok
    assert text(home.commits) == first
    assert differing(home.lake, kept) == []

    shutil.rmtree(home.lake)
    assert home.run_directly().ok
    assert text(home.commits) == first
    assert differing(home.lake, kept) == []


def test_days_without_a_partition_are_named_and_left(home):
    for name in ("20220331.json", "29990101.json", "notes.txt"):
        (home.landing / "log_content").mkdir(parents=True, exist_ok=True)
        (home.landing / "log_content" / name).write_text("{}\n")
    outcome = home.run()
    assert not outcome.ok
    assert not [item for item in home.commits if item[0] == "raw_content"]
    assert [line.split(":")[0] for line in sorted(outcome.unrecognized_files)] == [
        "log_content/20220331.json",
        "log_content/29990101.json",
        "log_content/notes.txt is not named by a day",
    ]
