"""A batch: tables that are made together in one Dagster run, and how that run is named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import dagster as dg

from c360_assets.contracts.dagster_private import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from c360_assets.contracts.partitions import between, shift
from c360_assets.tables import TABLES
from resources.lake.provenance import Item, version_digest

WHY = "c360/why"
SPAN = "c360/span"
VERSIONS = ".dagster/c360_versions"
"""For the machine only: Dagster hides tags with this prefix from its lists of runs."""


@dataclass(frozen=True)
class Batch:
    """Tables that are made together in one Dagster run, over the partitions from first to last."""

    tables: tuple[str, ...]
    first: date | None
    last: date | None
    partitions: int

    @property
    def span(self) -> str:
        """The partitions in words; empty for tables without partitions."""
        if self.first is None:
            return ""
        return f"{self.first} to {self.last}" if self.partitions > 1 else f"{self.first}"

    @property
    def items(self) -> list[Item]:
        """Every table with every partition."""
        unit = TABLES[self.tables[0]].unit
        if self.first is None or self.last is None or unit is None:
            return [(table, None) for table in self.tables]
        return [(table, day) for day in between(self.first, self.last, unit) for table in self.tables]


def batches_of(items: Iterable[Item]) -> list[Batch]:
    """Neighbouring partitions that need the same tables, as one batch each."""
    tables: dict[date | None, tuple[str, ...]] = {}
    for table, partition in items:
        tables[partition] = (*tables.get(partition, ()), table)
    batches: list[Batch] = []
    for partition in sorted(tables, key=lambda day: day or date.min):
        names = tables[partition]
        unit = TABLES[names[0]].unit
        before = batches[-1] if batches else None
        if before and before.tables == names and before.last and unit and partition == shift(before.last, unit, 1):
            batches[-1] = Batch(names, before.first, partition, before.partitions + 1)
        else:
            batches.append(Batch(names, partition, partition, 1))
    return batches


def digest(batch: Batch, versions: Mapping[Item, str]) -> str:
    """A digest of a batch's items and the data versions that they are to get."""
    return version_digest(*sorted(f"{table} {day} {versions.get((table, day), '')}" for table, day in batch.items))


def run_tags(batch: Batch, why: str, versions: Mapping[Item, str]) -> dict[str, str]:
    """The tags of the run that makes a batch: its partitions, why it is made, and what it is made from."""
    tags = {WHY: why, SPAN: batch.span or "all", VERSIONS: digest(batch, versions)}
    if batch.first and batch.last:
        tags[ASSET_PARTITION_RANGE_START_TAG] = batch.first.isoformat()
        tags[ASSET_PARTITION_RANGE_END_TAG] = batch.last.isoformat()
    return tags


def batch_of(run: dg.DagsterRun) -> Batch:
    """The batch that a run with such tags was meant to make."""
    selected = {key.path[-1] for key in run.asset_selection or ()}
    tables = tuple(table for table in TABLES if table in selected)
    if ASSET_PARTITION_RANGE_START_TAG not in run.tags:
        return Batch(tables, None, None, 1)
    first, last = (
        date.fromisoformat(run.tags[tag]) for tag in (ASSET_PARTITION_RANGE_START_TAG, ASSET_PARTITION_RANGE_END_TAG)
    )
    unit = TABLES[tables[0]].unit
    return Batch(tables, first, last, len(between(first, last, unit)) if unit else 1)
