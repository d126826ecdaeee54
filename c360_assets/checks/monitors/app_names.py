"""App names that the reference table does not know: they count as `other` until somebody categorizes them."""

from datetime import date

from pyspark.sql import functions as F

from c360_assets.checks.evidence import listed, shown_name
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope
from c360_assets.cleaning.clean_content import TABLE, UNKNOWN_APP

_MOST_LISTED = 50
"""Names in the figures, those with the most seconds first."""


def unknown_apps(scope: Scope) -> Finding:
    """The unknown apps of days, with their seconds. A record that names no app is not an unknown app."""
    days = scope.days
    if not days:
        return Finding()
    known = [*scope.reference.app_categories, UNKNOWN_APP]
    found = (
        scope.lake.read(TABLE, days[0], days[-1])
        .where(~F.col("app_name").isin(known))
        .groupBy("log_date", "app_name")
        .agg(F.sum("seconds").alias("seconds"))
        .collect()
    )
    of_run = [row for row in found if row["log_date"] in scope.of_run]
    seconds: dict[str, int] = {}
    names: dict[date, set[str]] = {}
    for row in of_run:
        name = shown_name(row["app_name"])
        seconds[name] = seconds.get(name, 0) + row["seconds"]
        names.setdefault(row["log_date"], set()).add(name)
    if not seconds:
        return Finding(figures={"days": len(days)})
    ordered = sorted(seconds, key=lambda name: (-seconds[name], name))
    warnings: dict[date | None, str] = {
        day: f"unknown {listed(name for name in ordered if name in of_day)}; until app_categories.csv has them, "
        "they count as other"
        for day, of_day in names.items()
    }
    return Finding(warnings, {"days": len(days), "seconds": {name: seconds[name] for name in ordered[:_MOST_LISTED]}})


MONITORS = [Monitor(TABLE, "known_apps", "All app names are in app_categories.csv of the reference data", unknown_apps)]
