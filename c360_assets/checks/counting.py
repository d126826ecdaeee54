"""Counts broken rules, in one query for many partitions.

For each it gives the rows, those that share their key, and those that break each predicate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from c360_assets.table import Table


@dataclass(frozen=True)
class Counts:
    """Of one partition: its rows, how many share their key with another, and how many break each predicate."""

    rows: int = 0
    sharing_key: int = 0
    broken: tuple[int, ...] = ()


def breaks(predicate: str) -> SparkColumn:
    """Whether a row breaks a predicate: it is false or null for it."""
    return ~F.coalesce(F.expr(predicate), F.lit(False))


def count(table: Table, frame: DataFrame, predicates: Sequence[str]) -> dict[date | None, Counts]:
    """The counts of each partition in a frame of the table; a partition without rows is left out.

    Rows are grouped by key first, then by partition, so that uniqueness is exact and costs no second pass. A null
    in a key is a value like any other.
    """
    partition = [table.partition_column] if table.partition_column else []
    broken = [f"broken_{place}" for place in range(len(predicates))]
    counters = [
        F.sum(F.when(breaks(predicate), 1).otherwise(0)).alias(name)
        for predicate, name in zip(predicates, broken, strict=True)
    ]
    rows = frame
    if table.key:
        grouping = list(dict.fromkeys((*partition, *table.key)))
        rows = frame.groupBy(*grouping).agg(F.count(F.lit(1)).alias("rows_of_key"), *counters)
        totals = [F.sum(name).alias(name) for name in broken]
        all_rows = F.sum("rows_of_key")
        sharing = F.sum(F.when(F.col("rows_of_key") > 1, F.col("rows_of_key")).otherwise(0))
    else:
        totals, all_rows, sharing = counters, F.count(F.lit(1)), F.lit(0)
    found = rows.groupBy(*partition).agg(all_rows.alias("all_rows"), sharing.alias("sharing_key"), *totals).collect()
    return {row[partition[0]] if partition else None: _counts(row, broken) for row in found}


def _counts(row: Row, broken: Sequence[str]) -> Counts:
    return Counts(row["all_rows"] or 0, row["sharing_key"] or 0, tuple(row[name] or 0 for name in broken))
