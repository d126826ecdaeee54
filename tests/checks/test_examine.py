"""Every part of every contract check finds the one row that breaks it."""

import math
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from c360_assets.checks.contract import examiner as examine_module
from c360_assets.checks.contract.examiner import KEY_IS_UNIQUE, NO_NULLS, Examination, Examiner
from c360_assets.checks.contract.row_checks import row_checks
from c360_assets.contracts.table import TableSpec
from c360_assets.tables import TABLES
from resources.lake.tables import Lake
from tests.support.homes import Home, engine
from tests.support.spoiling import FIRST, LAST, add_file, change, marks_of, partition_of, rewrite

pytestmark = pytest.mark.engine

# What breaks a part of a rule in a row that is right. Values and bounds are broken from the contract itself, below.
SPOILED: dict[str, dict[str, dict[str, Any]]] = {
    "raw_content": {"unparsed": {"unparsed": "{", "contract": "HNH579912"}},
    "raw_search": {"unparsed": {"unparsed": "{", "user_id": "1"}},
    "identity_map": {"contract": {"contract": "hnh579912"}, "user_id": {"user_id": ""}},
    "quarantine_content": {"unparsed": {"reason": "unparseable", "unparsed": None}},
    "quarantine_search": {"unparsed": {"reason": "missing_user", "unparsed": "{"}},
    "clean_content": {
        "contract": {"contract": "HNH 57991"},
        "mac": {"mac": "0c96e62fc55c"},
        "app_name": {"app_name": ""},
    },
    "clean_search": {
        "search_id": {"search_id": "1"},
        "user_id": {"user_id": ""},
        "keyword": {"keyword_key": ""},
        "clock_error": {"clock_error": True},
        "masked": {"masked": True, "keyword": "phim"},
        "phone": {"keyword": "gọi 84912345678 nhé"},
        "card": {"keyword": "4111111111111111"},
        "email": {"keyword": "an.nguyen@mail.example.vn"},
    },
    "ledger_content": {"rows": {"quarantined_rows": 9}, "seconds": {"capped_seconds": 9}},
    "ledger_search": {"rows": {"balanced": False}},
    "watch_metrics": {
        "seconds_total": {"seconds_other": 1},
        "active_ratio": {"active_ratio": 0.123},
        "active_days": {"observed_days": 2},
        "first_watched": {"first_watched": date(2022, 3, 31)},
        "most_watch": {"most_watch": "sports"},
    },
    "taste": {
        "shares": {"share_other": 0.001},
        "categories": {"categories": 5},
        "lift_category": {"lift_category": "sports"},
    },
    "segment_thresholds": {
        "quartiles": {"median": 1e9},
        "iqr": {"iqr": 1.0},
        "activeness": {"activeness_low_max": 0.9},
        "outliers": {"outliers": 99},
        "recency": {"recency_p20": 99.0},
        "active_days": {"active_days_p60": 0.0},
        "seconds": {"seconds_p80": 0.0},
    },
    "activeness_segments": {
        "outlier": {"outlier": True, "user_type": "low"},
        "watch_trend": {"watch_change": None, "watch_trend": "steady"},
    },
    "device_months": {
        "active_days": {"active_days": 31},
        "first_watched": {"first_watched": date(2022, 3, 31)},
        "last_watched": {"last_watched": date(2022, 4, 30), "day_bits": 1},
    },
    "rfm": {"rfm": {"rfm": "000"}},
    "retention": {
        "months_since": {"months_since": 7},
        "is_open": {"is_open": True},
        "watching": {"watching": 0},
        "retained": {"retained": 0.123},
        "seconds": {"seconds": 0},
    },
    "keyword_demand": {
        "searches": {"quit": 99},
        "quit_share": {"quit_share": 0.123},
        "previous": {"previous_users": 3},
        "demand_trend": {"demand_trend": "rising"},
    },
    "audience_members": {"customer_id": {"customer_id": "user:somebody"}},
    "search_metrics": {
        "outcomes": {"quit": 99},
        "distinct_keywords": {"distinct_keywords": 99},
        "search_days": {"search_days": 31},
        "first_searched": {"last_searched": date(2022, 5, 1)},
    },
    "search_trends": {
        "trending_type": {"trending_type": "unchanged"},
        "previous": {"trending_type": "changed", "previous": "phim"},
    },
    "customer360": {
        "customer_id": {"customer_id": "contract:QAD999999"},
        "matched": {"matched": False},
        "users": {"users": 0},
        "watch_side": {"taste": None},
        "search_side": {"searches": None},
        "trend_side": {"trending_type": None},
        "as_of": {"as_of": date(2022, 5, 1)},
        "watch_month": {"watch_month": date(2022, 5, 1)},
        "search_month": {"search_month": date(2022, 3, 1)},
        "recency_days": {"recency_days": 77},
    },
}


