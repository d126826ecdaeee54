"""`c360 status` over a landing zone of which nothing is made yet."""

import json

import pytest

from tests.landing.landed import LINE, LOG, land

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
