"""A writer in a process of its own, on a table of 50 rows per day.

By turns it writes a day of its own and the day that all writers write. It prints each write once it is acknowledged.
"""

from datetime import date, timedelta

import polars as pl

from c360_assets.contracts.table import ColumnSpec, TableSpec
from resources.engine.session import Engine, stop_engine
from resources.lake.tables import Lake
from resources.settings import EngineOptions

ROWS = 50
SHARED = date(2022, 4, 1)
CLICKS = TableSpec(
    "clicks",
    "What was clicked on a day, and by which write.",
    group="test",
    unit="day",
    key=("who",),
    columns=(
        ColumnSpec("who", "string", "Who clicked"),
        ColumnSpec("write", "string", "The write that this row came with"),
        ColumnSpec("share", "double", "A share of the clicks", nullable=True),
    ),
)


def own_day(name: int) -> date:
    """The day that only one writer writes."""
    return SHARED + timedelta(days=1 + name)


def torn_days(rows: pl.DataFrame) -> list[tuple]:
    """The days of CLICKS that are not exactly the rows of one write, with what they have."""
    by_day = rows.group_by("log_date").agg(pl.len(), pl.col("write").n_unique(), pl.col("who").n_unique().alias("u"))
    return [row for row in by_day.rows() if row[1:] != (ROWS, 1, ROWS)]


def write(root: str, kind: str, name: int, commits: int) -> None:
    """Writes, and tells of each write."""
    engine = Engine.of(kind, EngineOptions.from_environment() if kind == "spark" else EngineOptions())
    lake = Lake(root, engine)
    for number in range(commits):
        day = SHARED if number % 2 else own_day(name)
        told = f"{name}-{number}"
        rows = [(f"who {place}", told, place / 7) for place in range(ROWS)]
        frame = engine.session.createDataFrame(rows, "who string, write string, share double")
        done = lake.write(CLICKS, day, frame, told)
        print(day, told, done.partition_rows, flush=True)
    stop_engine()
