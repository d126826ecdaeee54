"""Days of a month that did not land, so that its figures are made from fewer days than it has."""

from collections.abc import Collection
from datetime import date

from c360_assets.behaviour import search_metrics, watch_metrics
from c360_assets.checks.evidence import by_name, listed
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope, days_of, landed_rows
from c360_assets.contracts.partitions import between, last_day, month_of
from c360_assets.landing import raw_content, raw_search

RAW = {watch_metrics.TABLE.name: raw_content.TABLE, search_metrics.TABLE.name: raw_search.TABLE}


def days_missing(scope: Scope) -> Finding:
    """Which days of the months did not land: of all months, since those at the end of one are missing once another begins."""
    landed = landed_rows(scope.provenances, RAW[scope.table.name]).keys()
    months = days_of(scope.held)
    missing = {
        month: [day.isoformat() for day in expected_days(month, landed) if day not in landed] for month in months
    }
    warnings: dict[date | None, str] = {
        month: f"{len(days)} missing: {listed(days)}" for month, days in missing.items() if days
    }
    found = {month: missing[month] for month in scope.days if missing[month]}
    landed_days = {month: sum(month_of(day) == month for day in landed) for month in scope.days}
    figures = {"landed_days": by_name(landed_days), "missing_days": by_name(found)}
    return Finding(warnings, figures, looked_at=frozenset(months))


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


MONITORS = [
    Monitor(table, "all_days_landed", "Every day of the month landed, as far as the log goes", days_missing)
    for table in (watch_metrics.TABLE, search_metrics.TABLE)
]
