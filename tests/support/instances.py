"""A Dagster instance in memory that opens each of its databases once: Dagster (1.13) opens one for each look."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log import in_memory as events
from dagster._core.storage.runs import in_memory as runs
from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool


def quick_instance(folder: Path) -> dg.DagsterInstance:
    """An instance for one process, with its files in a folder."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (events, runs):
            patched.setattr(module, "create_engine", _with_one_connection(module.create_engine))
        return dg.DagsterInstance.ephemeral(tempdir=str(folder))


def _with_one_connection(create_engine: Any) -> Any:
    def create(url: str, **_: Any) -> Engine:
        return create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})

    return create
