"""The tables on disk: a folder for each, a parquet file for each day or month, and what each day was made from."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from bench.rivals.duckdb_lake.checks import check
from bench.rivals.duckdb_month.sql import quoted


def state_of(landing: Path, files: Iterable[str]) -> dict[str, list[int]]:
    """Of each file, by its path below the landing zone, its size and time, by which a change is noticed."""
    stats = {str(Path(file).relative_to(landing)): Path(file).stat() for file in files}
    return {name: [found.st_size, found.st_mtime_ns] for name, found in stats.items()}


def is_as_landed(out: Path, name: str, state: Mapping[str, list[int]]) -> bool:
    """Whether what the lake keeps by this name was made from files in this state."""
    kept = out / "_made_from" / f"{name}.json"
    return kept.exists() and json.loads(kept.read_text()) == state


def keep_state(out: Path, name: str, state: Mapping[str, list[int]]) -> None:
    """Keeps what was made from which files; the last that is written of a day."""
    kept = out / "_made_from" / f"{name}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(state))


def partition_of(out: Path, table: str, column: str, value: date) -> Path:
    """The file of a table's day or month."""
    return out / table / f"{column}={value}" / "rows.parquet"


def write_rows(con: duckdb.DuckDBPyConnection, table: str, rows: str, file: Path) -> None:
    """Checks rows of a partition by the rules of their table, and writes them."""
    check(con, table, f"({rows})")
    file.parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY ({rows}) TO {quoted(file)} (FORMAT parquet)")
