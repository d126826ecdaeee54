"""What failed and what waits, in as few lines as there are causes."""

from datetime import date, timedelta

import pytest
from dagster._core.storage.tags import TagType, get_tag_type
from hypothesis import given
from hypothesis import strategies as st

from c360_assets.execution.processes import process_tags
from c360_assets.planning.batches import SPAN, WHY, Batch, run_tags
from c360_assets.planning.lines import cause_lines, named, reason_lines
from c360_assets.tables import TABLES
from resources.lake.provenance import Item

pytestmark = pytest.mark.unit

DAYS = [date(2022, 4, 1) + timedelta(days=number) for number in range(30)]
APRIL = date(2022, 4, 1)
RAW = ("raw_content", "raw_search")
READ_ONLY = "the lake can't be written. Make it writable."


def partitions(table: str) -> list[date | None]:
    """A month of partitions of a table."""
    return {None: [None], "day": DAYS, "month": [APRIL]}[TABLES[table].unit]


def test_a_lake_that_cannot_be_written_is_one_line():
    items = [(table, partition) for table in TABLES for partition in partitions(table)]
    failed = {item: READ_ONLY for item in items if TABLES[item[0]].lands}
    blocked = {item: "raw_content failed" for item in items if item not in failed}
    [line], waiting = cause_lines(failed, blocked, dict.fromkeys(blocked, ("raw_content", DAYS[0])))
    assert waiting == []
    assert line.startswith("raw_content, raw_search 2022-04-01..2022-04-30; identity_map")
    assert f": {READ_ONLY} Left as it was: " in line
    assert all(line.count(f"{table},") + line.count(f"{table} ") + line.count(f"{table}:") == 1 for table in TABLES)


def test_each_cause_has_a_line_with_what_waits_for_it():
    cut, full = ("raw_content", DAYS[0]), ("raw_content", DAYS[1])
    failed = {cut: "20220401.json: is cut off. Land it again.", full: "the disk is full"}
    blocked = {
        ("clean_content", DAYS[0]): "raw_content 2022-04-01 failed",
        ("clean_content", DAYS[1]): "raw_content 2022-04-02 failed",
        ("clean_search", DAYS[0]): "raw_search 2022-04-01 is just being written",
    }
    waits_for = {("clean_content", DAYS[0]): cut, ("clean_content", DAYS[1]): full}
    assert cause_lines(failed, blocked, waits_for) == (
        [
            "raw_content 2022-04-01: 20220401.json: is cut off. Land it again. Left as it was: clean_content 2022-04-01.",
            "raw_content 2022-04-02: the disk is full. Left as it was: clean_content 2022-04-02.",
        ],
        ["clean_search 2022-04-01: raw_search 2022-04-01 is just being written"],
    )


def test_items_are_named_in_data_order():
    items: list[Item] = [
        ("taste", APRIL),
        ("clean_search", DAYS[2]),
        ("clean_content", DAYS[2]),
        ("identity_map", None),
    ]
    assert named(items) == "identity_map; clean_content, clean_search 2022-04-03; taste 2022-04"


@given(st.dictionaries(st.tuples(st.sampled_from(RAW), st.sampled_from(DAYS)), st.sampled_from("abc")))
def test_there_are_as_many_lines_as_reasons(items):
    found = reason_lines(items)
    assert sorted(line[-1] for line in found) == sorted(set(items.values()))
    assert all(any(table in line for line in found) for table, _ in items)


def test_a_run_in_the_list_shows_why_and_its_span_only():
    batch = Batch(("raw_content",), DAYS[0], DAYS[1], 2)
    tags = {**run_tags(batch, "landed: 2 new", {}), **process_tags()}
    ours = {tag for tag in tags if not tag.startswith("dagster/") and get_tag_type(tag) != TagType.HIDDEN}
    assert ours == {WHY, SPAN}
