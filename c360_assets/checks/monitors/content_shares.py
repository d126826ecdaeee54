"""Monitors of clean_content: devices that are not known, and one contract with a large part of a day's records."""

from collections.abc import Sequence
from datetime import date

from pyspark.sql import Column, Row
from pyspark.sql import functions as F

from c360_assets.checks.contract.null_counts import null_counts
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope
from c360_assets.checks.monitors.norms import compare_shares
from c360_assets.cleaning.clean_content import TABLE

_MANY_ROWS = 200_000
"""For a day with more rows, one device in 16 is enough to find the top contract; grouping all rows takes far longer."""
_SAMPLED = 16


def unknown_macs(scope: Scope) -> Finding:
    """The share of rows without a known device."""
    days = scope.days_with_rows()
    rows = {day: scope.held[day].rows for day in days}
    nulls = null_counts(TABLE, scope.lake, days, ["mac"]) if days else {}
    shares = {day: {"": of_day["mac"] / rows[day]} for day, of_day in nulls.items()}
    return compare_shares(scope, "usual_unknown_macs", shares, rows)


def dominant_contract(scope: Scope) -> Finding:
    """The share of the contract with the most records."""
    days = scope.days_with_rows()
    rows = {day: scope.held[day].rows for day in days}
    many = [day for day in days if rows[day] > _MANY_ROWS]
    few = [day for day in days if rows[day] <= _MANY_ROWS]
    records = F.col("source_rows")
    counted_alone = F.col("mac").isNull() | (records > _SAMPLED)
    weight = F.when(counted_alone, records).when(F.col("mac").endswith("7"), records * _SAMPLED)
    found = [*_most(scope, few, records), *_most(scope, many, weight)]
    shares = {row["log_date"]: {"": row["most"] / row["records"]} for row in found}
    return compare_shares(scope, "no_dominant_contract", shares, rows)


def _most(scope: Scope, days: Sequence[date], weight: Column) -> list[Row]:
    """Per day, the records of the contract with the most, and those of all; rows without a weight are left out."""
    if not days:
        return []
    rows = scope.lake.read(TABLE, days[0], days[-1]).where(F.col("log_date").isin(list(days)))
    weighed = rows.select("log_date", "contract", weight.alias("weight")).where(F.col("weight").isNotNull())
    by_contract = weighed.groupBy("log_date", "contract").agg(F.sum("weight").alias("records"))
    return (
        by_contract.groupBy("log_date").agg(F.max("records").alias("most"), F.sum("records").alias("records")).collect()
    )


MONITORS = [
    Monitor(TABLE, "usual_unknown_macs", "Hardly any row is of a device that is not known", unknown_macs),
    Monitor(TABLE, "no_dominant_contract", "No contract has a large part of a day's records", dominant_contract),
]
