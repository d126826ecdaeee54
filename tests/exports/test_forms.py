"""The forms of an export: nothing is lost, nothing is run, and equal rows are equal bytes."""

import csv
import json
import unicodedata
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360_assets.exports.forms import WRITERS

pytestmark = pytest.mark.unit

SCHEMA = pa.schema([("text", pa.string()), ("number", pa.int64()), ("day", pa.date32()), ("known", pa.bool_())])
TEXTS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8")),
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(["", " ", "\t", "\u00a0", "\u200b", "\ufeff"]),
            st.sampled_from("=+-@\t\r\n＝＋－＠"),
            st.text("1A!|'"),
        ),
    ),
)
ROWS = st.lists(
    st.tuples(TEXTS, st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.dates(), st.none() | st.booleans())
)


def table(rows: list[tuple]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


def written(form: str, rows: list[tuple], folder: Path) -> Path:
    path = folder / f"rows.{form}"
    WRITERS[form](table(rows), path)
    return path


def is_run(text: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: it looks past white space and what is invisible."""
    passed_over = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs")  # no Cn: what is not assigned depends on Unicode's version
    bare = text.lstrip("".join({char for char in text if char.isspace() or unicodedata.category(char) in passed_over}))
    return text[:1] in ("\t", "\r", "\n") or bare[:1] in tuple("=+-@＝＋－＠")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forms")


@settings(deadline=None)
@given(rows=ROWS)
def test_csv_holds_every_text_and_none_that_is_run(folder: Path, rows: list[tuple]) -> None:
    with written("csv", rows, folder).open(newline="", encoding="utf-8") as file:
        header, *cells = csv.reader(file)
    assert header == SCHEMA.names
    assert len(cells) == len(rows)
    for (text, number, *_), (cell, shown, *_) in zip(rows, cells, strict=True):
        assert not is_run(cell)
        assert cell in ((text or ""), f"'{text}")
        assert (cell != (text or "")) == is_run(text or "")
        assert shown == ("" if number is None else str(number))


@settings(deadline=None)
@given(rows=ROWS)
def test_json_and_parquet_hold_the_values(folder: Path, rows: list[tuple]) -> None:
    values = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    found = pq.read_table(written("parquet", rows, folder))
    assert (found.schema, found.to_pylist()) == (SCHEMA, values)
    texts = [{**row, "day": row["day"] and row["day"].isoformat()} for row in values]
    assert json.loads(written("json", rows, folder).read_text("utf-8")) == texts


@pytest.mark.parametrize("form", WRITERS)
def test_equal_rows_are_equal_bytes_however_they_are_split(tmp_path: Path, form: str) -> None:
    rows = [(f"=text {number}", number, date(2022, 4, 1), None) for number in range(25_000)]
    whole = written(form, rows, tmp_path).read_bytes()
    split = pa.concat_tables([table(rows[:7]), table(rows[7:])])
    WRITERS[form](split, tmp_path / "split")
    assert (tmp_path / "split").read_bytes() == whole


def test_csv_tells_null_from_empty(tmp_path: Path) -> None:
    rows = [(None, 1, None, None), ("", 2, None, None)]
    assert written("csv", rows, tmp_path).read_text().splitlines()[1:] == [",1,,", '"",2,,']
