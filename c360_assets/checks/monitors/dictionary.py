"""How far the keyword dictionary reaches. Reported with every month; it never warns."""

from collections.abc import Sequence
from datetime import date

import dagster as dg
from pyspark.sql import functions as F

from c360_assets.behaviour.search_metrics import TABLE
from c360_assets.checks.evidence import by_name
from c360_assets.checks.monitors.monitor import Finding, days_of, warn_if
from c360_assets.checks.scope import partitions_of_run
from c360_assets.reference.vocabulary import UNKNOWN
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake


@dg.asset_check(
    asset=TABLE.name,
    name="dictionary_coverage",
    description="Share of users, and of their searches, whose search_category is known; for information only, always passes",
)
def dictionary_coverage(
    context: dg.AssetCheckExecutionContext, lake: dg.ResourceParam[Lake], provenances: dg.ResourceParam[ProvenanceStore]
) -> dg.AssetCheckResult:
    """Reports the coverage of each month."""

    def look() -> Finding:
        months = days_of(partitions_of_run(context, TABLE, provenances))
        return coverage(lake, months) if months else Finding()

    return warn_if(context, look)


def coverage(lake: Lake, months: Sequence[date]) -> Finding:
    """Users and searches of each month, and the share of them with a known category."""
    is_known = F.col("search_category") != UNKNOWN
    counted = (
        lake.read(TABLE, months[0], months[-1])
        .groupBy("month")
        .agg(
            F.count(F.lit(1)).alias("users"),
            F.sum(F.when(is_known, 1).otherwise(0)).alias("known_users"),
            F.sum("searches").alias("searches"),
            F.sum(F.when(is_known, F.col("searches")).otherwise(0)).alias("known_searches"),
        )
        .collect()
    )
    figures = {
        row["month"]: {
            "users": row["users"],
            "known_users": round(row["known_users"] / row["users"], 4),
            "searches": row["searches"],
            "known_searches": round(row["known_searches"] / row["searches"], 4),
        }
        for row in counted
    }
    return Finding(figures={"coverage": by_name(figures)})


CHECKS = [dictionary_coverage]
