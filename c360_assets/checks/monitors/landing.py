"""Monitors of the landed logs: how many rows a day has, and which fields its files have."""

from datetime import date
from statistics import median

import dagster as dg
from pydantic import Field

from c360_assets.checks.evidence import as_json, by_name, listed
from c360_assets.checks.monitors.landed_fields import compare, fields_of
from c360_assets.checks.monitors.monitor import Finding, days_before, days_of, landed_rows, warn_if
from c360_assets.checks.scope import partitions_of_run
from c360_assets.contracts.table import TableSpec
from c360_assets.landing import raw_content, raw_search
from resources.lake.provenance import ProvenanceStore
from resources.landing.layout import Layout
from resources.landing.zone import LandedFile, LandingZone


class RowCount(dg.Config):
    """When the number of rows of a day is worth a warning."""

    days: int = Field(
        default=7, gt=0, description="Number of landed days that a day is compared with, the last before it"
    )
    least: float = Field(default=1 / 3, ge=0, description="Warn below this share of their median")
    most: float = Field(default=3.0, ge=0, description="Warn above this multiple of their median")


class LandedFields(dg.Config):
    """How much of a day is examined for its fields."""

    files: int = Field(default=10, gt=0, description="Number of files per day, the first by name")
    lines: int = Field(default=100, gt=0, description="Number of records per NDJSON file")


def row_count_check(table: TableSpec) -> dg.AssetChecksDefinition:
    """Warns if a day has far fewer or far more rows than the days before it."""

    @dg.asset_check(
        asset=table.name,
        name="usual_row_count",
        description="A day has about as many rows as the landed days before it",
    )
    def check(
        context: dg.AssetCheckExecutionContext, config: RowCount, provenances: dg.ResourceParam[ProvenanceStore]
    ) -> dg.AssetCheckResult:
        def look() -> Finding:
            held = partitions_of_run(context, table, provenances)
            return compare_rows({day: held[day].rows for day in days_of(held)}, landed_rows(provenances, table), config)

        return warn_if(context, look)

    return check


def compare_rows(rows: dict[date, int], landed: dict[date, int], config: RowCount) -> Finding:
    """Compares days with the landed days before them. The first day of a log is compared with none."""
    usual: dict[date, float] = {}
    for day in rows:
        if before := days_before(landed, day, config.days):
            usual[day] = median(landed[other] for other in before)
    odd = {
        day: f"{rows[day]:,} rows, usually {round(expected):,}"
        for day, expected in usual.items()
        if not config.least * expected <= rows[day] <= config.most * expected
    }
    warning = f"{len(odd)} unusual: {listed(f'{day}: {what}' for day, what in odd.items())}" if odd else None
    return Finding(warning, {"rows": by_name(rows), "usual_rows": by_name(usual)})


def fields_check(table: TableSpec, layout: Layout) -> dg.AssetChecksDefinition:
    """Warns if the files of a day have a field that the raw table does not know, or lack one."""

    @dg.asset_check(
        asset=table.name,
        name="known_fields",
        description="Landed files have the fields that the table knows, and no others",
    )
    def check(
        context: dg.AssetCheckExecutionContext,
        config: LandedFields,
        provenances: dg.ResourceParam[ProvenanceStore],
        landing: dg.ResourceParam[LandingZone],
    ) -> dg.AssetCheckResult:
        def look() -> Finding:
            days = days_of(partitions_of_run(context, table, provenances))
            deliveries = landing.days(layout.folder).deliveries
            files = {day: deliveries[day].files for day in days if day in deliveries and not deliveries[day].problem}
            return compare_fields(files, layout, config)

        return warn_if(context, look)

    return check


def compare_fields(days: dict[date, tuple[LandedFile, ...]], layout: Layout, config: LandedFields) -> Finding:
    """Compares the fields of each day's files with those of the layout."""
    odd: dict[date | None, dict[str, list[str]]] = {}
    for day, files in days.items():
        found = set().union(*(fields_of(file, layout, config.lines) for file in files[: config.files]))
        if found and (differing := compare(found, layout)):
            odd[day] = {kind: [as_json(name) for name in names] for kind, names in differing.items()}
    if not odd:
        return Finding(figures={"days": len(days)})
    causes = (
        f"{day}: {', '.join(f'{kind} {listed(names)}' for kind, names in kinds.items())}" for day, kinds in odd.items()
    )
    return Finding(listed(causes), {"days": len(days), "fields": by_name(odd)})


CHECKS = [
    check
    for module in (raw_content, raw_search)
    for check in (row_count_check(module.TABLE), fields_check(module.TABLE, module.LAYOUT))
]
