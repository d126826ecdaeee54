"""Small questions to the lake in SQL, answered without starting an engine: for the command line and for people."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder

Row = dict[str, Any]


def query(lake: str, tables: Iterable[str], sql: str) -> list[Row]:
    """The rows of a query over tables of the lake; none where a table was not made yet."""
    builder = QueryBuilder()
    for table in tables:
        uri = f"{lake}/{table}"
        if not DeltaTable.is_deltatable(uri):
            return []
        builder.register(table, DeltaTable(uri))
    rows: list[Row] = pa.table(builder.execute(sql).read_all()).to_pylist()
    return rows
