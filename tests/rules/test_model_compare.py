"""How the tests compare two tables."""

from datetime import UTC, datetime

import pytest

from tests.model import differences, wrong_search_ids

pytestmark = pytest.mark.unit


def test_order_does_not_count_but_number_does():
    rows = [{"k": 1, "v": "a"}, {"k": 2, "v": None}]
    assert differences(rows, rows[::-1], ["k"]) == []
    assert differences(rows, rows[::-1]) == []
    assert differences(rows, [*rows, rows[0]]) == ["2 rows expected, 3 found", "unexpected: k=1, v='a'"]
    assert differences([*rows, rows[0]], rows, ["k"]) == ["3 rows expected, 2 found", "missing: k=1, v='a'"]


def test_a_differing_row_is_told_by_column():
    assert differences([{"k": 1, "v": 2, "w": 3}], [{"k": 1, "v": 5, "w": 3}], ["k"]) == ["k=1: v: expected 2, found 5"]
    assert differences([{"k": 1, "v": 2}], [{"k": 1}], ["k"]) == ["k=1: v: expected 2, found no such column"]


def test_doubles_may_differ_by_rounding_only():
    assert differences([{"k": 1, "v": 0.1 + 0.2}], [{"k": 1, "v": 0.3}]) == []
    assert differences([{"k": 1, "v": 1.0}], [{"k": 1, "v": 1.0 + 1e-11}]) != []


def test_types_count():
    for one, other in ((1, True), (1, 1.0), (1, "1"), (0, None), ("", None)):
        assert differences([{"v": one}], [{"v": other}]) != []


def test_times_of_a_zone_are_compared_in_utc():
    naive = datetime(2022, 7, 1, 20)
    assert differences([{"v": naive}], [{"v": naive.replace(tzinfo=UTC)}]) == []


def test_skipped_columns_are_not_looked_at():
    assert differences([{"search_id": None, "v": 1}], [{"search_id": "abc", "v": 1}], ["search_id"]) == []


def test_only_the_first_few_are_shown():
    told = differences([{"k": number} for number in range(9)], [], ["k"])
    assert told[0] == "9 rows expected, 0 found"
    assert told[-1] == "... and 4 more"
    assert len(told) == 7


def test_search_ids():
    good = {"log_date": "2022-07-01", "search_id": "a" * 64}
    assert wrong_search_ids([good, {**good, "log_date": "2022-07-02"}]) == []
    assert wrong_search_ids([good, good]) == [f"2 times on 2022-07-01: {'a' * 64}"]
    assert wrong_search_ids([{**good, "search_id": "A" * 64}, {**good, "search_id": None}]) == [
        f"no hex SHA-256: '{'A' * 64}'",
        "no hex SHA-256: None",
    ]
