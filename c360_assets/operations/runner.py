"""Runs a plan through Dagster, batch by batch, until nothing is left to make that can be made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import dagster as dg
from dagster._core.storage.tags import (  # no public name yet for the range of a run
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from c360_assets.operations.plan import Batch, Item, Planner, Range
from c360_assets.tables import TABLES

Report = Callable[[str], None]


@dataclass
class Outcome:
    """What a call of `run_all` did: how many partitions were planned, which failed and why, which wait for those."""

    planned: int = 0
    runs: int = 0
    failed: dict[Item, str] = field(default_factory=dict)
    blocked: dict[Item, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every run and every blocking check passed."""
        return not (self.failed or self.blocked or self.problems)


class Runner:
    """Runs batches of a plan in this process, as runs of a Dagster instance."""

    def __init__(self, defs: dg.Definitions, instance: dg.DagsterInstance, planner: Planner) -> None:
        self._instance, self._planner = instance, planner
        self._job = defs.resolve_implicit_global_asset_job_def()

    def run_all(self, days: Range, everything: bool, announce: Callable[[int], None], report: Report) -> Outcome:
        """Makes all that has to be made; what failed is left, and all else is made.

        `announce` is told how many partitions are to be made, once the plan is known and whenever it grows.
        """
        outcome = Outcome(problems=self._planner.strangers())
        handled: set[Item] = set()
        while True:
            plan = self._planner.plan(days, everything, outcome.failed, handled)
            plan.stale = [item for item in plan.stale if item not in handled]
            if not plan.stale:
                break
            outcome.planned += len(plan.stale)
            announce(outcome.planned)
            for batch in plan.batches():
                outcome.runs += 1
                done, failed = self._run(batch, report)
                outcome.failed |= failed
                handled |= done | set(failed)
                if set(failed) - set(plan.unreadable):
                    break  # the rest was planned on what failed now: plan again
            if not handled & set(plan.stale):
                outcome.problems.append("No run made anything; see the runs in Dagster.")
                break
        outcome.planned = len(handled)
        outcome.blocked = {item: why for item, why in plan.blocked.items() if item not in outcome.failed}
        return outcome

    def _run(self, batch: Batch, report: Report) -> tuple[set[Item], dict[Item, str]]:
        """One Dagster run: the items that it came to, and those that failed in it."""
        span = "" if batch.first is None else f"{batch.first}" + (f" to {batch.last}" if batch.partitions > 1 else "")
        report(f"{', '.join(batch.tables)} {span}".strip())
        tags = {"c360/why": "landed files changed", "c360/span": span or "all"}
        if batch.first and batch.last:
            tags[ASSET_PARTITION_RANGE_START_TAG] = batch.first.isoformat()
            tags[ASSET_PARTITION_RANGE_END_TAG] = batch.last.isoformat()
        result = self._job.execute_in_process(
            instance=self._instance,
            asset_selection=[dg.AssetKey(table) for table in batch.tables],
            tags=tags,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
        if was_interrupted(result):
            raise KeyboardInterrupt
        return materialised(result), failures(result, batch)


def was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether somebody stopped the run: Dagster takes that for a failed step and would let us go on."""
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    return any(
        one.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt")
        for error in errors
        if error
        for one in (error, error.cause)
        if one
    )


def materialised(result: dg.ExecuteInProcessResult) -> set[Item]:
    """The items that a run's steps came to."""
    events = result.filter_events(lambda event: event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION)
    made = (event.materialization for event in events)
    return {(event.asset_key.path[-1], _partition(event.partition or "")) for event in made}


def failures(result: dg.ExecuteInProcessResult, batch: Batch) -> dict[Item, str]:
    """Which items of a batch failed in a run, and why."""
    failed: dict[Item, str] = {}
    for event in result.all_events:
        if event.is_step_failure and event.step_key in TABLES:
            failed.update(_step_failure(event, batch))
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            failed.update(_check_failure(event.asset_check_evaluation_data))
    if not result.success and not failed:
        failed[(batch.tables[0], batch.first)] = f"run {result.run_id} failed; see it in Dagster"
    return failed


def _step_failure(event: dg.DagsterEvent, batch: Batch) -> dict[Item, str]:
    table = str(event.step_key)
    data = event.step_failure_data
    known = data.user_failure_data.metadata.get("failed") if data.user_failure_data else None
    if isinstance(known, dg.JsonMetadataValue) and isinstance(known.value, Mapping):
        return {(table, _partition(str(key))): str(reason) for key, reason in known.value.items()}
    reason = data.error.cause.message if data.error and data.error.cause else (data.error.message if data.error else "")
    return {(table, batch.first): reason.strip().splitlines()[0]}


def _check_failure(evaluation: dg.AssetCheckEvaluation) -> dict[Item, str]:
    if evaluation.passed or not evaluation.blocking:
        return {}
    table = evaluation.asset_key.path[-1]
    found = evaluation.metadata.get("failed_partitions")
    keys = found.value if found is not None else []
    reason = f"check {evaluation.check_name} failed"
    return {(table, _partition(str(key))): reason for key in (keys if isinstance(keys, list) else [])} or {
        (table, None): reason
    }


def _partition(key: str) -> date | None:
    try:
        return date.fromisoformat(key)
    except ValueError:
        return None
