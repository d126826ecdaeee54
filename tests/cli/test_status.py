"""`c360 status` over a landing zone of which nothing is made yet."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from c360_assets.execution.runner import Outcome, Runner
from resources.lake.provenance import Provenance, ProvenanceStore
from tests.landing.landed import LINE, LOG, land
from tests.strategies import write_reference

pytestmark = pytest.mark.unit

FILES = {
    "20220401.json": LINE,
    "20220403/part-0.json": LINE,
    "20220403/part-0.json.sha256": b"",
    "[bold] 20220404.json": LINE,
    "20210101.json": LINE,
    **{f".hidden-{number}": b"" for number in range(20)},
}


@pytest.fixture
def landed(tmp_path):
    land(tmp_path / "landing", FILES)
    land(tmp_path / "landing", {"links.csv.ok": b""}, "identity")


def test_json_has_all_of_it(c360, landed):
    done = c360("status", "--json")
    assert (done.status, done.err) == (1, "")
    found = json.loads(done.out)
    assert found["ok"] is False
    [april] = found["logs"]["content"]
    assert april["landed"] == ["2022-04-01", "2022-04-03"]
    assert april["missing"] == ["2022-04-02"]
    assert {"table": "raw_content", "partition": "2022-04-01"} in found["to_make"]
    assert {line.split(":")[0] for line in found["not_read"]} == {
        f"{LOG}/[bold] 20220404.json is not a day's name",
        f"{LOG}/20210101.json",
    }
    assert sorted(found["passed_over"]) == sorted(
        [f"{LOG}/20220403/part-0.json.sha256", "identity/links.csv.ok", *(f"{LOG}/{n}" for n in FILES if n[0] == ".")]
    )


def test_the_terminal_shows_some_of_what_is_passed_over(c360, landed):
    done = c360("status")
    assert done.status == 1
    assert f"not read {LOG}/[bold] 20220404.json is not a day's name: name it 20220404.json" in done.out
    assert done.out.count("passed over") == 11
    assert "12 more; c360 status --json" in done.out


def test_warnings_are_listed_and_strict_makes_them_count(c360, tmp_path):
    land(tmp_path / "landing", {"20220401.json": b""})
    store = ProvenanceStore(str(tmp_path / "lake"))
    for day in (1, 2, 4):
        store.write("raw_content", date(2022, 4, day), Provenance("made", 1, warnings={"known_fields": "new Region"}))
    store.write("watch_metrics", date(2022, 4, 1), Provenance("made", 1, warnings={"all_days_landed": "1 missing"}))
    done = c360("status")
    assert "warning raw_content 2022-04-01..2022-04-02, 2022-04-04 known_fields: new Region" in done.out
    assert "warning watch_metrics 2022-04 all_days_landed: 1 missing" in done.out
    found = json.loads(c360("status", "--json").out)["warnings"]
    assert len(found) == 4
    assert found[0] == {
        "table": "raw_content",
        "partition": "2022-04-01",
        "check": "known_fields",
        "warning": "new Region",
    }


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("warns", [False, True])
def test_warnings_end_a_strict_run_with_status_1(c360, landed, monkeypatch, strict, warns):
    item = ("raw_content", date(2022, 4, 1))
    found = {item: {"known_fields": "new [Region]"}} if warns else {}
    earlier = {("raw_search", date(2022, 4, 1)): {"known_fields": "new Region"}}
    outcome = Outcome(planned=1, warnings=found, earlier_warnings=earlier)
    monkeypatch.setattr(Runner, "run_all", lambda *_: outcome)
    done = c360("run", *(["--strict"] if strict else []))
    assert done.status == (1 if strict and warns else 0), done
    assert ("warning raw_content 2022-04-01 known_fields: new [Region]" in done.out) == warns
    assert "warning 1 of what was made earlier: c360 status lists them" in done.out


@pytest.fixture
def overdue(landed, tmp_path, monkeypatch):
    """Deadlines by which the content log of the day before yesterday has not landed; that day."""
    folder = write_reference(tmp_path / "reference")
    moment = datetime.now(UTC)
    monkeypatch.setattr("c360_assets.planning.overdue.clock", lambda: moment)
    today = moment.date()
    late, since = today - timedelta(days=2), today - timedelta(days=3)
    (folder / "deliveries.toml").write_text(
        f'[log_content]\ndue = "00:00"\nsince = {since}\nwithout = [{today - timedelta(days=1)}]\n'
    )
    land(tmp_path / "landing", {f"{since:%Y%m%d}.json": LINE})
    monkeypatch.setattr(Runner, "run_all", lambda *_: Outcome())
    call = partial(monkeypatch.setenv, "C360_REFERENCE", str(folder))
    return late, call


def test_overdue_days_are_named_by_status(c360, overdue):
    late, set_deadlines = overdue
    assert json.loads(c360("status", "--json").out)["overdue"] == []
    set_deadlines()
    assert f"overdue log_content {late} was due by 00:00 on the following day, UTC" in c360("status").out
    assert json.loads(c360("status", "--json").out)["overdue"] == [{"log": "log_content", "day": late.isoformat()}]


def test_overdue_days_end_a_strict_run_with_status_1(c360, overdue):
    late, set_deadlines = overdue
    assert c360("run", "--strict").status == 0
    set_deadlines()
    done = c360("run")
    assert (done.status, f"overdue log_content {late}" in done.out) == (0, True)
    assert c360("run", "--strict").status == 1


def test_a_whole_month_may_be_missing(c360, landed, tmp_path):
    land(tmp_path / "landing", {"20220602.json": LINE})
    months = json.loads(c360("status", "--json").out)["logs"]["content"]
    assert [month["month"] for month in months] == ["2022-04", "2022-05", "2022-06"]
    assert len(months[1]["missing"]) == 31
    assert months[2]["missing"] == ["2022-06-01"]
    shown = c360("status").out
    assert "01..31" in shown, "days by their number"
    assert "2022-05-01..2022-05-31" not in shown
