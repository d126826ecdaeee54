"""Monitors of the quarantine: which share of a day's records breaks which rule."""

from collections.abc import Iterable, Mapping
from datetime import date
from statistics import fmean

import dagster as dg
from pydantic import Field
from pyspark.sql import functions as F

from c360_assets.checks.evidence import by_name, listed
from c360_assets.checks.monitors.monitor import Finding, days_before, days_of, landed_rows, warn_if
from c360_assets.checks.scope import partitions_of_run
from c360_assets.cleaning import quarantine_content, quarantine_search
from c360_assets.contracts.table import TableSpec
from c360_assets.landing import raw_content, raw_search
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake

Shares = Mapping[date, Mapping[str, float]]


class QuarantineShare(dg.Config):
    """When a reason's share of a day is worth a warning."""

    days: int = Field(
        default=7, gt=0, description="Number of landed days that a day is compared with, the last before it"
    )
    times: float = Field(default=3.0, ge=0, description="Warn above this multiple of their mean share")
    least: float = Field(default=0.01, ge=0, description="Never warn below this share")


def share_check(table: TableSpec, raw: TableSpec) -> dg.AssetChecksDefinition:
    """Warns if a reason takes a far larger share of a day's records than on the days before it."""

    @dg.asset_check(
        asset=table.name,
        name="usual_share",
        description="No reason takes a far larger share of a day's records than on the landed days before it",
    )
    def check(
        context: dg.AssetCheckExecutionContext,
        config: QuarantineShare,
        lake: dg.ResourceParam[Lake],
        provenances: dg.ResourceParam[ProvenanceStore],
    ) -> dg.AssetCheckResult:
        def look() -> Finding:
            landed, made = landed_rows(provenances, raw), provenances.read(table.name)
            days = [day for day in days_of(partitions_of_run(context, table, provenances)) if day in landed]
            before = {day: days_before(landed.keys() & made.keys(), day, config.days) for day in days}
            return compare_shares(shares_of(table, lake, landed, days, before), before, config)

        return warn_if(context, look)

    return check


def shares_of(
    table: TableSpec, lake: Lake, landed: Mapping[date, int], days: Iterable[date], before: Mapping[date, list[date]]
) -> Shares:
    """The share of each reason in the landed rows of these days and those before them."""
    needed = sorted({*days, *(day for others in before.values() for day in others)})
    if not needed:
        return {}
    counted = lake.read(table, needed[0], needed[-1]).groupBy("log_date", "reason").agg(F.count(F.lit(1)).alias("rows"))
    shares: dict[date, dict[str, float]] = {day: {} for day in needed}
    for row in counted.collect():
        if row["log_date"] in shares:
            shares[row["log_date"]][row["reason"]] = row["rows"] / landed[row["log_date"]]
    return shares


def compare_shares(shares: Shares, before: Mapping[date, list[date]], config: QuarantineShare) -> Finding:
    """Compares each day's shares with their mean over the days before it. The first day of a log is compared with none."""
    risen: list[str] = []
    for day, others in before.items():
        for reason, share in sorted(shares[day].items()):
            usual = fmean(shares[other].get(reason, 0.0) for other in others) if others else None
            if usual is not None and share > config.least and share > config.times * usual:
                risen.append(f"{day} {reason} {share:.2%}, usually {usual:.2%}")
    figures = {day: {reason: round(share, 6) for reason, share in sorted(shares[day].items())} for day in before}
    return Finding(f"{len(risen)} risen: {listed(risen)}" if risen else None, {"shares": by_name(figures)})


CHECKS = [
    share_check(quarantine_content.TABLE, raw_content.TABLE),
    share_check(quarantine_search.TABLE, raw_search.TABLE),
]
