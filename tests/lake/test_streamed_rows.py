"""Rows of a query come a batch at a time: there may be as many as the lake has."""

import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from resources.lake.sql import LakeQuery

pytestmark = pytest.mark.unit


def most_memory(work: Callable[[], object]) -> int:
    """Bytes of Python's objects that were alive at once."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def count(rows: Iterable[object]) -> int:
    return sum(1 for _ in rows)


def test_a_stream_holds_one_batch(tmp_path: Path) -> None:
    number = 100_000
    write_deltalake(str(tmp_path / "taste"), pa.table({"a": [str(n) for n in range(number)]}))
    query, sql = LakeQuery(str(tmp_path)), "select * from taste"
    assert count(query.stream(["taste"], sql)) == number
    streamed = most_memory(lambda: count(query.stream(["taste"], sql)))
    assert streamed < most_memory(lambda: query.rows(["taste"], sql)) / 4


def test_a_table_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    assert [*LakeQuery(str(tmp_path)).stream(["taste"], "select * from taste")] == []
