"""Links between contracts and users: those that landed and can't be used, and those that are gone."""

from pyspark.sql import functions as F

from c360_assets.checks.evidence import MOST_EXAMPLES, examples
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope
from c360_assets.cleaning import identity_map, quarantine_identity
from c360_assets.contracts.deliveries_before import LINKS_KEPT


def conflicts(scope: Scope) -> Finding:
    """The links in quarantine, by reason, and some of them."""
    if not scope.of_run:
        return Finding()
    links = scope.lake.read(quarantine_identity.TABLE)
    counted = links.groupBy("reason").agg(F.count(F.lit(1)).alias("links")).collect()
    counts = {row["reason"]: row["links"] for row in sorted(counted, key=lambda row: row["reason"])}
    if sum(counts.values()) <= scope.reference.monitors.conflicts_max:
        return Finding(figures={"links": counts})
    sample = links.orderBy("reason", "user_id", "contract").limit(MOST_EXAMPLES).collect()
    warning = ", ".join(f"{reason} ({number:,})" for reason, number in counts.items())
    return Finding({None: warning}, {"links": counts, "examples": examples(quarantine_identity.TABLE, sample)})


def links_gone(scope: Scope) -> Finding:
    """Compares the number of links with that from before their files landed."""
    held = scope.of_run.get(None)
    if held is None:
        return Finding()
    measured = held.measured.get(LINKS_KEPT)
    if not measured or "before" not in measured:
        return Finding(figures={"links": held.rows})
    before = int(measured["before"])
    few = held.rows < scope.reference.monitors.links_least * before
    warning = f"links fell from {before:,} to {held.rows:,}: files in identity/ may be missing"
    figures = {"links": held.rows, "before": before}
    return Finding({None: warning} if few else {}, figures, {None: measured})


MONITORS = [
    Monitor(
        quarantine_identity.TABLE,
        "no_conflicts",
        "Every landed link names one contract and one user, and no user has several contracts",
        conflicts,
    ),
    Monitor(identity_map.TABLE, LINKS_KEPT, "Most links that the lake held before are still there", links_gone),
]
