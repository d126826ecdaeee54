"""`c360 explain` and `c360 diff` over a lake: what they print, as text and as JSON."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.support.homes import Home
from tests.support.lakes import two_months_lake

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A lake of two months. Not to be changed."""
    with two_months_lake(tmp_path_factory) as home:
        yield home


def test_the_story_of_a_profile_fits_on_one_screen(c360, made):
    told = c360("explain", "HNH579912", "--month", "2022-04", root=made.root)
    assert (told.status, told.err) == (0, "")
    assert "content log: 2 landed records: 2 counted, 0 capped, 0 duplicate, 0 quarantined" in told.out
    assert "These records reproduce all 53 figures" in told.out
    assert told.out.count("\n") <= 70


def test_a_figure_is_explained_down_to_its_files(c360, made):
    told = c360("explain", "SGDA12345", "--month", "2022-04", "--figure", "seconds_total", root=made.root)
    assert told.status == 0
    for text in (
        "device_months of 2022-04: 2",
        "clean_content of 2022-04: 4",
        "landed records: 4",
        "capped",
        "20220401",
    ):
        assert text in told.out
    assert "HNH579912" not in told.out


def test_wide_rows_are_listed_below_each_other_in_a_narrow_terminal(c360, made, monkeypatch):
    words = ("explain", "SGDA12345", "--month", "2022-04", "--figure", "seconds_total")
    wide = c360(*words, root=made.root).out
    assert re.search(r"^ day +file +id ", wide, re.MULTILINE)
    monkeypatch.setenv("COLUMNS", "60")
    narrow = c360(*words, root=made.root).out
    assert not re.search(r"^ day +file +id ", narrow, re.MULTILINE)
    assert re.search(r"^ file +20220401\.json", narrow, re.MULTILINE)
    assert max(map(len, narrow[narrow.index("landed records: ") :].splitlines())) <= 60


def test_json_has_every_figure_and_every_record(c360, made):
    found = json.loads(c360("explain", "HNH579912", "--month", "2022-04", "--json", root=made.root).out)
    assert len(found["figures"]) == 53
    assert all(figure["adds_up"] and figure["rule"] for figure in found["figures"])
    assert [record["source_file"] for record in found["records"]["content"]] == ["20220401.json", "20220402.json"]
    assert found["fates"]["content"]["counted"] == 2


def test_a_number_typed_as_a_keyword_is_not_shown(c360, made):
    told = c360("explain", "7654321", "--month", "2022-04", "--json", root=made.root)
    assert "<phone>" in told.out
    assert "0912345678" not in told.out


def test_versions_are_compared_as_json(c360, made):
    found = json.loads(c360("diff", "clean_content", "--from", "0", "--to", "1", "--json", root=made.root).out)
    [day] = found["partitions"]
    assert (found["from"], found["to"], day["added"], day["removed"], day["changed"]) == (0, 1, 4, 0, 0)
    assert day["why"] == "landed new: content 2022-04-01"
    assert len(day["keys"]["added"]) == 4


def test_equal_versions_have_no_row_that_differs(c360, made):
    told = c360("diff", "taste", "--from", "1", "--to", "1", root=made.root)
    assert (told.status, told.out) == (0, "taste, version 1 to 1: no row differs.\n")