OneTable = Callable[[str], Home]


def _spoiled_columns(table: TableSpec) -> dict[str, dict[str, Any]]:
    """What breaks all values, or all bounds on one side, of the columns of a table."""
    columns = table.columns
    return {
        "known_values": {c.name: "nonsense" for c in columns if c.values},
        "in_range below": {c.name: c.at_least - 1 for c in columns if c.at_least is not None},
        "in_range above": {c.name: c.at_most + 1 for c in columns if c.at_most is not None},
        "in_range nan": {c.name: math.nan for c in columns if c.type == "double"},
    }


def _cases() -> list[Any]:
    rules = [
        (table.name, rule.name, {part}, SPOILED[table.name][part])
        for table in TABLES.values()
        for rule in table.row_rules
        for part in rule.parts
    ]
    columns = [
        (table.name, case.split()[0], set(values), values)
        for table in TABLES.values()
        for case, values in _spoiled_columns(table).items()
        if values
    ]
    return [pytest.param(*case, id=f"{case[0]}-{case[1]}-{next(iter(case[3].items()))}") for case in (*rules, *columns)]


def examine(home: Home, table: str) -> Examination:
    rows = {partition: provenance.rows for partition, provenance in marks_of(home, table).items()}
    return Examiner(TABLES[table], Lake(str(home.lake), engine())).examine(rows)


@pytest.mark.parametrize(("table", "check", "parts", "values"), _cases())
def test_a_part_finds_the_row_that_breaks_it(
    only: OneTable, table: str, check: str, parts: set[str], values: dict[str, Any]
) -> None:
    home = only(table)
    change(home, table, **values)
    found = examine(home, table).found[check]
    assert found.counts.keys() == {partition_of(table)}, "the other partitions are as they were"
    assert found.counts[partition_of(table)].items() >= dict.fromkeys(parts, 1).items()
    assert len(found.examples) == 1


@pytest.mark.parametrize("table", list(TABLES))
def test_a_table_as_it_is_made_breaks_nothing(only: OneTable, table: str) -> None:
    home = only(table)
    done = examine(home, table)
    assert not done.found
    assert not done.unreadable
    assert done.rows == len(home.rows(table)) > 0


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.key])
def test_a_doubled_key_is_found(only: OneTable, table: str) -> None:
    home = only(table)
    rows = home.rows(table)
    rewrite(home, table, [*rows, rows[0]])
    found = examine(home, table).found
    assert set(found) == {KEY_IS_UNIQUE}
    assert sum(sum(parts.values()) for parts in found[KEY_IS_UNIQUE].counts.values()) == 2
    assert found[KEY_IS_UNIQUE].examples[0]["rows"] == 2


