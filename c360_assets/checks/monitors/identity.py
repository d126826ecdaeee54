"""Landed links between contracts and users that can't be used."""

from pyspark.sql import functions as F

from c360_assets.checks.evidence import MOST_EXAMPLES, examples
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope
from c360_assets.cleaning.quarantine_identity import TABLE


def conflicts(scope: Scope) -> Finding:
    """The links in quarantine, by reason, and some of them."""
    if not scope.of_run:
        return Finding()
    links = scope.lake.read(TABLE)
    counted = links.groupBy("reason").agg(F.count(F.lit(1)).alias("links")).collect()
    counts = {row["reason"]: row["links"] for row in sorted(counted, key=lambda row: row["reason"])}
    if sum(counts.values()) <= scope.reference.monitors.conflicts_max:
        return Finding(figures={"links": counts})
    sample = links.orderBy("reason", "user_id", "contract").limit(MOST_EXAMPLES).collect()
    warning = ", ".join(f"{reason} ({number:,})" for reason, number in counts.items())
    return Finding({None: warning}, {"links": counts, "examples": examples(TABLE, sample)})


MONITORS = [
    Monitor(
        TABLE,
        "no_conflicts",
        "Every landed link names one contract and one user, and no user has several contracts",
        conflicts,
    )
]
