"""What Dagster 1.13 keeps private and this project needs: tags, what a check's result is about, how SQLite is opened.

Verified on 1.13.27. Nothing else in the packages imports a private module of Dagster.
"""

from functools import lru_cache
from typing import Any

from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
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
    "reuse_database_engines",
]
_MOST_ENGINES = 32
"""Kept at once. Each run has a database of its own."""


class _KeptEngines:
    """SQLAlchemy's `create_engine`, which returns the same engine for the same database and options."""

    def __init__(self, create_engine: Any) -> None:
        self._create = create_engine
        self._kept = lru_cache(_MOST_ENGINES)(self._new)

    def __call__(self, url: str, *, poolclass: Any, connect_args: dict[str, Any] | None = None) -> Any:
        """The engine of a database."""
        return self._kept(url, poolclass, tuple((connect_args or {}).items()))

    def _new(self, url: str, poolclass: Any, connect_args: tuple[tuple[str, Any], ...]) -> Any:
        return self._create(url, poolclass=poolclass, connect_args=dict(connect_args))


def reuse_database_engines() -> None:
    """Lets Dagster keep SQLAlchemy's engines of its SQLite databases in this process. Connections are opened as before.

    Dagster makes an engine for each look at a database, and with it compiles each statement anew: a quarter of the CPU
    of a run over many small days. This can go once Dagster keeps them itself.
    """
    for module in (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
        if not isinstance(module.create_engine, _KeptEngines):
            module.create_engine = _KeptEngines(module.create_engine)  # type: ignore[attr-defined]
