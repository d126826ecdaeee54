"""Upkeep in Dagster: a job over the tables of the lake, and its schedule, off until it is switched on in the UI."""

from typing import Any

import dagster as dg
from pydantic import Field

from c360_assets.maintenance.upkeep import FLOOR_HOURS, RETENTION_HOURS, TableUpkeep, upkeep
from c360_assets.tables import TABLES
from resources.erasure.older_copies import require_not_put_back
from resources.errors import ErasuresLost, LakeInUse
from resources.lake.lock import only_maintenance
from resources.lake.tables import Lake


class UpkeepConfig(dg.Config):
    """Which tables are maintained, and how long files that are no longer used stay."""

    tables: list[str] = Field(default=list(TABLES), description="Names of tables; all if none are given")
    retention_hours: float = Field(default=RETENTION_HOURS, description="Hours that files no longer used are kept")


@dg.op(description="Compacts each table, removes what is no longer used, makes a checkpoint, trims the log")
def keep_tables_up(context: dg.OpExecutionContext, config: UpkeepConfig, lake: dg.ResourceParam[Lake]) -> None:
    """Reports the figures of each table as an observation of its asset; fails at the end if a table was left out.

    Raises dg.Failure if a name is not that of a table, if the retention is below the floor (the job can't know that it is
    alone), while an erasure, a restore or other upkeep is in progress, or where a table is older than an erasure.
    """
    if config.retention_hours < FLOOR_HOURS:
        raise dg.Failure(f"retention_hours is {config.retention_hours:g}: use {FLOOR_HOURS:g} or more.")
    unknown = [name for name in config.tables if name not in TABLES]
    if unknown:
        raise dg.Failure(f"{', '.join(unknown)}: no such table. There are {', '.join(TABLES)}.")
    try:
        with only_maintenance(lake.root):
            require_not_put_back(lake.root)
            problems = _kept_up(context, config, lake)
    except (LakeInUse, ErasuresLost) as error:
        raise dg.Failure(str(error)) from None
    if problems:
        raise dg.Failure("; ".join(f"{name}: {problem}" for name, problem in problems.items()))


def _kept_up(context: dg.OpExecutionContext, config: UpkeepConfig, lake: Lake) -> dict[str, str]:
    """Upkeep of each table in turn; returns what could not be done, by table."""
    problems: dict[str, str] = {}
    for name in config.tables:
        done = upkeep(lake.root, name, TABLES[name].partition_column, config.retention_hours)
        if done is None:
            continue
        context.log_event(dg.AssetObservation(name, metadata=figures(done)))
        if done.problem:
            problems[name] = done.problem
    return problems


def figures(done: TableUpkeep) -> dict[str, Any]:
    """What upkeep did to a table, as metadata. Sizes are in bytes."""
    figures = {
        "files_before": done.files_before,
        "files_after": done.files_after,
        "bytes_before": done.bytes_before,
        "dagster/size_bytes": done.bytes_after,
        "removed_files": done.removed_files,
        "freed_bytes": done.freed_bytes,
        "versions_kept": done.versions,
    }
    return {**figures, "problem": done.problem} if done.problem else figures


@dg.job(description="Upkeep of the tables: fewer and larger files, no unneeded ones, a short log. Changes no row")
def table_upkeep() -> None:
    """One op over all tables, one after the other."""
    keep_tables_up()


UPKEEP_SCHEDULE = dg.ScheduleDefinition(
    name="table_upkeep_weekly",
    job=table_upkeep,
    cron_schedule="0 4 * * 0",
    execution_timezone="UTC",
    description="Sundays at 4:00 UTC",
)
"""Off until it is switched on."""
