"""`c360 sql`: every table as it is, in three forms, and a prompt."""

import builtins
import csv
import io
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from c360_assets.query.reader import LakeReader, lake_reader
from c360_assets.tables import TABLES
from resources.errors import QueryFailed
from tests.support.homes import Home
from tests.support.reading import frame

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def reader(made_once: Home) -> Iterator[LakeReader]:
    with lake_reader(str(made_once.lake), TABLES) as reader:
        yield reader


@pytest.mark.parametrize("table", TABLES)
def test_a_view_has_the_rows_of_its_table(reader: LakeReader, made_once: Home, table: str) -> None:
    [found] = reader.run(f"FROM {table}")
    shown, held = pl.from_arrow(found.read_all()), frame(made_once.lake, table)
    assert isinstance(shown, pl.DataFrame)
    assert_frame_equal(shown.select(held.columns).cast(dict(held.schema)), held, check_row_order=False)


@pytest.mark.parametrize("table", TABLES)
def test_a_view_and_its_columns_have_the_descriptions_of_the_contract(reader: LakeReader, table: str) -> None:
    [views] = reader.run(f"SELECT comment FROM duckdb_views() WHERE view_name = '{table}'")
    [columns] = reader.run(f"SELECT column_name, comment FROM duckdb_columns() WHERE table_name = '{table}'")
    assert views.read_all()["comment"].to_pylist() == [TABLES[table].doc]
    found = {row["column_name"]: row["comment"] for row in columns.read_all().to_pylist()}
    assert found == {column.name: column.doc for column in TABLES[table].all_columns}


def test_a_month_is_looked_up_by_the_log(reader: LakeReader, made_once: Home) -> None:
    [found] = reader.run("SELECT count(*) AS n FROM customer360 WHERE month = DATE '2022-04-01'")
    rows = [row for row in made_once.rows("customer360") if row["month"] == date(2022, 4, 1)]
    assert found.read_all()["n"].to_pylist() == [len(rows)] != [0]


VALUES = """SELECT 1 AS n, 'a"b' AS text, '=1+1' AS formula, NULL AS nothing, DATE '2022-04-01' AS day, 1.50 AS d,
    [1, 2] AS list, 9007199254740993::HUGEINT AS big, TIMESTAMPTZ '2022-04-01 01:00:00+00' AS at, 2 AS n"""


def test_csv_is_safe_in_a_spreadsheet(sql) -> None:
    done = sql("--format", "csv", "-c", VALUES)
    assert (done.status, done.err) == (0, "")
    header, row = csv.reader(io.StringIO(done.out))
    assert header == ["n", "text", "formula", "nothing", "day", "d", "list", "big", "at", "n"]
    assert row[:8] == ["1", 'a"b', "'=1+1", "", "2022-04-01", "1.50", "[1, 2]", "9007199254740993"]
    assert row[8].startswith("2022-04-01 01:00:00")


