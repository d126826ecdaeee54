"""Landed links between contracts and users that can't be used."""

from collections.abc import Mapping

import dagster as dg
from pydantic import Field
from pyspark.sql import functions as F

from c360_assets.checks.evidence import MOST_EXAMPLES, examples
from c360_assets.checks.monitors.monitor import Finding, warn_if
from c360_assets.checks.scope import partitions_of_run
from c360_assets.cleaning.quarantine_identity import TABLE
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake


class IdentityConflicts(dg.Config):
    """How many links in quarantine are worth a warning."""

    most: int = Field(default=0, ge=0, description="Warn above this many links")


@dg.asset_check(
    asset=TABLE.name,
    name="no_conflicts",
    description="Every landed link names one contract and one user, and no user has several contracts",
)
def no_conflicts(
    context: dg.AssetCheckExecutionContext,
    config: IdentityConflicts,
    lake: dg.ResourceParam[Lake],
    provenances: dg.ResourceParam[ProvenanceStore],
) -> dg.AssetCheckResult:
    """Warns of links in quarantine, with counts by reason."""
    return warn_if(
        context, lambda: conflicts(lake, config.most) if partitions_of_run(context, TABLE, provenances) else Finding()
    )


def conflicts(lake: Lake, most: int) -> Finding:
    """The links in quarantine, by reason, and some of them."""
    links = lake.read(TABLE)
    counted = links.groupBy("reason").agg(F.count(F.lit(1)).alias("links")).collect()
    counts = {row["reason"]: row["links"] for row in sorted(counted, key=lambda row: row["reason"])}
    if sum(counts.values()) <= most:
        return Finding(figures={"links": counts})
    sample = links.orderBy("reason", "user_id", "contract").limit(MOST_EXAMPLES).collect()
    return Finding(_sentence(counts), {"links": counts, "examples": examples(TABLE, sample)})


def _sentence(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} ({links:,})" for reason, links in counts.items())


CHECKS = [no_conflicts]
