"""Counts broken rules, in one query for many partitions.

For each partition: its rows, those that share their key with another, and those that break each predicate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.contracts.table import TableSpec
from resources.engine.optimization_barrier import optimization_barrier


@dataclass(frozen=True)
class Counts:
    """For one partition: its rows, how many share their key with another, and how many break each predicate."""

    rows: int = 0
    sharing_key: int = 0
    broken: tuple[int, ...] = ()


def breaks(predicate: str) -> SparkColumn:
    """Whether a row breaks a predicate: the predicate is false or null for it."""
    return ~F.coalesce(F.expr(predicate), F.lit(False))


def count(table: TableSpec, frame: DataFrame, predicates: Sequence[str]) -> dict[date | None, Counts]:
    """The counts of each partition in a frame of the table. Partitions without rows are left out."""
    partition = [table.partition_column] if table.partition_column else []
    broken = [f"broken_{place}" for place in range(len(predicates))]
    counters = [
        F.sum(F.when(breaks(predicate), 1).otherwise(0)).alias(name)
        for predicate, name in zip(predicates, broken, strict=True)
    ]
    found = frame.groupBy(*partition).agg(F.count(F.lit(1)).alias("all_rows"), *counters).collect()
    counts = {row[partition[0]] if partition else None: row for row in found}
    sharing = _sharing_a_key(table, frame, partition, {part: row["all_rows"] for part, row in counts.items()})
    return {
        part: Counts(row["all_rows"], sharing.get(part, 0), tuple(row[name] or 0 for name in broken))
        for part, row in counts.items()
    }


def _sharing_a_key(
    table: TableSpec, frame: DataFrame, partition: list[str], rows: dict[date | None, int]
) -> dict[date | None, int]:
    """How many rows of each partition share their key with another row. A null in a key is a value like any other.

    Numbers are grouped far faster than texts, and equal keys have equal hashes. So the keys themselves are compared
    only if a hash occurs twice.
    """
    if max(rows.values(), default=0) < 2:
        return {}
    key = [name for name in table.key if name not in partition]
    if not key:
        return {part: count for part, count in rows.items() if count > 1} if table.key else {}
    # Sail (0.7) takes a column with a single value per file from the log. It then fails to hash that column if there is
    # nothing else to hash, or to aggregate its groups. An expression that may differ from row to row is safe.
    keys = frame.select(*partition, *[optimization_barrier(F.col(name)).alias(name) for name in key])
    hashes = frame.select(*partition, F.xxhash64(*key, F.rand() >= 0).alias("hash"))
    return _in_groups(keys, partition, key) if _in_groups(hashes, partition, ["hash"]) else {}


def _in_groups(frame: DataFrame, partition: list[str], by: list[str]) -> dict[date | None, int]:
    """How many rows of each partition share these values with another row, for the partitions that have any."""
    groups = frame.groupBy(*partition, *by).agg(F.count(F.lit(1)).alias("rows")).where(F.col("rows") > 1)
    shared = groups.groupBy(*partition).agg(F.sum("rows").alias("rows")).collect()
    return {row[partition[0]] if partition else None: row["rows"] for row in shared if row["rows"]}
