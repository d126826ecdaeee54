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
    FALLING,
    HIGH,
    LEVELS,
    LIFECYCLES,
    LOW,
    MEDIUM,
    MIDDLE,
    NEW,
    RESURRECTED,
    RETURNING,
    RISING,
    STEADY,
    UNKNOWN,
    USER_TYPES,
    WATCH_TRENDS,
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
    code_version="2",
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
        ColumnSpec("watch_change", "double", "Watch time per observed day, divided by that of the month before; null where the "
               "contract did not watch then, or no content day landed", nullable=True, at_least=0,
               of=("watch_metrics.seconds_total", "watch_metrics.observed_days")),
        ColumnSpec("watch_trend", "string", "falling where watch_change is at most 1/2, rising where it is at least 2, "
               "otherwise steady; unknown without it", values=WATCH_TRENDS,
               of=("watch_metrics.seconds_total", "watch_metrics.observed_days", "ledger_content.landed_rows")),
    ),
    row_rules=(
        RowRule("outliers_are_high", "A contract above the upper fence has the user_type high", {
            "outlier": f"not outlier or user_type = '{HIGH}'",
        }),
        RowRule("trend_fits", "The trend is known exactly where the change is", {
            "watch_trend": f"(watch_trend = '{UNKNOWN}') = (watch_change is null)",
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


def watch_trend(reference: Reference) -> SparkColumn:
    """The trend of `seconds_total` per observed day against `seconds_before`, compared exactly, in whole numbers."""
    now = F.col("seconds_total") * F.col("observed_before")
    before = F.col("seconds_before") * F.col("observed_days")
    falling, rising = reference.measures.falling_max, reference.measures.rising_min
    return (
        F.when(F.col("seconds_before").isNull(), UNKNOWN)
        .when(now * falling.denominator <= before * falling.numerator, FALLING)
        .when(now * rising.denominator >= before * rising.numerator, RISING)
        .otherwise(STEADY)
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


def month_before(watch_metrics: DataFrame, landed: DataFrame, month: date) -> DataFrame:
    """What contracts watched in the month before; no rows where it has no landed day."""
    return (
        watch_metrics.where(F.col("month") == F.lit(add_months(month, -1)))
        .crossJoin(landed)
        .where(F.col("month_before_landed"))
        .select(
            "contract", F.col("seconds_total").alias("seconds_before"), F.col("observed_days").alias("observed_before")
        )
    )


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
    change = (F.col("seconds_total") * F.col("observed_before")) / (F.col("seconds_before") * F.col("observed_days"))
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
        .join(month_before(watch_metrics, landed, month), on="contract", how="left")
        .crossJoin(segment_thresholds.drop("month"))
        .crossJoin(landed)
        .withColumn("user_type", user_type)
        .withColumn("activeness", activeness)
        .withColumn("clinginess", clinginess(reference))
        .withColumn("outlier", seconds > F.col("upper_fence"))
        .withColumn("lifecycle", lifecycle(month))
        .withColumn("watch_change", change)
        .withColumn("watch_trend", watch_trend(reference))
        .select(*TABLE.names)
    )
