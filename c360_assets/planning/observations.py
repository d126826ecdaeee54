"""What landed, as events of the landing zone's assets: Dagster shows them, and compares their data versions."""

import dagster as dg

from c360_assets.contracts.table import landing_key
from c360_assets.contracts.table_asset import DATA_VERSION
from c360_assets.planning.batches import Batch
from c360_assets.planning.plan import Plan
from c360_assets.tables import TABLES
from resources.lake.provenance import Item

Landed = dg.AssetObservation | dg.AssetMaterialization


def observations(plan: Plan, batch: Batch) -> list[Landed]:
    """An event for each delivery that a batch is made from, to be reported before its run reads them."""
    return [_observation(item, plan) for item in batch.items if item in plan.landed]


def _observation(item: Item, plan: Plan) -> Landed:
    """Of an asset that it does not make, Dagster (1.13) compares observations of partitions, but materializations of a whole.

    With an observation of the links, their tables would be called out of date forever.
    """
    table, partition = item
    delivery, fingerprint = plan.landed[item]
    size = sum(file.size for file in delivery.files)
    event = dg.AssetObservation if partition else dg.AssetMaterialization
    return event(
        landing_key(TABLES[table].lands or ""),
        partition=partition.isoformat() if partition else None,
        metadata={"files": len(delivery.files), "bytes": size, "fingerprint": fingerprint},
        tags={DATA_VERSION: fingerprint},
    )
