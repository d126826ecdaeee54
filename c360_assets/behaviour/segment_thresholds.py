"""segment_thresholds: the cuts that a month's segments are made from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import dagster as dg
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import watch_metrics
from c360_assets.cleaning import ledger_content
from c360_assets.contracts.predicates import CLOSE
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import histogram, picture
from c360_assets.reference.model import Reference
from resources.lake.sql import LakeQuery

_BARS = 28
_BEYOND_FENCE = 1.15
"""How far the chart reaches, as a multiple of the fence. The last bar also counts what lies beyond."""

_NO_CUT = -1.0
"""Stands for a null cut, which never occurs: a check would catch it, since cuts are at least 0.

Sail (0.7) takes twice as long to plan a write for each further NOT NULL column whose expression may be null: five
seconds for the 21 of this table. It asks nothing of those that can't be null. This can go once it plans them in line.
"""
_OF = ("watch_metrics.seconds_total",)
FIFTHS = (20, 40, 60, 80)
"""The percentiles that scores from 1 to 5 are made from."""
SCORED = {
    "recency": (
        "recency_days",
        "Days from last_watched to the month's last landed content day",
        "watch_metrics.last_watched",
    ),
    "active_days": ("active_days", "active_days", "watch_metrics.active_days"),
    "seconds": ("seconds_total", "seconds_total", "watch_metrics.seconds_total"),
}
"""What is scored, by the first part of its cuts' names: its column, what it is in words, and what that is made of."""

TABLE = TableSpec(
    "segment_thresholds",
    "The cuts that a month's segments are made from: one row per month with watch time. Quartiles are exact, with linear "
    "interpolation, in seconds. The fence describes; nothing is removed because of it.",
    group="behaviour",
    unit="month",
    key=("month",),
    definition=Section("watching.md", "Segments"),
    inputs=(Input(watch_metrics.TABLE), Input(ledger_content.TABLE)),
    code_version="2",
    uses_reference=True,
    columns=(
        ColumnSpec("contracts", "bigint", "Contracts with watch time", at_least=1, of=("watch_metrics.contract",)),
        ColumnSpec("q1", "double", "First quartile of seconds_total", at_least=0, of=_OF),
        ColumnSpec("median", "double", "Median of seconds_total", at_least=0, of=_OF),
        ColumnSpec("q3", "double", "Third quartile of seconds_total", at_least=0, of=_OF),
        ColumnSpec("iqr", "double", "q3 - q1", at_least=0, of=_OF),
        ColumnSpec("upper_fence", "double", "q3 + 1.5 iqr (Tukey); the factor is reference data", at_least=0, of=_OF),
        ColumnSpec("activeness_low_max", "double", "Highest active_ratio for which activeness is low", at_least=0, at_most=1),
        ColumnSpec("activeness_medium_max", "double", "Highest active_ratio for which activeness is medium",
               at_least=0, at_most=1),
        ColumnSpec("outliers", "bigint", "Contracts above the upper fence", at_least=0, of=_OF),
        *[ColumnSpec(f"{prefix}_p{percent}", "double", f"{words}: percentile {percent}, exact, interpolated", at_least=0,
                     of=(of,))
          for prefix, (_, words, of) in SCORED.items() for percent in FIFTHS],
    ),
    row_rules=(
        RowRule("cuts_in_order", "q1 <= median <= q3 <= upper_fence; low before medium", {
            "quartiles": "q1 <= median and median <= q3 and q3 <= upper_fence",
            "iqr": f"abs(iqr - (q3 - q1)) <= {CLOSE} * greatest(q3, 1)",
            "activeness": "activeness_low_max <= activeness_medium_max",
            "outliers": "outliers <= contracts",
            **{prefix: " and ".join(f"{prefix}_p{low} <= {prefix}_p{low + 20}" for low in FIFTHS[:-1]) for prefix in SCORED},
        }),
    ),
)  # fmt: skip


