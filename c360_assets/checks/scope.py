"""Which partitions a check has to examine: those of its run that were ever made."""

from collections.abc import Mapping
from datetime import date

import dagster as dg

from c360_assets.contracts.table import TableSpec
from resources.lake.provenance import Provenance, ProvenanceStore


def partitions_of_run(
    context: dg.AssetCheckExecutionContext, table: TableSpec, provenances: ProvenanceStore
) -> dict[date | None, Provenance]:
    """The partitions of the run that the lake holds, with their provenance; all that it holds if the run names none."""
    return of_run(context, table, provenances.read(table.name))


def of_run(
    context: dg.AssetCheckExecutionContext, table: TableSpec, held: Mapping[date | None, Provenance]
) -> dict[date | None, Provenance]:
    """The partitions of the run among those that the lake holds."""
    bounds = _bounds(context) if table.unit else None
    if bounds is None:
        return dict(held)
    first, last = bounds
    return {partition: provenance for partition, provenance in held.items() if partition and first <= partition <= last}


def _bounds(context: dg.AssetCheckExecutionContext) -> tuple[date, date] | None:
    if not (context.has_partition_key or context.has_partition_key_range):
        return None
    span = context.partition_key_range
    return date.fromisoformat(span.start), date.fromisoformat(span.end)
