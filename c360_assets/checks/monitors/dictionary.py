"""How far the keyword dictionary reaches. Reported with every month; it never warns."""

from pyspark.sql import functions as F

from c360_assets.behaviour.search_metrics import TABLE
from c360_assets.checks.evidence import by_name
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope
from c360_assets.reference.vocabulary import UNKNOWN


def coverage(scope: Scope) -> Finding:
    """Users and searches of each month, and the share of them with a known category."""
    months = scope.days
    if not months:
        return Finding()
    is_known = F.col("search_category") != UNKNOWN
    counted = (
        scope.lake.read(TABLE, months[0], months[-1])
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


MONITORS = [
    Monitor(
        TABLE,
        "dictionary_coverage",
        "Share of users, and of their searches, whose search_category is known; for information only, always passes",
        coverage,
    )
]
