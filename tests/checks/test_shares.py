"""Monitors of shares, on days that have something to warn of, and that warnings are kept and reported once."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from resources.lake.provenance import ProvenanceStore
from tests.support.homes import Home
from tests.support.spoiling import FIRST, LAST, land, land_all, materialize, record, results_of, search

pytestmark = pytest.mark.engine

OLD = date(2018, 1, 1)
MACS = (None, "no mac", "0C96E62FC55C")
COLUMNS = ("datetime", "user_id", "keyword", "category")


def content(*rows: tuple[str, str | None]) -> list[str]:
    """Lines of the content log for contracts and devices."""
    return [record(contract, mac, 60 + number, "VOD") for number, (contract, mac) in enumerate(rows)]


def searches(count: int, users: int = 10_000, day: date = LAST, plans: object = None) -> list[str]:
    """Lines of the search log."""
    lines = [json.loads(search(day, f"{number % users:07}", f"phim {number}", "enter")) for number in range(count)]
    return [json.dumps({**line, "userPlansMap": plans or ["a:b"]}) for line in lines]


def land_ansi(landing: Path) -> None:
    """A search log as CSV in a code page of Windows."""
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, [f"{LAST} 10:00:00", "0123456", "phở", "enter"]])
    path = landing / "log_search" / f"{LAST:%Y%m%d}.csv"
    path.with_suffix(".json").unlink()
    path.write_bytes(text.getvalue().replace("ở", "\xf5").encode("latin-1"))


def lines_of(folder: str, lines: list[str]) -> Callable[[Path], None]:
    return lambda landing: land(landing, folder, LAST, lines)


UNUSUAL: dict[str, tuple[Callable[[Path], None], str]] = {
    "macs": (
        lines_of("log_content", content(*((f"HNH{number:06}", MACS[number % 3]) for number in range(120)))),
        "clean_content:usual_unknown_macs",
    ),
    "contract": (
        lines_of(
            "log_content",
            content(*((f"HNH{number:06}" if number % 50 else "HNH579912", f"{number:012X}") for number in range(1100))),
        ),
        "clean_content:no_dominant_contract",
    ),
    "user": (lines_of("log_search", searches(1100, users=50)), "clean_search:no_dominant_user"),
    "clocks": (
        lines_of("log_search", [*searches(30), *searches(5, day=OLD)]),
        "clean_search:usual_clock_errors",
    ),
    "plans": (
        lines_of("log_search", [*searches(35), *searches(5, plans=[["key", "value"]])]),
        "clean_search:usual_unread_plans",
    ),
    "ANSI": (land_ansi, "raw_search:usual_unreadable_text"),
}


def test_a_file_that_is_that_of_another_day_warns(home: Home) -> None:
    land_all(home.landing)
    lines = content(*((f"HNH{number:06}", f"{number:012X}") for number in range(50)))
    for day in (FIRST, LAST):
        land(home.landing, "log_content", day, lines)
    results = results_of(materialize(home, ["raw_content", "raw_search"], LAST, LAST))
    assert results["raw_search:no_file_of_another_day"].passed, "small files may be the same"
    assert results["raw_content:no_file_of_another_day"].passed, "no other day is in the lake"
    results = results_of(materialize(home, ["raw_content"], FIRST, FIRST))
    told = results["raw_content:no_file_of_another_day"].description
    assert told == f"{FIRST}: a file is the same, byte for byte, as on {LAST}"


def test_a_day_that_loses_files_and_gets_no_other_warns_until_it_is_whole(home: Home) -> None:
    land_all(home.landing)
    folder, name = home.landing / "log_content" / f"{LAST:%Y%m%d}", "raw_content:no_file_gone"
    folder.with_suffix(".json").unlink()
    folder.mkdir()
    parts = [folder / f"hour-{hour}.json" for hour in range(3)]
    for hour, part in enumerate(parts):
        part.write_text("\n".join(content((f"HNH{hour:06}", None))))

    def told() -> str | None:
        result = results_of(materialize(home, ["raw_content"], LAST, LAST))[name]
        return None if result.passed else result.description

    assert told() is None
    text = parts[0].read_text()
    parts[0].unlink()
    assert (told() or "").startswith(f"{LAST}: 1 of 3 files are gone, and none was added. ")
    parts[1].unlink()
    for _ in range(2):  # made again from the same files, it still warns
        assert (told() or "").startswith(f"{LAST}: 2 of 3 files are gone, and none was added. ")
    ProvenanceStore(str(home.lake)).forget("raw_content", LAST)  # as a run leaves it that is killed while it commits
    assert (told() or "").startswith(f"{LAST}: 2 of 3 files are gone, and none was added. ")
    parts[0].write_text(text)
    assert told() is None, "a file that was added makes it another delivery"


@pytest.mark.parametrize("line_end", ["\n", "\r"], ids=["LF", "CR"])
@pytest.mark.parametrize("name", [f"{LAST:%Y%m%d}.csv", f"{LAST:%Y%m%d}/export.json/part-0.json.csv"])
def test_a_quote_that_takes_in_the_records_behind_it_warns(home: Home, name: str, line_end: str) -> None:
    """Whatever its name: the first bytes of a file say what it is."""
    land_all(home.landing)
    rows = [[f"HNH{number:06}", f"{number:012X}", 60, "VOD"] for number in range(50)]
    lines = ["Contract,Mac,TotalDuration,AppName", *(",".join(map(str, one)) for one in rows)]
    lines[10] = lines[10].replace("VOD", '"VOD')
    path = home.landing / "log_content" / name
    (home.landing / "log_content" / f"{LAST:%Y%m%d}.json").unlink()
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(line_end.join(lines).encode())
    run = materialize(home, ["raw_content"])
    assert run.success, "a warning stops nothing"
    result = results_of(run)["raw_content:no_runaway_quotes"]
    assert result.description == f"{LAST}: records of 20 lines or more: 1; a quote may not be closed"


@pytest.mark.parametrize(("contract", "table"), [("HNH579912", "identity_map"), ("0", "quarantine_identity")])
def test_a_quote_that_takes_in_links_warns(home: Home, contract: str, table: str) -> None:
    links = [f'{contract},0123456,"app', *(f"HNH{number:06},{number:07},app" for number in range(30))]
    path = home.landing / "identity" / "links.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(["contract,user_id,source", *links]))
    results = results_of(materialize(home, ["identity_map", "quarantine_identity"], None, None))
    found = {name.partition(":")[0]: one.description for name, one in results.items() if "no_runaway_quotes" in name}
    assert found.pop(table) == "records of 20 lines or more: 1; a quote may not be closed"
    assert list(found.values()) == [None]


def test_what_a_quote_takes_into_a_source_is_not_shown(home: Home) -> None:
    """Neither in Dagster nor in Delta's log: it may be the links of others."""
    path = home.landing / "identity" / "links.csv"
    path.parent.mkdir(parents=True)
    path.write_text('contract,user_id,source\n0,0123456,"app\nHNH000061,1000061,crm\n"\nHNH1,7654321,HNH000062\n')
    run = materialize(home, ["identity_map", "quarantine_identity"], None, None)
    told = str([event.event_specific_data for event in run.all_events])
    logs = "".join(path.read_text() for path in home.lake.glob("*identity*/_delta_log/*.json"))
    assert "no_conflicts" in told
    assert "numRecords" in logs
    assert not [one for one in ("HNH000061", "HNH000062") if one in told or one in logs]


