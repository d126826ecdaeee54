"""Days of a month that did not land, so that its figures are made from fewer days than it has."""

from collections.abc import Collection, Iterable
from datetime import date

import dagster as dg

from c360_assets.behaviour import search_metrics, watch_metrics
from c360_assets.checks.evidence import by_name, listed
from c360_assets.checks.monitors.monitor import Finding, days_of, landed_rows, warn_if
from c360_assets.checks.scope import partitions_of_run
from c360_assets.contracts.partitions import between, last_day, month_of
from c360_assets.contracts.table import TableSpec
from c360_assets.landing import raw_content, raw_search
from resources.lake.provenance import ProvenanceStore


def days_check(table: TableSpec, raw: TableSpec) -> dg.AssetChecksDefinition:
    """Warns if days of a month are missing from its log."""

    @dg.asset_check(
        asset=table.name, name="all_days_landed", description="Every day of the month landed, as far as the log goes"
    )
    def check(
        context: dg.AssetCheckExecutionContext, provenances: dg.ResourceParam[ProvenanceStore]
    ) -> dg.AssetCheckResult:
        def look() -> Finding:
            months = days_of(partitions_of_run(context, table, provenances))
            return missing_days(months, landed_rows(provenances, raw).keys())

        return warn_if(context, look)

    return check


def missing_days(months: Iterable[date], landed: Collection[date]) -> Finding:
    """Which days of these months did not land."""
    missing = {month: [day for day in expected_days(month, landed) if day not in landed] for month in months}
    days = {day.isoformat() for found in missing.values() for day in found}
    figures = {
        "landed_days": by_name({month: sum(month_of(day) == month for day in landed) for month in missing}),
        "missing_days": by_name(
            {month: [day.isoformat() for day in found] for month, found in missing.items() if found}
        ),
    }
    return Finding(f"{len(days)} missing: {listed(sorted(days))}" if days else None, figures)


def expected_days(month: date, landed: Collection[date]) -> list[date]:
    """The days of a month that should have landed: all, once the log goes beyond it; none, if the log does not reach it.

    In the month in which the log ends, those from its first to its last landed day.
    """
    if not landed or last_day(month) < min(landed) or month > max(landed):
        return []
    if max(landed) >= last_day(month):
        return list(between(month, last_day(month), "day"))
    of_month = [day for day in landed if month_of(day) == month]
    return list(between(min(of_month), max(of_month), "day"))


CHECKS = [
    days_check(watch_metrics.TABLE, raw_content.TABLE),
    days_check(search_metrics.TABLE, raw_search.TABLE),
]
