"""Writes tables, after checking them."""

from pathlib import Path

import polars as pl

from bench.rivals.polars_lake.checks import check


def write_rows(table: str, rows: pl.DataFrame, file: Path) -> None:
    """Checks rows of a partition by the rules of their table, and writes them."""
    check(table, rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(file, compression="snappy")