def figures(lake: LakeQuery, month: date) -> dict[str, Any]:
    """What the UI shows of a month: its cuts, and how the contracts' seconds are distributed around them."""
    rows = lake.rows(
        [TABLE.name, watch_metrics.TABLE.name],
        f"with cuts as (select *, upper_fence * {_BEYOND_FENCE} / {_BARS} as width from {TABLE.name}) "
        f"select cast(least(floor(seconds_total / width), {_BARS - 1}) as bigint) as bar, count(*) as bar_contracts, "
        "min(width) as width, min(contracts) as contracts, min(q1) as q1, min(median) as median, min(q3) as q3, "
        f"min(upper_fence) as upper_fence, min(outliers) as outliers from {watch_metrics.TABLE.name} cross join cuts "
        f"where cuts.month = DATE '{month}' and {watch_metrics.TABLE.name}.month = DATE '{month}' group by bar",
    )
    if not rows:
        return {}
    cuts = {name: rows[0][name] for name in ("q1", "median", "q3", "upper_fence")}
    return {
        "contracts": rows[0]["contracts"],
        "outliers": rows[0]["outliers"],
        **{f"{name}_seconds": float(value) for name, value in cuts.items()},
        "distribution": distribution(month, {row["bar"]: row["bar_contracts"] for row in rows}, rows[0]["width"], cuts),
    }


def distribution(
    month: date, contracts: Mapping[int, int], width: float, cuts: Mapping[str, float]
) -> dg.MetadataValue:
    """The chart of a month: contracts by seconds watched (by bar, from 0), with quartiles and fence."""
    counts = [contracts.get(bar, 0) for bar in range(_BARS)]
    title = f"Contracts by seconds watched in {month:%Y-%m}"
    return picture(histogram(title, "s", counts, width, cuts), title)


def with_recency(watch_metrics: DataFrame, ledger_content: DataFrame) -> DataFrame:
    """The contracts of a month with `recency_days`, from the last day they watched to the last that landed."""
    landed = ledger_content.where(F.col("landed_rows") > 0).agg(F.max("log_date").alias("last_landed"))
    return watch_metrics.crossJoin(landed).withColumn(
        "recency_days", F.datediff("last_landed", "last_watched").cast("int")
    )


def fifths(column: str) -> SparkColumn:
    """The cuts of a column into fifths, as an array.

    A percentile lies a whole number of fifths between two whole numbers: rounded to fifths, it is exact.
    """
    percentiles = F.percentile(F.col(column), F.array(*[F.lit(percent / 100) for percent in FIFTHS]))
    return F.transform(percentiles, lambda cut: F.round(cut * 5) / 5)


@table_asset(TABLE, metadata=figures)
def segment_thresholds(watch_metrics: DataFrame, ledger_content: DataFrame, reference: Reference) -> DataFrame:
    """The one row of a month; no row if nothing was watched."""
    seconds = F.col("seconds_total")
    cuts = reference.measures
    cut_at = F.array(*[F.lit(share) for share in (0.25, 0.5, 0.75)])
    quartiles = (
        watch_metrics.agg(F.count(F.lit(1)).alias("contracts"), F.percentile(seconds, cut_at).alias("cut"))
        .where(F.col("contracts") > 0)
        .select("contracts", *[F.col("cut")[place].alias(name) for place, name in enumerate(("q1", "median", "q3"))])
    )
    fenced = quartiles.withColumn("iqr", F.col("q3") - F.col("q1")).withColumn(
        "upper_fence", F.col("q3") + F.lit(cuts.fence_factor) * F.col("iqr")
    )
    cuts_of = [fifths(column).alias(prefix) for prefix, (column, _, _) in SCORED.items()]
    scores = (
        with_recency(watch_metrics, ledger_content)
        .agg(*cuts_of)
        .select(
            *[
                F.coalesce(F.col(prefix)[place], F.lit(_NO_CUT)).alias(f"{prefix}_p{percent}")
                for prefix in SCORED
                for place, percent in enumerate(FIFTHS)
            ]
        )
    )
    is_outlier = F.when(seconds > F.col("upper_fence"), 1).otherwise(0)
    outliers = watch_metrics.crossJoin(fenced.select("upper_fence")).agg(
        F.coalesce(F.sum(is_outlier), F.lit(0)).cast("bigint").alias("outliers")
    )
    return (
        fenced.crossJoin(outliers)
        .crossJoin(scores)
        .withColumn("activeness_low_max", F.lit(float(cuts.activeness_low_max)))
        .withColumn("activeness_medium_max", F.lit(float(cuts.activeness_medium_max)))
        .select(*TABLE.names)
    )
