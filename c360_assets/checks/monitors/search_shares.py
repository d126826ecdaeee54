"""Monitors of clean_search: clocks that are wrong, plans that are not read, and one user with a large part of a day."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Row
from pyspark.sql import functions as F

from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope
from c360_assets.checks.monitors.norms import compare_shares
from c360_assets.cleaning.clean_search import TABLE
from c360_assets.landing import raw_search
from c360_assets.text.columns import known, plan_names

_NO_PLANS = ("[]", "{}", "[ ]", "{ }")
"""What is logged for a user without plans."""


def clock_errors(scope: Scope) -> Finding:
    """The share of searches whose time can't be read or is on another day."""
    days = scope.days_with_rows()
    if not days:
        return Finding()
    found = scope.lake.read(TABLE, days[0], days[-1]).where("clock_error").groupBy("log_date").count().collect()
    counts = {row["log_date"]: row["count"] for row in found}
    rows = {day: scope.held[day].rows for day in days}
    return compare_shares(
        scope, "usual_clock_errors", {day: {"": counts.get(day, 0) / rows[day]} for day in days}, rows
    )


def unread_plans(scope: Scope) -> Finding:
    """The share of landed searches without a plan among those that say something about plans."""
    days = scope.days_with_rows()
    found = [row for row in _plans(scope, days) if row["log_date"] in days] if days else []
    rows = {row["log_date"]: row["searches"] for row in found}
    shares = {row["log_date"]: {"": row["unread"] / row["searches"]} for row in found}
    return compare_shares(scope, "usual_unread_plans", shares, rows)


def _plans(scope: Scope, days: Sequence[date]) -> list[Row]:
    """Per day, the searches that say something about plans, and those of them in which no plan is found."""
    landed = known("user_plans_map", scope.reference.measures.null_markers)
    searches = scope.lake.read(raw_search.TABLE, days[0], days[-1]).withColumn("landed", landed)
    texts = searches.where(~F.col("landed").isin(list(_NO_PLANS))).groupBy("log_date", "landed").count()
    unread = F.when(plan_names(F.col("landed")).isNull(), F.col("count")).otherwise(0)
    return (
        texts.withColumn("unread", unread)
        .groupBy("log_date")
        .agg(F.sum("count").alias("searches"), F.sum("unread").alias("unread"))
        .collect()
    )


def dominant_user(scope: Scope) -> Finding:
    """The share of the user with the most searches."""
    days = scope.days_with_rows()
    if not days:
        return Finding()
    by_user = scope.lake.read(TABLE, days[0], days[-1]).groupBy("log_date", "user_id").count()
    found = by_user.groupBy("log_date").agg(F.max("count").alias("most")).collect()
    rows = {day: scope.held[day].rows for day in days}
    shares = {row["log_date"]: {"": row["most"] / rows[row["log_date"]]} for row in found if row["log_date"] in rows}
    return compare_shares(scope, "no_dominant_user", shares, rows)


MONITORS = [
    Monitor(TABLE, "usual_clock_errors", "Hardly any search has a time that is wrong or can't be read", clock_errors),
    Monitor(TABLE, "usual_unread_plans", "Where plans landed, their names are found", unread_plans),
    Monitor(TABLE, "no_dominant_user", "No user has a large part of a day's searches", dominant_user),
]
