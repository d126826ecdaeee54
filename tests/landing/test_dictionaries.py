"""Dictionaries of a landed parquet file: a rewriting leaves no text in them that only erased rows named."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resources.landing.inspection import split_of
from resources.landing.rewriting.erased import ErasedRecords
from resources.landing.rewriting.rewrite import BESIDE_RECORDS
from tests.landing.by_model import LAYOUTS
from tests.landing.reading import landed_file
from tests.landing.test_rewriting import SUPPRESSION, rewrite

pytestmark = pytest.mark.unit

KNOWN = {"Mac": ["a", "b", "c"], "TotalDuration": [1, 2, 3], "AppName": ["x", "x", "x"]}


def land(root: Path, table: pa.Table) -> Path:
    """Lands a day without compression, so that its bytes can be looked at."""
    path = root / "log_content" / "20220401.parquet"
    path.parent.mkdir()
    pq.write_table(table, path, compression="none")
    return path


def categories(texts: list[str], rows: list[int]) -> pa.DictionaryArray:
    """A column of categories, some of which may have no row."""
    return pa.DictionaryArray.from_arrays(pa.array(rows), pa.array(texts))


TEXTS = ["SGDA12345", "HNH579912", "DNABC1234"]
OF_ROWS = {
    "categories": categories(TEXTS, [0, 1, 2]),
    "categories in structs": pa.StructArray.from_arrays([categories(TEXTS, [0, 1, 2])], ["id"]),
    "categories in lists": pa.ListArray.from_arrays([0, 1, 2, 3], categories(TEXTS, [0, 1, 2])),
}
"""Of three rows, where the second is of the erased customer."""


@pytest.mark.parametrize("column", OF_ROWS)
def test_an_erased_text_leaves_the_dictionaries_of_parquet(column: str, tmp_path: Path) -> None:
    table = pa.table({**KNOWN, "Contract": categories(TEXTS, [0, 1, 2]), "more": OF_ROWS[column]})
    path = land(tmp_path, table)
    assert rewrite(tmp_path, "content").refused == {}
    assert pq.read_table(path).to_pylist() == table.filter(pa.array([True, False, True])).to_pylist()
    assert pq.read_schema(path).equals(table.schema)
    assert b"HNH579912" not in path.read_bytes()


def test_a_text_that_no_row_names_is_found_and_leaves_too(tmp_path: Path) -> None:
    table = pa.table({**KNOWN, "Contract": categories(TEXTS, [0, 2, 0])})
    path = land(tmp_path, table)
    split = split_of(LAYOUTS["content"], landed_file(path))
    assert split
    assert ErasedRecords(LAYOUTS["content"], SUPPRESSION).unnamed(split) == 1
    prepared = rewrite(tmp_path, "content")
    assert (prepared.refused, [new.erased for new in prepared.files]) == ({}, [0])
    assert pq.read_table(path).to_pylist() == table.to_pylist()
    assert b"HNH579912" not in path.read_bytes()
    assert rewrite(tmp_path, "content").files == ()


@pytest.mark.parametrize(
    "field",
    [pa.field("inner", pa.string(), metadata={"owner": "HNH579912"}), pa.field("HNH579912", pa.string())],
    ids=["metadata", "name"],
)
def test_an_id_in_the_metadata_or_the_name_of_a_nested_column_is_found(tmp_path: Path, field: pa.Field) -> None:
    more = pa.StructArray.from_arrays([pa.array(["a", "b", "c"])], fields=[field])
    path = land(tmp_path, pa.table({**KNOWN, "Contract": TEXTS, "more": more}))
    assert rewrite(tmp_path, "content").refused == {path.name: BESIDE_RECORDS}
