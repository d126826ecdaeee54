"""segment_thresholds: the cuts that a month's segments are made from."""

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.behaviour import watch_metrics
from c360_assets.reference import Reference
from c360_assets.reference_data import ReferenceData
from c360_assets.table import Column, Reads, Table
from resources.io_manager import Frames

_OF = ("watch_metrics.seconds_total",)

TABLE = Table(
    "segment_thresholds",
    "The cuts that a month's segments are made from: one row a month with watch time. Quartiles are exact, with linear "
    "interpolation, in seconds. Fences describe; nothing is deleted by them.",
    group="behaviour",
    unit="month",
    key=("month",),
    reads=(Reads(watch_metrics.TABLE),),
    uses_reference=True,
    columns=(
        Column("contracts", "bigint", "Contracts with watch time", at_least=1, of=("watch_metrics.contract",)),
        Column("q1", "double", "First quartile of seconds_total", at_least=0, of=_OF),
        Column("median", "double", "Median of seconds_total", at_least=0, of=_OF),
        Column("q3", "double", "Third quartile of seconds_total", at_least=0, of=_OF),
        Column("iqr", "double", "q3 - q1", at_least=0, of=_OF),
        Column("upper_fence", "double", "q3 + 1.5 iqr (Tukey); the factor is reference data", at_least=0, of=_OF),
        Column("activeness_low_max", "double", "active_ratio up to which activeness is low", at_least=0, at_most=1),
        Column("activeness_medium_max", "double", "active_ratio up to which it is medium", at_least=0, at_most=1),
        Column("outliers", "bigint", "Contracts above the upper fence", at_least=0, of=_OF),
    ),
)  # fmt: skip


def measure(watch_metrics: DataFrame, reference: Reference) -> DataFrame:
    """The one row of a month; none where nothing was watched."""
    seconds = F.col("seconds_total")
    cuts = reference.measures
    quartiles = watch_metrics.agg(
        F.count(F.lit(1)).alias("contracts"),
        F.percentile(seconds, F.lit(0.25)).alias("q1"),
        F.percentile(seconds, F.lit(0.5)).alias("median"),
        F.percentile(seconds, F.lit(0.75)).alias("q3"),
    ).where(F.col("contracts") > 0)
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


@dg.asset(**TABLE.asset_args())
def segment_thresholds(watch_metrics: Frames, reference: ReferenceData) -> Frames:
    """One row a month: quartiles, fence, cuts of activeness."""
    return Frames(lambda month: measure(watch_metrics(month), reference.load()))
