"""Reports a check's result for each partition of a range run. Dagster itself stores one for the whole range."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import dagster as dg

from c360_assets.checks.evidence import days_in_order
from c360_assets.contracts.dagster_private import AssetCheckEvaluationTargetMaterializationData
from c360_assets.contracts.table import TableSpec

_EVENTS_OF_A_PARTITION = 3
"""The most to expect for a partition: one during the step, one at its end, and one from another run."""


class Verdict(NamedTuple):
    """What a check found in one partition: why it did not pass (if it did not), and figures."""

    problem: str | None
    figures: Mapping[str, Any]


def report_by_partition(
    context: dg.AssetCheckExecutionContext,
    table: TableSpec,
    partitions: Iterable[date | None],
    checks: Mapping[str, Callable[[date], Verdict]],
    is_contract: bool,
) -> None:
    """Stores the result of each check for each partition of a range, with the materialization that it is about.

    For a run of a single partition, Dagster itself does so.
    """
    days = days_in_order(partitions)
    if table.unit is None or context.has_partition_key or not days:
        return
    targets = _materializations(context, table, days)
    for name, verdict in checks.items():
        for day in days:
            found = verdict(day)
            evaluation = dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey(table.name),
                check_name=name,
                passed=found.problem is None,
                metadata=found.figures,
                target_materialization_data=targets.get(day),
                severity=dg.AssetCheckSeverity.ERROR if is_contract else dg.AssetCheckSeverity.WARN,
                description=found.problem,
                blocking=is_contract,
                partition=day.isoformat(),
            )
            context.op_execution_context.log_event(evaluation)  # type: ignore[arg-type]  # it takes any event of an asset


def _materializations(
    context: dg.AssetCheckExecutionContext, table: TableSpec, days: list[date]
) -> dict[date, AssetCheckEvaluationTargetMaterializationData]:
    """The newest materialization of each partition: Dagster shows a result only beside the one that it is about."""
    names = [day.isoformat() for day in days]
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(table.name), asset_partitions=names)
    found: dict[date, AssetCheckEvaluationTargetMaterializationData] = {}
    for record in context.instance.fetch_materializations(wanted, limit=len(days) * _EVENTS_OF_A_PARTITION).records:
        if record.partition_key:
            pointer = AssetCheckEvaluationTargetMaterializationData(
                storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
            )
            found.setdefault(date.fromisoformat(record.partition_key), pointer)
    return found
