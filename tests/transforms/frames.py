"""The model's rows as frames for a transform, and what a transform gives as rows."""

from datetime import date
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from tests.model.compare import differences
from tests.model.tables import COLUMNS, KEYS

Row = dict[str, Any]

ARROW_TYPES = {
    "s": pa.string(),
    "i": pa.int64(),
    "n": pa.int32(),
    "d": pa.float64(),
    "D": pa.date32(),
    "T": pa.timestamp("us", "UTC"),
    "b": pa.bool_(),
}
SPARK_TYPES = {
    "s": "string",
    "i": "bigint",
    "n": "int",
    "d": "double",
    "D": "date",
    "T": "timestamp",
    "b": "boolean",
}
PARTITIONS = ("log_date", "month")


def frame_of(session: SparkSession, table: str, rows: list[Row]) -> DataFrame:
    """Rows as the lake gives them: with all columns of a table, the partition's too."""
    return frame_with(session, COLUMNS[table], rows)


def frame_with(session: SparkSession, columns: dict[str, str], rows: list[Row]) -> DataFrame:
    """Rows with columns of these kinds, named as in the model (`i?`)."""
    if not rows:  # Sail's client takes no types from an empty Arrow table
        return session.createDataFrame(
            [], ", ".join(f"{name} {SPARK_TYPES[kind[0]]}" for name, kind in columns.items())
        )
    schema = pa.schema([(name, ARROW_TYPES[kind[0]]) for name, kind in columns.items()])
    return session.createDataFrame(pa.Table.from_pylist(rows, schema))


def wrong_in(table: str, frame: DataFrame, expected: list[Row]) -> list[str]:
    """How a transform's frame differs from the contract's columns and types and from the expected rows; `[]` if not."""
    columns = {name: SPARK_TYPES[kind[0]] for name, kind in COLUMNS[table].items() if name not in PARTITIONS}
    found = dict(frame.dtypes)
    if list(found.items()) != list(columns.items()):
        return [f"columns {found} instead of {columns}"]
    wanted = [{name: row[name] for name in columns} for row in expected]
    key = [name for name in KEYS[table] if name in columns]
    return differences(wanted, frame.toArrow().to_pylist(), key)


def of_month(rows: list[Row], first: date, last: date | None = None) -> list[Row]:
    """The rows of a month, or of all months from `first` to `last`, of a daily or monthly table."""
    return [row for row in rows if first <= (row.get("month") or row["log_date"]).replace(day=1) <= (last or first)]
