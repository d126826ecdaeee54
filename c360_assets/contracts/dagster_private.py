"""What Dagster 1.13 keeps private and this project needs: names of tags, and what a check's result is about.

Verified on 1.13.27. Nothing else in the packages imports a private module of Dagster.
"""

from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    ROOT_RUN_ID_TAG,
    SENSOR_NAME_TAG,
)

__all__ = [
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    "ROOT_RUN_ID_TAG",
    "SENSOR_NAME_TAG",
    "AssetCheckEvaluationTargetMaterializationData",
]