def test_json_may_hold_many_lines(home: Home) -> None:
    land_all(home.landing)
    small = home.landing / "log_search" / f"{LAST:%Y%m%d}.json"
    small.write_text(small.read_text().replace('"keyword": "', '"keyword": "' + "a\\n" * 30))
    assert results_of(materialize(home, ["raw_search"]))["raw_search:no_runaway_quotes"].passed


@pytest.mark.parametrize(("change", "check"), UNUSUAL.values(), ids=UNUSUAL.keys())
def test_a_share_that_is_too_large_warns(home: Home, change: Callable[[Path], None], check: str) -> None:
    land_all(home.landing)
    change(home.landing)
    log = check.partition(":")[0].partition("_")[2]
    run = materialize(home, [f"raw_{log}", f"clean_{log}"])
    assert run.success, "a warning stops nothing"
    results = results_of(run)
    assert str(results[check].description).startswith(f"{LAST}: ")
    shares = {name for name in results if ":usual_" in name or ":no_dominant" in name} - {"raw_content:usual_row_count"}
    others = shares - {check, "raw_search:usual_row_count"}
    assert [name for name in others if not results[name].passed] == []
    table, name = check.split(":")
    held = ProvenanceStore(str(home.lake)).read(table)
    assert {day for day, one in held.items() if name in one.warnings} == {LAST}
    told = str(
        [(one.description, {key: value.value for key, value in one.metadata.items()}) for one in results.values()]
    )
    assert not [person for person in ("HNH579912", "0123456", "0000000") if person in told]


def test_small_days_have_no_dominant_customer(home: Home) -> None:
    land(home.landing, "log_search", FIRST, searches(3, users=1, day=FIRST))
    run = materialize(home, ["raw_search", "clean_search"], FIRST, FIRST)
    assert results_of(run)["clean_search:no_dominant_user"].passed


@pytest.mark.slow  # four runs; each warning is in every run
def test_warnings_are_of_the_run_that_made_them(home: Home) -> None:
    land_all(home.landing)
    land(home.landing, "log_content", LAST, [record("HNH579912", "0C96E62FC55C", 1, "VOD", Region="north")])
    first = home.run()
    assert first.ok
    assert first.warnings[("raw_content", LAST)] == {"known_fields": "new Region"}
    assert ("quarantine_identity", None) in first.warnings
    again = home.run()
    assert not again.warnings
    assert again.earlier_warnings == first.warnings
    land(home.landing, "log_content", LAST, [record("HNH579912", "0C96E62FC55C", 1, "VOD")])
    better = home.run()
    assert "raw_content" not in {table for table, _ in [*better.warnings, *better.earlier_warnings]}
