"""Tables of a lake as polars frames, read by another reader than the engine that wrote them."""

from pathlib import Path

import polars as pl
from deltalake import DeltaTable

from c360_assets.tables import TABLES


def frame(lake: Path, table: str) -> pl.DataFrame:
    """All rows of a table, in one order."""
    rows = pl.scan_delta(str(lake / table)).collect()
    return rows.sort(rows.columns, nulls_last=True)


def frames(lake: Path) -> dict[str, pl.DataFrame]:
    """All tables that the lake holds, by name."""
    return {table: frame(lake, table) for table in TABLES if (lake / table / "_delta_log").exists()}


def differing(one: Path, other: Path) -> list[str]:
    """The tables that are not equal row for row in two lakes."""
    ours, theirs = frames(one), frames(other)
    return [
        table
        for table in TABLES
        if (table in ours) != (table in theirs) or (table in ours and not ours[table].equals(theirs[table]))
    ]


def left_over(lake: Path) -> list[str]:
    """Files that belong to no version of a table, or are only half made."""
    tables = [table for table in TABLES if (lake / table / "_delta_log").exists()]
    used = {uri.removeprefix("file://") for table in tables for uri in DeltaTable(str(lake / table)).file_uris()}
    files = (path for table in tables for path in (lake / table).rglob("*.parquet"))
    data = {str(path) for path in files if "_delta_log" not in path.parts}
    half = {str(path) for pattern in ("*#*", "*.tmp", "*.new") for path in lake.rglob(pattern)}
    return sorted((data - used) | half)
