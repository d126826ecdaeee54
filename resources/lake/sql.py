"""Small SQL queries on the lake, answered without starting an engine: for the command line, the UI and people."""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder
from deltalake.exceptions import TableNotFoundError

from resources.lake.contents import readable_table
from resources.lake.damage import damage_named, unanswered
from resources.lake.open_tables import OpenTables

Row = dict[str, Any]


class LakeQuery:
    """Queries the tables below a lake's root. A table stays open between queries, since opening it costs more than those."""

    def __init__(self, lake: str) -> None:
        self._lake = lake
        self._open = OpenTables(lake)

    def rows(self, tables: Iterable[str], sql: str) -> list[Row]:
        """The rows of a query over tables as they are now; none if a table does not exist yet.

        Raises ContractError where one is damaged, LocationError where a pipe is in place of a data file.
        """
        return list(self.stream(tables, sql))

    def stream(self, tables: Iterable[str], sql: str) -> Iterator[Row]:
        """The same, a batch at a time in memory: for rows of which there may be as many as the lake has."""
        tables = tuple(tables)
        builder = QueryBuilder()
        for table in tables:
            try:
                with damage_named(table):
                    builder.register(table, self._newest(table))
            except TableNotFoundError:
                return
        with damage_named(", ".join(tables), unanswered):
            yield from streamed(builder, sql)

    def exists(self, table: str) -> bool:
        """Whether the lake holds a table."""
        return DeltaTable.is_deltatable(f"{self._lake}/{table}")

    def _newest(self, table: str) -> DeltaTable:
        if opened := self._open.newest(table):
            return opened
        return self._open.keep(table, readable_table(f"{self._lake}/{table}"))


def rows_of(builder: QueryBuilder, sql: str) -> list[Row]:
    """The rows of a query."""
    return list(streamed(builder, sql))


def streamed(builder: QueryBuilder, sql: str) -> Iterator[Row]:
    """The rows of a query, a batch at a time. From anything but a stream, PyArrow would import pandas, which takes a second."""
    for batch in pa.RecordBatchReader.from_stream(builder.execute(sql)):
        yield from batch.to_pylist()


def query(lake: str, tables: Iterable[str], sql: str) -> list[Row]:
    """The rows of one query over tables of the lake; none if a table does not exist yet."""
    return LakeQuery(lake).rows(tables, sql)
