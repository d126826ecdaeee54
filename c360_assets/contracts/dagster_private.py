"""What Dagster 1.13 keeps private and this project needs: tags, what a check's result is about, how SQLite is opened.

Verified on 1.13.27. Nothing else in the packages imports a private module of Dagster.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.executor.in_process import InProcessExecutor
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.storage.sql import ScriptDirectory  # type: ignore[attr-defined]
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
    ROOT_RUN_ID_TAG,
    SENSOR_NAME_TAG,
)
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

__all__ = [
    "ASSET_PARTITION_RANGE_END_TAG",
    "ASSET_PARTITION_RANGE_START_TAG",
    "PARTITION_NAME_TAG",
    "ROOT_RUN_ID_TAG",
    "SENSOR_NAME_TAG",
    "AssetCheckEvaluationTargetMaterializationData",
    "in_process_executor",
    "keep_connections",
    "reuse_database_engines",
]
_MOST_ENGINES = 32
"""Kept at once. Each run has a database of its own."""
_MOST_MIGRATIONS = 8
"""Kept at once: those of runs, events and schedules."""


class _Kept:
    """The open connections of one thread of one process, by pool; for as long as `keep_connections` says."""

    def __init__(self) -> None:
        self._owner = (os.getpid(), threading.get_ident())
        self._idle: defaultdict[NullPool, list[ConnectionPoolEntry]] = defaultdict(list)

    def is_of_this_thread(self) -> bool:
        """Whether the caller may use these: SQLite's connections stay in the thread and process that opened them."""
        return self._owner == (os.getpid(), threading.get_ident())

    def take(self, pool: NullPool) -> ConnectionPoolEntry | None:
        """An idle connection of a pool, if there is one."""
        idle = self._idle[pool]
        return idle.pop() if idle else None

    def give_back(self, pool: NullPool, connection: ConnectionPoolEntry) -> None:
        """Keeps a connection for the next caller."""
        self._idle[pool].append(connection)

    def close(self) -> None:
        """Closes all of them."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()


class _Keeping:
    """What is kept now, if anything."""

    now: _Kept | None = None


class _ReusingPool(NullPool):
    """Opens and closes connections as NullPool does, but within `keep_connections`, where each is used again."""

    def _do_get(self) -> ConnectionPoolEntry:
        kept = _Keeping.now
        found = kept.take(self) if kept and kept.is_of_this_thread() else None
        return found or super()._do_get()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        kept = _Keeping.now
        if kept and kept.is_of_this_thread() and record.dbapi_connection is not None:
            kept.give_back(self, record)
        else:
            super()._do_return_conn(record)

    def recreate(self) -> NullPool:
        """Itself: Dagster disposes of an engine after each look, and that must not end what is kept."""
        return self


class _KeptEngines:
    """SQLAlchemy's `create_engine`, which returns the same engine for the same database and options."""

    def __init__(self, create_engine: Any) -> None:
        self._create = create_engine
        self._kept = lru_cache(_MOST_ENGINES)(self._new)

    def __call__(self, url: str, *, poolclass: Any, connect_args: dict[str, Any] | None = None) -> Any:
        """The engine of a database."""
        return self._kept(url, poolclass, tuple((connect_args or {}).items()))

    def _new(self, url: str, poolclass: Any, connect_args: tuple[tuple[str, Any], ...]) -> Any:
        pool = _ReusingPool if poolclass is NullPool else poolclass
        return self._create(url, poolclass=pool, connect_args=dict(connect_args))


def reuse_database_engines() -> None:
    """Lets Dagster keep SQLAlchemy's engines of its SQLite databases in this process, and what it knows of their columns.

    Dagster makes an engine for each look at a database, and with it compiles each statement again: a quarter of the CPU
    of a run over many small days. Before half of the looks it asks whether a table or column is there: what is there
    stays. For each database that it opens first it reads all of its eighty migrations. This can go once Dagster keeps
    all that itself.
    """
    for module in (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
        if not isinstance(module.create_engine, _KeptEngines):
            module.create_engine = _KeptEngines(module.create_engine)  # type: ignore[attr-defined]
    for storage, method in (
        (sqlite_event_log.SqliteEventLogStorage, "has_table"),
        (SqlEventLogStorage, "has_asset_key_col"),
    ):
        look = getattr(storage, method)
        if not hasattr(look, "looks"):
            setattr(storage, method, _remembered(look))
    if not hasattr(ScriptDirectory.from_config, "cache_info"):
        once = lru_cache(_MOST_MIGRATIONS)(ScriptDirectory.from_config)
        ScriptDirectory.from_config = once  # type: ignore[method-assign]


def _remembered(look: Any) -> Any:
    """A look-up by name that remembers, for each storage, which names were found."""
    attribute = f"_c360_{look.__name__}"

    def remembering(storage: Any, name: str) -> bool:
        found = storage.__dict__.setdefault(attribute, set())
        if name not in found and look(storage, name):
            found.add(name)
        return name in found

    remembering.looks = look  # type: ignore[attr-defined]
    return remembering


@contextmanager
def keep_connections() -> Iterator[None]:
    """Within, this thread opens each of Dagster's SQLite databases once. All are closed at the end, as if never kept.

    Dagster opens and closes one for each look, two thousand times for a small run.
    """
    if _Keeping.now:  # an enclosing block keeps them
        yield
        return
    _Keeping.now = kept = _Kept()
    try:
        yield
    finally:
        _Keeping.now = None
        kept.close()


class _KeepingExecutor(InProcessExecutor):
    """Dagster's executor within one process, which keeps connections while it works."""

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        """The events of the steps."""
        with keep_connections():
            yield from super().execute(plan_context, execution_plan)


@dg.executor(name="in_process", config_schema=dg.in_process_executor.config_schema.as_field())
def in_process_executor(context: dg.InitExecutorContext) -> dg.Executor:
    """Executes all steps in one process, as Dagster's does, and keeps connections open until it ends."""
    executor = dg.in_process_executor.executor_creation_fn(context)  # type: ignore[misc]
    executor.__class__ = _KeepingExecutor
    return executor
