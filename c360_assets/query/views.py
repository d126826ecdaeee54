"""Each table of the lake as a view of DuckDB, with the descriptions of its contract as comments.

DuckDB opens no file itself. PyArrow reads those that a table's log names, so DuckDB can be denied all files and the
network, and needs no extension.
"""

from collections.abc import Mapping

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as pafs
from deltalake.exceptions import TableNotFoundError
from fsspec.implementations.local import LocalFileSystem

from c360_assets.contracts.table import TableSpec
from resources.errors import QueryFailed
from resources.lake.contents import data_files, readable_table
from resources.lake.damage import damage_named
from resources.locations import file_system

_CLOSED: Mapping[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "TimeZone": "'UTC'",
    "lock_configuration": "true",
}
"""Settings that leave nothing to read but the views. The last one locks the others."""


def open_lake(lake: str, tables: Mapping[str, TableSpec], scratch: str) -> duckdb.DuckDBPyConnection:
    """A database in memory with a view for each table that the lake holds, as it is now.

    DuckDB may write to the folder `scratch`, and only what it can't keep in memory. Raises QueryFailed if the lake holds
    no table.
    """
    connection = duckdb.connect(":memory:", config={"temp_directory": scratch})
    found = 0
    for table in tables.values():
        try:
            with damage_named(table.name):
                data = _dataset(f"{lake.rstrip('/')}/{table.name}", table.partition_column)
        except TableNotFoundError:
            continue
        connection.from_arrow(data).create_view(table.name)
        _comment(connection, table, set(data.schema.names))
        found += 1
    if not found:
        connection.close()
        raise QueryFailed("The lake holds no tables yet", "Run `c360 run` first.")
    for name, value in _CLOSED.items():
        connection.execute(f"SET {name} = {value}")
    return connection


def _dataset(uri: str, column: str | None) -> ds.FileSystemDataset:
    """The data files of a table's newest version. The value of a partition is in the log, not in its files."""
    delta = readable_table(uri)
    store, root = file_system(uri)
    files = (
        pafs.LocalFileSystem() if isinstance(store, LocalFileSystem) else pafs.PyFileSystem(pafs.FSSpecHandler(store))
    )
    form = ds.ParquetFileFormat(read_options=ds.ParquetReadOptions(coerce_int96_timestamp_unit="us"))
    fragments = [
        form.make_fragment(f"{root.rstrip('/')}/{path}", files, ds.field(column) == day if column and day else None)
        for day, path, _ in data_files(delta, column)
    ]
    return ds.FileSystemDataset(fragments, pa.schema(delta.schema().to_arrow()), form, files)


def _comment(connection: duckdb.DuckDBPyConnection, table: TableSpec, names: set[str]) -> None:
    connection.execute(f"COMMENT ON VIEW {table.name} IS {_quoted(table.doc)}")
    for column in table.all_columns:
        if column.name in names:
            connection.execute(f'COMMENT ON COLUMN {table.name}."{column.name}" IS {_quoted(column.doc)}')


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
