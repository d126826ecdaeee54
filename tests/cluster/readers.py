"""Other readers of the lake, each giving a table as a Polars frame in one order."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, QueryBuilder


def _in_order(rows: pl.DataFrame, like: DeltaTable) -> pl.DataFrame:
    names = [field.name for field in like.schema().fields]
    times = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    frame = rows.select(names).with_columns(pl.col(times).cast(pl.Datetime("us", "UTC")))
    return frame.sort(names, nulls_last=True)


def by_deltalake(path: Path) -> pl.DataFrame:
    """By the delta-rs engine."""
    table = DeltaTable(str(path))
    read = QueryBuilder().register("t", table).execute("select * from t").read_all()
    return _in_order(pl.DataFrame(pa.table(read)), table)


def by_duckdb(path: Path) -> pl.DataFrame:
    """By DuckDB, from the parquet files that the table's newest version names."""
    table = DeltaTable(str(path))
    if not table.file_uris():  # it reads files, and there are none
        return by_deltalake(path)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        query = "SELECT * FROM read_parquet($files, hive_partitioning = true)"
        rows = connection.sql(query, params={"files": table.file_uris()})
        return _in_order(pl.DataFrame(rows.to_arrow_table()), table)


READERS: dict[str, Callable[[Path], pl.DataFrame]] = {"deltalake": by_deltalake, "DuckDB": by_duckdb}
