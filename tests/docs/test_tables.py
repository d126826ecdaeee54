"""The pages of docs/tables/ say what the contracts say, and the contracts say something of everything."""

import re
from itertools import pairwise

import pytest

from c360_assets.contracts.table import ColumnSpec, Input, TableSpec
from c360_assets.docs import (
    DOCS,
    NAVIGATION,
    PAGES,
    README,
    anchor,
    arrows,
    flowchart,
    render_navigation,
    render_pages,
    render_readme,
    window_in_words,
)
from c360_assets.tables import TABLES
from resources.landing.layout import Layout

pytestmark = pytest.mark.unit

COLUMNS = [(table.name, column) for table in TABLES.values() for column in table.all_columns]
DEFINITIONS = DOCS / "definitions"


def table_of(unit="month", columns=(), name="made", inputs=(), layout=None):
    return TableSpec(name, "A table.", "behaviour", unit, (), columns, inputs=inputs, layout=layout)


def row_of(column):
    """The line of a one-column table that tells of its column."""
    page = render_pages([table_of(unit=None, columns=(column,))])["made.md"]
    return next(line for line in page.splitlines() if line.startswith(f"| `{column.name}`"))


@pytest.mark.parametrize("name", render_pages(TABLES.values()))
def test_each_committed_page_is_what_the_contracts_say(name):
    is_current = (PAGES / name).read_text(encoding="utf-8") == render_pages(TABLES.values())[name]
    assert is_current, f"docs/tables/{name} is not what the contracts say: run `make docs`"  # no page-long difference


def test_there_are_pages_of_the_tables_and_no_others():
    assert {path.name for path in PAGES.iterdir()} == {"index.md", *(f"{table}.md" for table in TABLES)}


@pytest.mark.parametrize(
    ("path", "render"), [(README, render_readme), (NAVIGATION, render_navigation)], ids=["README", "navigation"]
)
def test_readme_and_navigation_have_the_tables_of_today(path, render):
    text = path.read_text(encoding="utf-8")
    assert render(text, TABLES.values()) == text, f"{path.name} is not what the contracts say: run `make docs`"


def test_only_what_stands_between_the_markers_is_written():
    before, after = "# Ours\n", "\n\nOurs too.\n"
    old = f"{before}<!-- tables: written by `make docs` -->\nyesterday\n<!-- end of tables -->{after}"
    new = render_readme(old, TABLES.values())
    assert new.startswith(before)
    assert new.endswith(after)
    assert "yesterday" not in new
    with pytest.raises(ValueError, match="end of tables"):
        render_readme("<!-- tables: written by `make docs` -->", TABLES.values())


def test_the_navigation_has_every_page_of_a_table():
    assert re.findall(r"tables/(\w+)\.md", NAVIGATION.read_text(encoding="utf-8")) == ["index", *TABLES]


def test_the_diagram_has_what_is_made_from_what():
    into = arrows(TABLES.values())
    for table in TABLES.values():
        sources = {read.table.name for read in table.inputs} | ({table.lands} if table.lands else set())
        for source in sources:
            assert table.name in _reached(into, source), f"no way from {source} to {table.name}"
    drawn = {(source, target) for source, targets in into.items() for target in targets}
    read = {(read.table.name, table.name) for table in TABLES.values() for read in table.inputs}
    assert drawn <= read | {(table.lands, table.name) for table in TABLES.values()}


def test_an_arrow_that_a_longer_path_implies_is_left_out():
    first = table_of(name="first", layout=Layout("files", (), ()))
    second = table_of(name="second", inputs=(Input(first),))
    third = table_of(name="third", inputs=(Input(first), Input(second)))
    assert arrows([first, second, third]) == {"files": ["first"], "first": ["second"], "second": ["third"]}


def test_the_diagram_names_every_table_once_with_a_label():
    lines = flowchart(TABLES.values()).splitlines()
    assert lines[1] == "flowchart LR"
    labels = re.findall(r'(\w+)\[/?"(.*?)"/?\]', "\n".join(lines))
    folders = {table.lands for table in TABLES.values() if table.lands}
    assert sorted(name for name, _ in labels) == sorted({*TABLES, *folders})
    assert all(label.replace("<br/>", "") == name for name, label in labels)


def _reached(into, source):
    """All that is made from a table, directly or not."""
    found, left = set(), [source]
    while left:
        for target in into.get(left.pop(), ()):
            if target not in found:
                found.add(target)
                left.append(target)
    return found


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
    for table in TABLES.values():
        section = table.definition
        assert f"\n## {section.heading}\n" in (DEFINITIONS / section.page).read_text(encoding="utf-8"), table.name


def test_a_table_is_linked_to_its_rules():
    for table in TABLES.values():
        text = (PAGES / f"{table.name}.md").read_text(encoding="utf-8")
        assert f"](../definitions/{table.definition.page}#{anchor(table.definition.heading)})" in text


@pytest.mark.parametrize("word", sorted({v for _, column in COLUMNS for v in column.values or ()}))
def test_every_word_that_a_column_may_hold_is_explained(word):
    assert any(f"`{word}`" in page.read_text(encoding="utf-8") for page in DEFINITIONS.glob("*.md"))


def test_every_column_is_on_the_page_of_its_table():
    for table, columns in ((table, table.all_columns) for table in TABLES.values()):
        text = (PAGES / f"{table.name}.md").read_text(encoding="utf-8")
        places = [text.index(f"\n| `{column.name}` | ") for column in columns]
        assert all(one < other for one, other in pairwise(places))


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
        (ColumnSpec("figure", "int", "A figure"), "int | A figure |  |  |"),
        (ColumnSpec("figure", "int", "A figure", nullable=True), "int or null | A figure |  |  |"),
        (ColumnSpec("figure", "int", "A figure", at_least=1), "int | A figure | 1 or more |  |"),
        (ColumnSpec("figure", "int", "A figure", at_least=0, at_most=86400), "int | A figure | 0 to 86400 |  |"),
        (ColumnSpec("figure", "double", "A figure", at_most=0.5), "double | A figure | 0.5 or less |  |"),
        (ColumnSpec("word", "string", "A | B", values=("a", "b")), "string | A \\| B | `a`, `b` |  |"),
        (
            ColumnSpec("who", "string", "Who", personal=True, of=("raw.who",)),
            "string | Who. *Personal.* |  | `raw.who` |",
        ),
    ],
    ids=["plain", "null", "from", "between", "up to", "values, and a bar in the text", "personal, made of"],
)
def test_a_column_in_the_page(column, cells):
    assert row_of(column).split(" | ", 1)[1] == cells
