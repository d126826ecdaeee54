"""activeness_segments: how much, how often and since when a contract watches, in words."""

from collections import Counter
from datetime import date
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import segment_thresholds, watch_metrics
from c360_assets.cleaning import ledger_content
from c360_assets.contracts.partitions import add_months
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import grid, picture
from c360_assets.reference.measures import MONTHS_BACK
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import (
    HIGH,
    LEVELS,
    LIFECYCLES,
    LOW,
    MEDIUM,
    MIDDLE,
    NEW,
    RESURRECTED,
    RETURNING,
    UNKNOWN,
    USER_TYPES,
)
from resources.lake.sql import LakeQuery

TABLE = TableSpec(
    "activeness_segments",
    "The segments of a contract in a month: one row per contract with watch time. Made from the month's cuts in "
    "segment_thresholds.",
    group="behaviour",
    unit="month",
    key=("contract",),
    definition=Section("watching.md", "Segments"),
    inputs=(
        Input(watch_metrics.TABLE, start_offset=-MONTHS_BACK),
        Input(segment_thresholds.TABLE),
        Input(ledger_content.TABLE, start_offset=-1, end_offset=-1),
    ),
    uses_reference=True,
    columns=(
        ColumnSpec("contract", "string", "Contract that watched", personal=True, of=("watch_metrics.contract",)),
        ColumnSpec("user_type", "string", "How much it watches: low where seconds_total is below q1, "
               "high above q3, otherwise middle",
               values=USER_TYPES, of=("watch_metrics.seconds_total", "segment_thresholds.q1", "segment_thresholds.q3")),
        ColumnSpec("activeness", "string", "How often it watches: low where active_ratio is at most 1/3, "
               "medium at most 2/3, otherwise high",
               values=LEVELS, of=("watch_metrics.active_ratio", "segment_thresholds.activeness_low_max",
                                  "segment_thresholds.activeness_medium_max")),
        ColumnSpec("clinginess", "string", "How attached it is: from user_type and activeness, by the reference table",
               values=LEVELS, of=("watch_metrics.seconds_total", "watch_metrics.active_ratio")),
        ColumnSpec("outlier", "boolean", "Whether seconds_total is above the upper fence",
               of=("watch_metrics.seconds_total", "segment_thresholds.upper_fence")),
        ColumnSpec("lifecycle", "string", "returning: it watched in the month before; resurrected: not then, but in the three "
               "before; new: neither; unknown: no content day of the month before landed", values=LIFECYCLES,
               of=("watch_metrics.contract", "ledger_content.landed_rows")),
    ),
    row_rules=(
        RowRule("outliers_are_high", "A contract above the upper fence has the user_type high", {
            "outlier": f"not outlier or user_type = '{HIGH}'",
        }),
    ),
)  # fmt: skip


def clinginess(reference: Reference) -> SparkColumn:
    """The level that the reference data give for user_type and activeness."""
    pair = F.concat_ws(" ", "user_type", "activeness")
    cases = reference.measures.clinginess.items()
    return F.coalesce(*[F.when(pair == f"{kind} {level}", F.lit(result)) for (kind, level), result in cases])


def lifecycle(month: date) -> SparkColumn:
    """The lifecycle of a contract of the month, by `last_seen`, its newest month before this one."""
    return (
        F.when(~F.col("month_before_landed"), UNKNOWN)
        .when(F.col("last_seen") == F.lit(add_months(month, -1)), RETURNING)
        .when(F.col("last_seen").isNotNull(), RESURRECTED)
        .otherwise(NEW)
    )


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: contracts by lifecycle, and by user type and activeness together."""
    rows = lake.rows(
        [TABLE.name],
        f"select user_type, activeness, lifecycle, count(*) as contracts from {TABLE.name} "
        f"where month = DATE '{month}' group by user_type, activeness, lifecycle",
    )
    pairs: Counter[tuple[str, str]] = Counter()
    lifecycles = Counter(dict.fromkeys(LIFECYCLES, 0))
    for row in rows:
        pairs[row["user_type"], row["activeness"]] += row["contracts"]
        lifecycles[row["lifecycle"]] += row["contracts"]
    title = f"Contracts of {month:%Y-%m} by user type (down) and activeness (across)"
    return {
        **{f"lifecycle_{name}": contracts for name, contracts in lifecycles.items()},
        "segments": picture(grid(title, USER_TYPES, LEVELS, pairs), title),
    }


@table_asset(TABLE, metadata=figures)
def activeness_segments(
    watch_metrics: DataFrame,
    segment_thresholds: DataFrame,
    ledger_content: DataFrame,
    month: date,
    reference: Reference,
) -> DataFrame:
    """One row per contract of the month, from its metrics of the month and of the months before."""
    earliest = F.lit(add_months(month, -reference.measures.resurrect_months))
    seen = (
        watch_metrics.where((F.col("month") < F.lit(month)) & (F.col("month") >= earliest))
        .groupBy("contract")
        .agg(F.max("month").alias("last_seen"))
    )
    landed = ledger_content.where(F.col("landed_rows") > 0).agg((F.count(F.lit(1)) > 0).alias("month_before_landed"))
    seconds, ratio = F.col("seconds_total"), F.col("active_ratio")
    user_type = F.when(seconds < F.col("q1"), LOW).when(seconds > F.col("q3"), HIGH).otherwise(MIDDLE)
    activeness = (
        F.when(ratio <= F.col("activeness_low_max"), LOW)
        .when(ratio <= F.col("activeness_medium_max"), MEDIUM)
        .otherwise(HIGH)
    )
    return (
        watch_metrics.where(F.col("month") == F.lit(month))
        .join(seen, on="contract", how="left")
        .crossJoin(segment_thresholds.drop("month"))
        .crossJoin(landed)
        .withColumn("user_type", user_type)
        .withColumn("activeness", activeness)
        .withColumn("clinginess", clinginess(reference))
        .withColumn("outlier", seconds > F.col("upper_fence"))
        .withColumn("lifecycle", lifecycle(month))
        .select(*TABLE.names)
    )
