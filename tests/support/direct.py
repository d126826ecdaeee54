"""Runs a plan without Dagster: for tests of what is in the tables, not of how a run is carried out.

Dagster takes half of the CPU of a small run. The plan, its batches and their order are the product's, and so are the
making and checking of each partition; only steps, events and monitors are left out.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import dagster as dg

from c360_assets.checks.contract.asset_checks import examine_and_record, names_of_checks
from c360_assets.contracts.table_asset import PartitionMaker
from c360_assets.execution.runner import Report, Runner
from c360_assets.planning.batches import Batch
from c360_assets.planning.plan import Plan
from c360_assets.planning.planner import Planner
from c360_assets.tables import ASSETS
from resources.engine.failures import reason_of
from resources.errors import InputNotReady
from resources.lake.provenance import Item

_ASSETS = {asset.table.name: asset for asset in ASSETS}


class DirectRunner(Runner):
    """Makes the partitions of each batch by calling what a step of Dagster calls."""

    def __init__(self, definitions: dg.Definitions, planner: Planner) -> None:
        self._resources: Any = SimpleNamespace(**(definitions.resources or {}))
        self._planner, self._run_id = planner, str(uuid4())

    def run_batch(self, plan: Plan, batch: Batch, report: Report) -> tuple[set[Item], dict[Item, str]]:
        """The items that were made, and those that failed. Nothing is made from a table that failed."""
        done: set[Item] = set()
        failed: dict[Item, str] = {}
        for table in batch.tables:
            broken = {name for name, _ in failed}
            if broken & set(_upstream(table)):
                continue
            items = [item for item in batch.items if item[0] == table]
            for item, reason in self._make(items):
                if reason:
                    failed[item] = reason
                else:
                    done.add(item)
            if table not in {name for name, _ in failed}:
                failed.update(self._check(items))
        return done, failed

    def _make(self, items: list[Item]) -> Iterator[tuple[Item, str | None]]:
        """Each partition that there is something to make from, with the reason if it failed."""
        for table, partition in items:
            try:
                PartitionMaker(_ASSETS[table], self._resources).make(partition, self._run_id)
            except InputNotReady:
                continue
            except Exception as error:
                yield (table, partition), reason_of(error)
            else:
                yield (table, partition), None

    def _check(self, items: list[Item]) -> dict[Item, str]:
        """The partitions that fail a check of the table's contract."""
        table = _ASSETS[items[0][0]].table
        provenances = self._resources.provenances
        wanted = {partition for _, partition in items}
        held = {partition: kept for partition, kept in provenances.read(table.name).items() if partition in wanted}
        examined = examine_and_record(table, self._resources.lake, provenances, held)
        return {
            (table.name, partition): examined.unreadable.get(partition, f"check {name} failed")
            for name in names_of_checks(table)
            for partition in examined.failed(name)
        }


def _upstream(table: str) -> Iterator[str]:
    """The tables that one is made from, near and far."""
    for read in _ASSETS[table].table.inputs:
        yield read.table.name
        yield from _upstream(read.table.name)
