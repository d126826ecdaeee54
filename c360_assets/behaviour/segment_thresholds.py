"""segment_thresholds: the cuts that a month's segments are made from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import watch_metrics
from c360_assets.contracts.predicates import CLOSE
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.metadata.charts import histogram, picture
from c360_assets.reference.model import Reference
from resources.lake.sql import LakeQuery

_BARS = 28
_BEYOND_FENCE = 1.15
"""How far the chart reaches, as a multiple of the fence. The last bar also counts what lies beyond."""

_OF = ("watch_metrics.seconds_total",)

TABLE = TableSpec(
    "segment_thresholds",
    "The cuts that a month's segments are made from: one row per month with watch time. Quartiles are exact, with linear "
    "interpolation, in seconds. The fence describes; nothing is removed because of it.",
    group="behaviour",
    unit="month",
    key=("month",),
    definition=Section("watching.md", "Segments"),
    inputs=(Input(watch_metrics.TABLE),),
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
    ),
    row_rules=(
        RowRule("cuts_in_order", "q1 <= median <= q3 <= upper_fence; low before medium", {
            "quartiles": "q1 <= median and median <= q3 and q3 <= upper_fence",
            "iqr": f"abs(iqr - (q3 - q1)) <= {CLOSE} * greatest(q3, 1)",
            "activeness": "activeness_low_max <= activeness_medium_max",
            "outliers": "outliers <= contracts",
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


@table_asset(TABLE, metadata=figures)
def segment_thresholds(watch_metrics: DataFrame, reference: Reference) -> DataFrame:
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
    is_outlier = F.when(seconds > F.col("upper_fence"), 1).otherwise(0)
    outliers = watch_metrics.crossJoin(fenced.select("upper_fence")).agg(
        F.coalesce(F.sum(is_outlier), F.lit(0)).cast("bigint").alias("outliers")
    )
    return (
        fenced.crossJoin(outliers)
        .withColumn("activeness_low_max", F.lit(float(cuts.activeness_low_max)))
        .withColumn("activeness_medium_max", F.lit(float(cuts.activeness_medium_max)))
        .select(*TABLE.names)
    )
