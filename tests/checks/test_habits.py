"""Checks of habits warn on what is unusual, pass on what is usual, and never stop a run."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from c360_assets.checks.monitors import landing
from c360_assets.checks.monitors.monitor import Scope
from c360_assets.checks.monitors.month_days import expected_days
from c360_assets.tables import TABLES
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.settings import PROJECT
from tests.support.commands import environment
from tests.support.homes import Home, engine
from tests.support.spoiling import (
    APRIL,
    FIRST,
    LAST,
    check,
    land,
    land_all,
    materialize,
    record,
    results_of,
    rewrite,
    search,
)

pytestmark = pytest.mark.engine


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def mark_days(home: Home, table: str, rows: dict[date, int]) -> None:
    """Lets days look as if they were made with so many rows."""
    for day, count in rows.items():
        ProvenanceStore(str(home.lake)).write(table, day, Provenance("made", count))


def the(home: Home, table: str, name: str, **more: Any) -> dg.AssetCheckEvaluation:
    """The result of one habit, which is never more than a warning."""
    result = check(home, table, [name], **more)[name]
    assert result.severity == dg.AssetCheckSeverity.WARN
    assert not result.blocking
    assert result.passed == (result.description is None)
    json.dumps({key: value.value for key, value in result.metadata.items()}, allow_nan=False)
    return result


@pytest.mark.parametrize("table", ["raw_content", "raw_search"])
@pytest.mark.parametrize(
    ("rows", "passes"),
    [(300, True), (34, True), (33, False), (301, False), (0, False)],
    ids=["three times", "a third", "below a third", "above three times", "none"],
)
def test_a_day_has_about_as_many_rows_as_the_seven_landed_before(
    home: Home, table: str, rows: int, passes: bool
) -> None:
    days = days_from(FIRST, 10)
    usual = dict.fromkeys(days[:9], 100) | {days[0]: 9000, days[1]: 9000, days[4]: 0, days[6]: 100}
    mark_days(home, table, usual | {days[9]: rows})
    result = the(home, table, "usual_row_count", first=days[9], last=days[9])
    assert result.passed == passes
    assert result.metadata["rows"].value == {"2022-04-10": rows}
    assert passes or f"2022-04-10: {rows} rows, usually 100" in str(result.description)


def test_the_first_days_of_a_log_have_limits_of_their_own(home: Home) -> None:
    mark_days(home, "raw_content", {FIRST: 0, date(2022, 4, 2): 1})
    result = the(home, "raw_content", "usual_row_count")
    assert str(result.description).startswith("2022-04-01: 0 rows, expected 1 to")


def test_fields_that_are_known_pass(made: Home) -> None:
    for table in ("raw_content", "raw_search"):
        result = the(made, table, "known_fields")
        assert result.passed
        assert result.metadata["days"].value == 3


def test_new_and_missing_fields_are_named_by_day(home: Home) -> None:
    land_all(home.landing)
    wide = record("HNH579912", None, 1, "VOD", **{"Region": "north", "0912345678": "x"})
    land(home.landing, "log_content", LAST, [record("HNH579912", "0C96E62FC55C", 1, "VOD"), wide])
    land(home.landing, "log_search", LAST, [search(LAST, "1", "phim", "enter").replace("platform", "device")])
    run = materialize(home, ["raw_content", "raw_search"])
    assert run.success, "a warning stops nothing"
    results = results_of(run)
    assert results["raw_content:known_fields"].description == "2022-04-03: new 091*******, Region"
    assert results["raw_search:known_fields"].description == "2022-04-03: new device, missing platform"


def test_names_of_new_fields_are_found_however_much_the_fields_hold() -> None:
    """An answer of the engine has 128 MiB at most."""
    long = """concat('{"new_', id, '":"', repeat('a', 16777216), '"}') as other_fields"""
    rows: Any = SimpleNamespace(read=lambda *_: engine().session.range(9).selectExpr(long))
    scope = Scope(TABLES["raw_content"], {}, {}, rows, rows, rows)
    assert landing._other_names(scope, FIRST) == {f"new_{number}" for number in range(9)}


def quarantined(home: Home, rows: dict[date, dict[str, int]], landed: int) -> None:
    """A quarantine in which each day has so many rows of a reason, of so many that landed."""
    columns = home.rows("quarantine_content")[0].keys()
    blank = dict.fromkeys(columns) | {"source_file": "a.json"}
    found = [
        {**blank, "log_date": day, "reason": reason}
        for day, reasons in rows.items()
        for reason, count in reasons.items()
        for _ in range(count)
    ]
    rewrite(home, "quarantine_content", found)
    shutil.rmtree(home.lake / "quarantine_content" / "_c360")
    shutil.rmtree(home.lake / "raw_content" / "_c360")
    mark_days(home, "quarantine_content", dict.fromkeys(rows, 1))
    mark_days(home, "raw_content", dict.fromkeys(rows, landed))


@pytest.mark.parametrize(
    ("reason", "count", "landed", "passes"),
    [
        ("missing_contract", 6, 200, True),
        ("missing_contract", 7, 200, False),
        ("unparseable", 5, 500, True),
        ("unparseable", 6, 500, False),
        ("unparseable", 4, 100, True),
        ("unparseable", 5, 100, False),
        ("no_watch_time", 120, 200, True),
    ],
    ids=[
        *("three times", "more than three times", "new, one per cent", "new, more"),
        *("new, of few records", "new, of enough records", "large, but always was"),
    ],
)
def test_a_reason_that_takes_a_far_larger_share_warns(
    made: Home, reason: str, count: int, landed: int, passes: bool
) -> None:
    days = days_from(FIRST, 9)
    usual = {"missing_contract": landed // 100, "no_watch_time": landed // 2}
    quarantined(made, {**dict.fromkeys(days[:8], usual), days[8]: {**usual, reason: count}}, landed)
    assert the(made, "quarantine_content", "usual_share", first=days[0], last=days[7]).passed
    result = the(made, "quarantine_content", "usual_share", first=days[8], last=days[8])
    assert result.passed == passes
    assert result.metadata["shares"].value["2022-04-09"][reason] == count / landed
    assert passes or f"2022-04-09: {reason}" in str(result.description)


def test_a_bad_first_day_warns_and_never_becomes_usual(made: Home) -> None:
    days = days_from(FIRST, 6)
    few = {"missing_contract": 1}
    quarantined(
        made,
        {days[0]: {"missing_contract": 90}, **dict.fromkeys(days[1:5], few), days[5]: {"missing_contract": 5}},
        100,
    )
    result = the(made, "quarantine_content", "usual_share", first=days[0], last=days[5])
    told = str(result.description)
    assert told == (
        "2022-04-01: missing_contract 90.00%, above 50.00%, 2022-04-06: missing_contract 5.00%, usually 1.00%"
    )
    held = ProvenanceStore(str(made.lake)).read("quarantine_content")
    assert {day for day, one in held.items() if one.warnings} == {days[0], days[5]}


def test_unknown_apps_are_named_with_their_seconds(home: Home) -> None:
    land_all(home.landing)
    lines = [record("HNH579912", None, seconds, app) for seconds, app in ((5, "newapp"), (7, "ZAPP"), (3, "  "))]
    land(home.landing, "log_content", LAST, lines)
    run = materialize(home, ["raw_content", "clean_content"])
    assert run.success, "a warning stops nothing"
    result = results_of(run)["clean_content:known_apps"]
    assert not result.passed
    assert result.metadata["seconds"].value == {"ZAPP": 7, "NEWAPP": 5}
    assert str(result.description).startswith("2022-04-03: unknown ZAPP, NEWAPP;")
    assert the(home, "clean_content", "known_apps", first=FIRST, last=FIRST).passed


def test_days_that_did_not_land_are_listed(home: Home) -> None:
    april = days_from(APRIL, 30)
    mark_days(home, "raw_content", {day: 5 for day in april if day.day != 12})
    mark_days(home, "watch_metrics", {APRIL: 1, date(2022, 5, 1): 1})
    result = the(home, "watch_metrics", "all_days_landed", first=APRIL, last=date(2022, 5, 1))
    assert result.description == "2022-04-01: 1 missing: 2022-04-12"
    assert result.metadata["missing_days"].value == {"2022-04-01": ["2022-04-12"]}
    assert result.metadata["landed_days"].value == {"2022-04-01": 29, "2022-05-01": 0}
    mark_days(home, "raw_content", {date(2022, 4, 12): 5})
    assert the(home, "watch_metrics", "all_days_landed", first=APRIL, last=APRIL).passed


def test_days_at_the_end_of_a_month_are_missed_once_another_begins(home: Home) -> None:
    """Only the other month is made then."""
    may = date(2022, 5, 1)
    mark_days(home, "raw_content", dict.fromkeys((*days_from(APRIL, 28), may), 5))
    mark_days(home, "watch_metrics", {APRIL: 1, may: 1})
    store = ProvenanceStore(str(home.lake))
    store.write("watch_metrics", APRIL, replace(store.read("watch_metrics")[APRIL], is_checked=True))
    assert the(home, "watch_metrics", "all_days_landed", first=may, last=may).passed
    held = store.read("watch_metrics")
    assert held[APRIL].warnings == {"all_days_landed": "2 missing: 2022-04-29, 2022-04-30"}
    assert held[may].warnings == {}


@pytest.mark.parametrize(
    ("landed", "month", "expected"),
    [
        ([date(2022, 4, 3), date(2022, 4, 6)], APRIL, days_from(date(2022, 4, 3), 4)),
        ([date(2022, 4, 3), date(2022, 4, 30)], APRIL, days_from(APRIL, 30)),
        ([date(2022, 4, 3), date(2022, 5, 1)], APRIL, days_from(APRIL, 30)),
        ([date(2022, 3, 3), date(2022, 5, 1)], APRIL, days_from(APRIL, 30)),
        ([date(2022, 3, 3), date(2022, 5, 9)], date(2022, 5, 1), [date(2022, 5, 9)]),
        ([date(2022, 3, 3)], APRIL, []),
        ([date(2022, 5, 3)], APRIL, []),
        ([], APRIL, []),
    ],
    ids=["ends in it", "ends with it", "goes beyond", "around it", "just begun", "before it", "after it", "no log"],
)
def test_which_days_of_a_month_should_have_landed(landed: list[date], month: date, expected: list[date]) -> None:
    assert expected_days(month, landed) == expected


def test_the_reach_of_the_dictionary_is_told_and_never_warns(made: Home) -> None:
    rows = made.rows("search_metrics")
    known = [row for row in rows if row["search_category"] != "unknown"]
    result = the(made, "search_metrics", "dictionary_coverage")
    assert result.passed
    assert result.metadata["coverage"].value == {
        "2022-04-01": {
            "users": len(rows),
            "known_users": round(len(known) / len(rows), 4),
            "searches": sum(row["searches"] for row in rows),
            "known_searches": round(
                sum(row["searches"] for row in known) / sum(row["searches"] for row in rows),
                4,
            ),
        }
    }
    rewrite(made, "search_metrics", [{**row, "search_category": "unknown"} for row in rows])
    assert the(made, "search_metrics", "dictionary_coverage").passed


def test_links_that_cannot_be_used_warn_by_reason_and_are_masked(made: Home) -> None:
    result = the(made, "quarantine_identity", "no_conflicts")
    assert result.description == "user_of_many_contracts (2)"
    assert result.metadata["links"].value == {"user_of_many_contracts": 2}
    examples = result.metadata["examples"].value
    assert [example["contract"] for example in examples] == ["HNH******", "QAD******"]
    assert {example["user_id"] for example in examples} == {"**"}
    rewrite(made, "quarantine_identity", [])
    assert the(made, "quarantine_identity", "no_conflicts").passed


def test_a_habit_that_cannot_be_looked_at_warns_and_stops_nothing(made: Home) -> None:
    for table in ("raw_content", "clean_content"):
        for file in (made.lake / table).glob("*/*.parquet"):
            file.write_bytes(b"no parquet")
    for table, name in (("clean_content", "known_apps"), ("raw_content", "known_fields")):
        assert "could not be made" in str(the(made, table, name).description)
        assert "could not be made" in ProvenanceStore(str(made.lake)).read(table)[FIRST].warnings[name]


ALONE = """
import sys, dagster as dg
from c360_assets.build import build
from resources.settings import Settings
key = dg.AssetCheckKey(dg.AssetKey("clean_content"), "no_dominant_contract")
job = build(Settings.from_environment()).resolve_implicit_global_asset_job_def()
job = job.get_subset(asset_check_selection={key}, asset_selection=set())
results = job.execute_in_process(instance=dg.DagsterInstance.ephemeral()).get_asset_check_evaluations()
assert results
sys.exit("; ".join(filter(None, (result.description for result in results))) or 0)
"""


@pytest.mark.slow  # a process of its own; in every run all checks are looked at together
def test_a_check_by_itself_starts_the_engine(made: Home) -> None:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith("SPARK_")
    }  # of this process's engine
    env = {**own, "PYTHONPATH": str(PROJECT), **environment(made.root)}
    done = subprocess.run([sys.executable, "-c", ALONE], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


LINK_LINES = [f"HNH57991{number},765432{number},app\n" for number in range(6)]


@pytest.mark.parametrize(("left", "passes"), [(0, False), (1, False), (2, True), (6, True)])
def test_links_that_are_gone_warn(home: Home, left: int, passes: bool) -> None:
    links = home.landing / "identity" / "links.csv"
    land_all(home.landing)
    for count in (6, left):
        links.write_text("".join(["contract,user_id,source\n", *LINK_LINES[:count]]))
        found = results_of(materialize(home, ["identity_map"], None, None))["identity_map:links_kept"]
        assert found.passed == (count == 6 or passes), "before the first there were none"
    assert found.metadata["before"].value == 6
    warning = None if passes else f"links fell from 6 to {left}: files in identity/ may be missing"
    assert found.description == warning
    assert ProvenanceStore(str(home.lake)).get("identity_map", None).warnings.get("links_kept") == warning
    assert the(home, "identity_map", "links_kept", first=None).passed == passes, "if looked at again"
    for is_killed in (False, True):
        if is_killed:  # when it had committed, and had not recorded it yet
            ProvenanceStore(str(home.lake)).forget("identity_map", None)
        found = results_of(materialize(home, ["identity_map"], None, None))["identity_map:links_kept"]
        assert found.description == warning, "if made again from the same files"


def test_links_that_were_never_made_are_not_compared(home: Home) -> None:
    land_all(home.landing)
    found = results_of(materialize(home, ["identity_map"], None, None))["identity_map:links_kept"]
    assert (found.passed, "before" in found.metadata) == (True, False)
