"""What Dagster 1.13 keeps private and this project needs: the names of tags, which have no public name yet.

Verified on 1.13.27. Nothing else in the packages imports a private module of Dagster.
"""

from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    SENSOR_NAME_TAG,
)

__all__ = ["ASSET_PARTITION_RANGE_END_TAG", "ASSET_PARTITION_RANGE_START_TAG", "SENSOR_NAME_TAG"]
