"""Who reads the profile: the end of the asset graph, outside this project. Nothing here makes anything."""

import dagster as dg

from c360_assets.contracts.table import OWNER
from c360_assets.profile import customer360

READERS = [
    dg.AssetSpec(
        "customer_lookup",
        deps=[dg.AssetKey(customer360.TABLE.name)],
        description="Reads customer360: `c360 profile` for one customer, and any reader of Delta tables (BI tools, "
        "notebooks, campaign lists). They rely on the names and meanings of columns: let them know before you change one.",
        group_name="exposure",
        owners=[OWNER],
        kinds={"delta"},
    )
]
"""One external asset for the readers of customer360."""