def test_json_has_every_column(sql) -> None:
    done = sql("--format", "json", "-c", VALUES)
    assert json.loads(done.out) == [
        {
            "n": 1, "text": 'a"b', "formula": "=1+1", "nothing": None, "day": "2022-04-01", "d": 1.5, "list": [1, 2],
            "big": 9007199254740993, "at": "2022-04-01T01:00:00+00:00", "n_2": 2,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(("form", "empty"), [("csv", '"n"\n'), ("json", "[]\n")])
def test_no_rows_are_still_a_result(sql, form: str, empty: str) -> None:
    assert sql("--format", form, "-c", "SELECT 1 AS n WHERE false").out == empty


def test_the_terminal_gets_the_first_hundred_rows_and_the_other_forms_all(sql) -> None:
    some, all_of = sql("-c", "FROM range(100)").out, sql("-c", "FROM range(25000)").out
    assert "│    99 │" in some
    assert some.endswith("100 rows\n")
    assert "│    99 │" in all_of
    assert "│   100 │" not in all_of
    assert all_of.endswith("The first 100 rows; the other formats give all.\n")
    assert sql("--format", "csv", "-c", "FROM range(25000)").out.count("\n") == 25_001
    assert len(json.loads(sql("--format", "json", "-c", "FROM range(25000)").out)) == 25_000


def test_a_row_is_neither_cut_nor_styled_where_there_is_no_terminal(sql) -> None:
    shown = sql("-c", "SELECT repeat('x', 5000) AS wide, '[bold]' AS \"[red]\"").out
    assert "x" * 5_000 in shown
    assert "[bold]" in shown
    assert "[red]" in shown


def test_statements_are_read_from_standard_input(sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT 1 AS a; -- one\nSELECT 'x;y' AS b;"))
    assert sql("--format", "csv").out == '"a"\n1\n"b"\n"x;y"\n'


WRONG = {
    "no statement": ("SELEC 1", 2, "line 1: syntax error at or near"),
    "unknown table": (
        "FROM\ncustmer360",
        2,
        'c360: Table with name custmer360 does not exist! Did you mean "customer360"?',
    ),
    "unknown column": ("SELECT tast FROM taste", 2, '"tast" not found in FROM clause'),
    "wrong cast": ("SELECT customer_id::int FROM customer360", 1, "use try_cast"),
    "own error": (
        "SELECT error(customer_id) FROM customer360",
        1,
        "The query and the values of the lake don't go together",
    ),
    "overflow": ("SELECT sum(9223372036854775807)::bigint FROM customer360", 1, "A value is not of the type or range"),
}


@pytest.mark.parametrize(("statement", "status", "words"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_an_error_is_one_sentence_without_a_value(
    sql, made_once: Home, statement: str, status: int, words: str, form: str
) -> None:
    done = sql("--format", form, "-c", statement)
    assert done.status == status
    assert words in done.err
    assert done.err.count("\n") == 1
    assert not any(row["customer_id"] in done.err for row in made_once.rows("customer360"))


def test_a_file_that_is_gone_is_one_sentence(made: Home) -> None:
    def read(reader: LakeReader) -> None:
        list(reader.watched(str(batch.num_rows) for result in reader.run("FROM taste") for batch in result))

    with lake_reader(str(made.lake), TABLES) as reader:
        shutil.rmtree(made.lake / "taste")
        with pytest.raises(QueryFailed, match="a file of the lake is gone"):
            read(reader)


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str | type[BaseException]) -> None:
    """What somebody types at the prompt, and then Ctrl-D."""
    left = [*lines, EOFError]

    def typed(prompt: str) -> str:
        line = left.pop(0)
        if isinstance(line, str):
            return line
        raise line

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(builtins, "input", typed)


def test_the_prompt_goes_on_after_errors_and_ends_with_its_input(sql, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(
        monkeypatch, "SELECT", "  41 + 1 AS sum;", "", "DROP VIEW taste;", "SELECT 'lost", KeyboardInterrupt,
        ".tables", ".columns taste", ".columns nothing", ".unknown", ".help", "SELECT count(*) > 0 AS there FROM taste;",
    )  # fmt: skip
    done = sql()
    assert done.status == 0
    assert "│  42 │" in done.out
    assert TABLES["retention"].doc[:40] in done.out
    assert TABLES["taste"].columns[0].doc in done.out
    assert "true" in done.out
    assert [line.split(".")[0] for line in done.err.splitlines()] == [
        "c360: Only tables of the lake can be read, and nothing can be written",
        "c360: There is no such table",
        "c360: There is no such command",
    ]


def test_the_prompt_is_left_by_quit(sql, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, ".quit", "SELECT 1;")
    assert "│" not in sql().out


@pytest.mark.parametrize(
    ("form", "value"), [("json", "'nan'::double"), ("json", "DATE 'infinity'"), ("table", "DATE '20000-01-01'")]
)
def test_a_value_that_a_form_cannot_hold_is_one_sentence(sql, form: str, value: str) -> None:
    done = sql("--format", form, "-c", f"SELECT {value}")
    assert done.status == 1
    assert done.err.startswith(f"c360: A value can't be shown as {form}.")
