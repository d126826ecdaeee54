"""The landing zone in the asset graph: files that others deliver, and that raw tables are made from."""

import dagster as dg

from c360_assets.contracts.partitions import Partitions, Unit
from c360_assets.contracts.table import OWNER, landing_key
from c360_assets.landing import identity, raw_content, raw_search

_SOURCES: tuple[tuple[str, str, Unit | None], ...] = (
    (
        raw_content.LAYOUT.folder,
        "The content log as it is delivered: one file or folder per day, named by its date. A record is the seconds that one "
        "device watched in one app on one day.",
        "day",
    ),
    (
        raw_search.LAYOUT.folder,
        "The search log as it is delivered: one file or folder per day, named by its date. A record is one search.",
        "day",
    ),
    (
        identity.LAYOUT.folder,
        "Which account made which searches, as it is delivered: all files together are the current links. May be absent.",
        None,
    ),
)


def landing_zone(partitions: Partitions) -> list[dg.AssetSpec]:
    """One external asset for each folder of the landing zone. A day of it is a day's files."""
    return [
        dg.AssetSpec(
            landing_key(folder),
            description=description,
            group_name="landing_zone",
            owners=[OWNER],
            kinds={"csv", "parquet"} if unit is None else {"csv", "json", "parquet"},
            partitions_def=partitions.definition(unit),
            metadata={"folder": f"{folder}/ below the landing root (C360_LANDING)"},
        )
        for folder, description, unit in _SOURCES
    ]
