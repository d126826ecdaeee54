"""The checks `landed_in_time` of the landing zone's logs: no day is overdue. Start one on the page of a log."""

import dagster as dg

from c360_assets.checks.evidence import listed
from c360_assets.contracts.partitions import Partitions
from c360_assets.contracts.table import landing_key
from c360_assets.planning.lines import spans_of
from c360_assets.planning.overdue import overdue_days
from c360_assets.planning.planner import SOURCES, Planner
from c360_assets.reference.resource import ReferenceData
from resources.lake.provenance import ProvenanceStore
from resources.landing.zone import LandingZone

NAME = "landed_in_time"


def _check(raw: str, folder: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        name=NAME,
        asset=landing_key(folder),
        description="No day is overdue by the log's deadline (deliveries.toml). Passes where none is set.",
    )
    def check(
        landing: dg.ResourceParam[LandingZone],
        provenances: dg.ResourceParam[ProvenanceStore],
        reference: ReferenceData,
        partitions: dg.ResourceParam[Partitions],
    ) -> dg.AssetCheckResult:
        known = reference.load()
        planner = Planner(landing, provenances, known.fingerprints, partitions)
        deadline = known.deadlines.get(folder)
        days = overdue_days(planner, provenances, known.deadlines).get(raw, [])
        return dg.AssetCheckResult(
            passed=not days,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{spans_of(days)} overdue" if days else None,
            metadata={
                "deadline": deadline.text if deadline else "none set",
                "overdue": len(days),
                **({"days": listed(day.isoformat() for day in days)} if days else {}),
            },
        )

    return check


LANDED_IN_TIME = [_check(raw, folder) for raw, folder in SOURCES.items()]
