"""What a run changed in customer360, for Dagster's UI: a check that always passes, and an observation per month.

`c360 diff` says the same, and more, on the command line.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg
import pyarrow as pa
from deltalake.exceptions import DeltaError

from c360_assets.changes.cause import cause_of
from c360_assets.changes.compare import PartitionChange, change_of
from c360_assets.changes.versions import compared
from c360_assets.checks.scope import partitions_of_run
from c360_assets.profile.customer360 import TABLE
from resources.errors import C360Error
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.settings import Settings

MOST_CUSTOMERS = 200_000
"""A larger month is not compared: that would slow down a regular day's run."""


@dg.asset_check(
    asset=TABLE.name,
    name="profiles_compared",
    description="What differs from the profiles before the run. It always passes",
)
def profiles_compared(
    context: dg.AssetCheckExecutionContext,
    settings: dg.ResourceParam[Settings],
    provenances: dg.ResourceParam[ProvenanceStore],
) -> dg.AssetCheckResult:
    """Compares each month of the run with its rows before."""
    found: dict[str, str] = {}
    for month, provenance in partitions_of_run(context, TABLE, provenances).items():
        if month is None:
            continue
        for metadata in _changes(settings.lake, month, provenance):
            found[f"{month:%Y-%m}"] = str(metadata.pop("summary"))
            context.op_execution_context.log_event(
                dg.AssetObservation(TABLE.name, partition=month.isoformat(), metadata=metadata)
            )
    lines = [f"{name}: {text}" for name, text in sorted(found.items())]
    return dg.AssetCheckResult(passed=True, description="; ".join(lines) or "No month was made again.", metadata=found)


def _changes(lake: str, month: date, provenance: Provenance) -> Iterator[dict[str, Any]]:
    """What the month's newest commit changed; nothing if it can't be compared or was compared before."""
    if provenance.commit is None or provenance.commit < 1 or provenance.rows > MOST_CUSTOMERS:
        return
    try:
        versions = compared(lake, TABLE, provenance.commit - 1, provenance.commit, month)
        change = change_of(versions, month)
        cause = str(cause_of(lake, versions, month))
    except (C360Error, DeltaError, OSError, pa.ArrowException):  # the version before is not there any more
        return
    yield {
        "summary": f"{change.added:,} added, {change.removed:,} removed, {change.changed:,} changed",
        "customers_added": change.added,
        "customers_removed": change.removed,
        "customers_changed": change.changed,
        "cause": cause,
        "columns": dg.MetadataValue.md(_columns(change)),
        "transitions": dg.MetadataValue.md(_transitions(change)),
    }


def _columns(change: PartitionChange) -> str:
    """A table of the figures that differ: in how many rows, and their sums before and after."""
    rows = [
        f"| {column.name} | {column.rows:,} | {column.before:,} | {column.after:,} |"
        for column in change.columns
        if not column.transitions and column.before is not None and column.after is not None
    ]
    return "\n".join(["| figure | customers | sum before | sum after |", "|---|--:|--:|--:|", *rows])


def _transitions(change: PartitionChange) -> str:
    """A table of how customers moved from one word of a column to another."""
    rows = [
        f"| {column.name} | {before or 'none'} | {after or 'none'} | {count:,} |"
        for column in change.columns
        for before, after, count in column.transitions
    ]
    return "\n".join(["| column | before | after | customers |", "|---|---|---|--:|", *rows])
