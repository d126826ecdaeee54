"""App names that the reference table does not know: they count as `other` until somebody categorizes them."""

from collections.abc import Sequence
from datetime import date

import dagster as dg
from pydantic import Field
from pyspark.sql import functions as F

from c360_assets.checks.evidence import as_json, listed
from c360_assets.checks.monitors.monitor import Finding, days_of, warn_if
from c360_assets.checks.scope import partitions_of_run
from c360_assets.cleaning.clean_content import TABLE, UNKNOWN_APP
from c360_assets.reference.resource import ReferenceData
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake


class AppNames(dg.Config):
    """How many unknown apps are listed."""

    most: int = Field(default=50, gt=0, description="Number of names to list, those with the most seconds first")


@dg.asset_check(
    asset=TABLE.name,
    name="known_apps",
    description="All app names are in app_categories.csv of the reference data",
)
def known_apps(
    context: dg.AssetCheckExecutionContext,
    config: AppNames,
    lake: dg.ResourceParam[Lake],
    provenances: dg.ResourceParam[ProvenanceStore],
    reference: ReferenceData,
) -> dg.AssetCheckResult:
    """Warns of names that are not in the reference table, with their seconds."""

    def look() -> Finding:
        days = days_of(partitions_of_run(context, TABLE, provenances))
        return unknown_apps(lake, days, list(reference.load().app_categories), config.most) if days else Finding()

    return warn_if(context, look)


def unknown_apps(lake: Lake, days: Sequence[date], known: Sequence[str], most: int) -> Finding:
    """The unknown apps of these days. A record that names no app is not an unknown app."""
    apps = (
        lake.read(TABLE, days[0], days[-1])
        .where(~F.col("app_name").isin([*known, UNKNOWN_APP]))
        .groupBy("app_name")
        .agg(F.sum("seconds").alias("seconds"))
        .orderBy(F.desc("seconds"), F.asc("app_name"))
        .limit(most + 1)
        .collect()
    )
    if not apps:
        return Finding(figures={"days": len(days)})
    seconds = {as_json(row["app_name"]): row["seconds"] for row in apps[:most]}
    more = " (and more)" if len(apps) > most else ""
    warning = f"unknown: {listed(seconds)}{more}. Add them to app_categories.csv; until then they count as other."
    return Finding(warning, {"days": len(days), "seconds": seconds})


CHECKS = [known_apps]
