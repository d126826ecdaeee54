"""Monitors of the quarantine: what share of a day's records breaks which rule."""

from datetime import date

from pyspark.sql import functions as F

from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope, landed_rows
from c360_assets.checks.monitors.norms import compare_shares
from c360_assets.cleaning import quarantine_content, quarantine_search
from c360_assets.landing import raw_content, raw_search

RAW = {quarantine_content.TABLE.name: raw_content.TABLE, quarantine_search.TABLE.name: raw_search.TABLE}


def shares_by_reason(scope: Scope) -> Finding:
    """The share of each reason in the landed rows of a day."""
    landed = landed_rows(scope.provenances, RAW[scope.table.name])
    days = [day for day in scope.days if day in landed]
    if not days:
        return Finding()
    counted = (
        scope.lake.read(scope.table, days[0], days[-1]).groupBy("log_date", "reason").agg(F.count(F.lit(1)).alias("n"))
    )
    shares: dict[date, dict[str, float]] = {day: {} for day in days}
    for row in counted.collect():
        if row["log_date"] in shares:
            shares[row["log_date"]][row["reason"]] = row["n"] / landed[row["log_date"]]
    return compare_shares(scope, "usual_share", shares, landed)


MONITORS = [
    Monitor(
        table,
        "usual_share",
        "No reason takes a far larger share of a day's records than on the landed days before it",
        shares_by_reason,
    )
    for table in (quarantine_content.TABLE, quarantine_search.TABLE)
]