@pytest.mark.parametrize("files", [1, 3])
@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.key])
def test_one_row_over_and_over_is_found(only: OneTable, table: str, files: int) -> None:
    """Then each column has one value in each file, which engines know from the log."""
    home = only(table)
    row = next(row for row in home.rows(table) if row.get(str(TABLES[table].partition_column)) == partition_of(table))
    rewrite(home, table, [row] * (3 // files))
    for _ in range(files - 1):
        rewrite(home, table, [row], mode="append")
    done = Examiner(TABLES[table], Lake(str(home.lake), engine())).examine({partition_of(table): 3})
    assert not done.unreadable
    assert set(done.found) == {KEY_IS_UNIQUE}
    assert [sum(parts.values()) for parts in done.found[KEY_IS_UNIQUE].counts.values()] == [3]


def test_a_null_in_a_key_is_a_value_like_any_other(only: OneTable) -> None:
    home = only("clean_content")
    rows = [row for row in home.rows("clean_content") if row["mac"] is None and row["log_date"] == FIRST]
    assert rows
    rewrite(home, "clean_content", [*home.rows("clean_content"), *rows])
    found = examine(home, "clean_content").found[KEY_IS_UNIQUE]
    assert found.counts == {FIRST: {"contract, mac, app_name": 2 * len(rows)}}


@pytest.mark.parametrize(
    ("table", "told"), [*((table, True) for table in TABLES), ("raw_content", False), ("identity_map", False)]
)
def test_a_null_is_found_though_the_engines_do_not_see_it(only: OneTable, table: str, told: bool) -> None:
    home = only(table)
    contract = TABLES[table]
    column = next(column.name for column in contract.columns if not column.nullable)
    row = {**home.rows(table)[0], column: None}
    add_file(home, table, [row], partition_of(table), told)
    done = examine(home, table)
    assert done.found.keys() == {NO_NULLS}
    assert done.found[NO_NULLS].counts == {partition_of(table): {column: 1}}
    assert done.found[NO_NULLS].examples[0][column] == 1
    assert not done.unreadable


def test_a_file_that_is_gone_fails_its_partition_only(only: OneTable) -> None:
    home = only("clean_content")
    for file in (home.lake / "clean_content" / f"log_date={LAST}").glob("*.parquet"):
        file.unlink()
    done = examine(home, "clean_content")
    assert set(done.unreadable) == {LAST}
    assert done.failed(KEY_IS_UNIQUE) == [LAST]
    assert done.rows == sum(
        provenance.rows for day, provenance in marks_of(home, "clean_content").items() if day != LAST
    )


def test_a_writer_in_the_way_of_a_read_fails_no_check(only: OneTable, monkeypatch: pytest.MonkeyPatch) -> None:
    home = only("clean_content")
    read, refused = Lake.read, []

    def in_the_way(self: Lake, *what: Any) -> Any:
        if len(refused) < 2:
            refused.append(what)
            raise RuntimeError("Missing commit file: expected version 1, found 2")
        return read(self, *what)

    monkeypatch.setattr(Lake, "read", in_the_way)
    done = examine(home, "clean_content")
    assert not done.unreadable
    assert done.rows == len(home.rows("clean_content"))
    assert len(refused) == 2


def test_what_stays_unreadable_is_given_up_after_six_tries(only: OneTable, monkeypatch: pytest.MonkeyPatch) -> None:
    home = only("clean_content")
    refused: list[tuple[date, date]] = []

    def never(self: Lake, table: Any, first: date, last: date) -> Any:
        refused.append((first, last))
        raise RuntimeError("Missing commit file: expected version 1, found 2")

    monkeypatch.setattr(Lake, "read", never)
    monkeypatch.setattr("resources.lake.tables.random.uniform", lambda low, high: 0)
    done = examine(home, "clean_content")
    assert set(done.unreadable) == set(marks_of(home, "clean_content"))
    assert set(Counter(refused).values()) == {6}


def test_large_partitions_are_looked_at_one_by_one(only: OneTable, monkeypatch: pytest.MonkeyPatch) -> None:
    home = only("clean_content")
    passes: list[tuple[date | None, date | None]] = []
    read = Lake.read

    def noted(self: Lake, table: Any, first: date | None = None, last: date | None = None) -> Any:
        passes.append((first, last))
        return read(self, table, first, last)

    monkeypatch.setattr(Lake, "read", noted)
    whole = examine(home, "clean_content")
    assert passes == [(FIRST, LAST)]
    monkeypatch.setattr(examine_module, "ROWS_PER_PASS", 1)
    passes.clear()
    assert examine(home, "clean_content") == whole
    assert len(passes) == 3


def test_every_table_has_checks_and_every_part_a_case() -> None:
    assert {table: set(parts) for table, parts in SPOILED.items()} == {
        table.name: {part for rule in table.row_rules for part in rule.parts}
        for table in TABLES.values()
        if table.row_rules
    }
    for table in TABLES.values():
        assert len({check.name for check in row_checks(table)}) == len(row_checks(table))
        assert table.key or table.row_rules or row_checks(table)


def test_a_month_without_rows_breaks_nothing(only: OneTable) -> None:
    home = only("customer360")
    rewrite(home, "customer360", [])
    assert examine(home, "customer360") == Examination()
