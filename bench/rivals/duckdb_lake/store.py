"""Writes tables, after checking them."""

from pathlib import Path

import duckdb

from bench.rivals.duckdb_lake.checks import check
from bench.rivals.duckdb_month.sql import quoted


def write_rows(con: duckdb.DuckDBPyConnection, table: str, rows: str, file: Path) -> None:
    """Checks rows of a partition by the rules of their table, and writes them."""
    check(con, table, f"({rows})")
    file.parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY ({rows}) TO {quoted(file)} (FORMAT parquet)")
