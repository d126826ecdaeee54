"""The landing zone in the asset graph: files that others deliver, and that raw tables are made from."""

import dagster as dg

from c360_assets.contracts.partitions import days
from c360_assets.contracts.table import OWNER, landing_key
from c360_assets.landing import identity, raw_content, raw_search

_SOURCES = (
    (
        raw_content.LAYOUT.folder,
        "The content log as it is delivered: one file or folder per day, named by its date. A record is the seconds that one "
        "device watched in one app on one day.",
        days,
    ),
    (
        raw_search.LAYOUT.folder,
        "The search log as it is delivered: one file or folder per day, named by its date. A record is one search.",
        days,
    ),
    (
        identity.LAYOUT.folder,
        "Which account made which searches, as it is delivered: all files together are the current links. May be absent.",
        None,
    ),
)

LANDING_ZONE = [
    dg.AssetSpec(
        landing_key(folder),
        description=description,
        group_name="landing_zone",
        owners=[OWNER],
        kinds={"csv", "parquet"} if partitions is None else {"csv", "json", "parquet"},
        partitions_def=partitions,
        metadata={"folder": f"{folder}/ below the landing root (C360_LANDING)"},
    )
    for folder, description, partitions in _SOURCES
]
"""One external asset for each folder of the landing zone. A day of it is a day's files."""
