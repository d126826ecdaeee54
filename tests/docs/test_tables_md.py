"""docs/tables.md says what the contracts say, and the contracts say something of everything."""

import re

import pytest

from c360_assets.contracts.table import ColumnSpec, Input, TableSpec
from c360_assets.docs import PAGE, RULES, anchor, render_tables, window_in_words
from c360_assets.tables import TABLES

COLUMNS = [(table.name, column) for table in TABLES.values() for column in table.all_columns]


def table_of(unit="month", columns=()):
    return TableSpec("made", "A table.", "behaviour", unit, (), columns)


def row_of(column):
    """The line of a one-column table that tells of its column."""
    page = render_tables([table_of(unit=None, columns=(column,))])
    return next(line for line in page.splitlines() if line.startswith(f"| `{column.name}`"))


def test_the_committed_page_is_what_the_contracts_say():
    is_current = PAGE.read_text(encoding="utf-8") == render_tables(TABLES.values())  # no page-long difference
    assert is_current, "docs/tables.md is not what the contracts say: run `make docs`"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_is_described(table):
    assert len(table.doc.split()) >= 5
    assert table.doc.endswith(".")


@pytest.mark.parametrize("column", [pytest.param(column, id=f"{table}.{column.name}") for table, column in COLUMNS])
def test_every_column_is_described(column):
    assert column.doc.strip() == column.doc != ""
    assert column.doc.lower() != column.name


def test_every_source_of_a_column_exists():
    known = {f"{table}.{column.name}" for table, column in COLUMNS}
    assert {source for _, column in COLUMNS for source in column.of} <= known


def test_every_table_has_its_section_of_rules():
    rules = PAGE.with_name("rules.md").read_text(encoding="utf-8")
    assert set(RULES) == set(TABLES)
    assert {anchor(section) for section in RULES.values()} <= {anchor(h) for h in re.findall(r"^## (.+)$", rules, re.M)}


@pytest.mark.parametrize("word", sorted({v for _, column in COLUMNS for v in column.values or ()}))
def test_every_word_that_a_column_may_hold_is_explained(word):
    assert f"`{word}`" in PAGE.with_name("rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("reader", "unit", "first", "last", "words"),
    [
        ("day", "day", 0, 0, "the same day"),
        ("month", None, 0, 0, "all of it"),
        ("month", "month", 0, 0, "the same month"),
        ("month", "month", -1, 0, "the month and the one before"),
        ("month", "month", -3, 0, "the month and the 3 before"),
        ("month", "day", 0, 0, "the days of the month"),
        ("month", "day", -1, -1, "the days of the month before"),
    ],
)
def test_a_window_in_words(reader, unit, first, last, words):
    assert window_in_words(table_of(reader), Input(table_of(unit), first, last)) == words


def test_a_window_without_words_is_an_error_that_names_the_table():
    with pytest.raises(ValueError, match="-3 to -2 on made"):
        window_in_words(table_of(), Input(table_of(), -3, -2))


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (ColumnSpec("figure", "int", "A figure"), "int | no | A figure |  |  |  |"),
        (ColumnSpec("figure", "int", "A figure", nullable=True), "int | yes | A figure |  |  |  |"),
        (ColumnSpec("figure", "int", "A figure", at_least=1), "int | no | A figure | 1 or more |  |  |"),
        (
            ColumnSpec("figure", "int", "A figure", at_least=0, at_most=86400),
            "int | no | A figure | 0 to 86400 |  |  |",
        ),
        (ColumnSpec("figure", "double", "A figure", at_most=0.5), "double | no | A figure | 0.5 or less |  |  |"),
        (ColumnSpec("word", "string", "A | B", values=("a", "b")), "string | no | A \\| B | `a`, `b` |  |  |"),
        (
            ColumnSpec("who", "string", "Who", personal=True, of=("raw.who",)),
            "string | no | Who |  | yes | `raw.who` |",
        ),
    ],
    ids=["plain", "null", "from", "between", "up to", "values, and a bar in the text", "personal, made of"],
)
def test_a_column_in_the_page(column, cells):
    assert row_of(column).split(" | ", 1)[1] == cells
