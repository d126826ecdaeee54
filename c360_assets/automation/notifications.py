"""The sensor `notifications`: one message for each cause to the webhook, whatever started the run. It starts no run.

What failed is taken from Dagster's runs since the last tick; warnings, overdue days, what waits and erasures from the
lake, while no run is under way. What was sent is kept in the lake, so that a restart, a tick that is repeated and
`c360 run` send nothing twice. A webhook that is down is tried again after a minute, then two, four …, up to an hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import dagster as dg

from c360_assets.automation.landed_changes import ACTIVE
from c360_assets.contracts.dagster_private import ROOT_RUN_ID_TAG
from c360_assets.contracts.partitions import Partitions
from c360_assets.execution.ended_runs import OVERLAP_SECONDS, ended_at, ended_since
from c360_assets.execution.failures import failures, was_interrupted
from c360_assets.execution.runner import STARTED_BY
from c360_assets.notifications.back_off import INTERVAL_SECONDS, BackOff
from c360_assets.notifications.causes import (
    erasure_notices,
    failure_notices,
    held_notices,
    not_read_notices,
    overdue_notices,
    warning_notices,
)
from c360_assets.notifications.notice import Notice
from c360_assets.notifications.notifier import LASTING, Notifier
from c360_assets.notifications.webhook import Webhook
from c360_assets.planning.batches import batch_of
from c360_assets.planning.overdue import clock, overdue_days
from c360_assets.planning.plan import DayRange, Plan
from c360_assets.planning.planner import SOURCES, Planner
from c360_assets.privacy.receipts import ReceiptStore
from c360_assets.reference.model import Reference
from c360_assets.reference.resource import ReferenceData
from c360_assets.tables import TABLES
from resources.engine.failures import public_reason_of
from resources.errors import C360Error
from resources.lake.provenance import Item, ProvenanceStore
from resources.landing.zone import LandingZone
from resources.locations import file_system
from resources.settings import Settings

NAME = "notifications"


@dataclass(frozen=True, kw_only=True)
class Memory(BackOff):
    """What one tick passes on to the next, beside the pause after a failure.

    `newest` is when the last failed run ended that was looked at, and `seen` are those that ended shortly before; none
    on the first look.
    """

    newest: float | None = None
    seen: tuple[str, ...] = ()

    def after(self, failed: Sequence[dg.RunRecord]) -> "Memory":
        """The memory once these runs have been checked."""
        newest = max((ended_at(record) for record in failed), default=self.newest or 0.0)
        recent = (one.dagster_run.run_id for one in failed if ended_at(one) > newest - OVERLAP_SECONDS)
        return Memory(newest=newest, seen=tuple(recent))


def _failed_runs(instance: dg.DagsterInstance, memory: Memory) -> Sequence[dg.RunRecord]:
    """The runs that failed lately; on the first look, those that count as seen."""
    failed = [dg.DagsterRunStatus.FAILURE]
    if memory.newest is None:
        return instance.get_run_records(dg.RunsFilter(statuses=failed), limit=100, order_by="update_timestamp")
    return ended_since(instance, max(memory.newest - OVERLAP_SECONDS, 0), failed)


def evaluate(
    instance: dg.DagsterInstance,
    planner: Planner,
    provenances: ProvenanceStore,
    reference: Reference,
    notifier: Notifier,
    cursor: str | None,
) -> dg.SensorResult:
    """One tick: sends what is new, and reports how much was sent."""
    memory, now = Memory.of(cursor), clock().timestamp()
    if now < memory.not_before:
        return dg.SensorResult(skip_reason="Not all was sent: it is tried again later.", cursor=cursor)
    records = _failed_runs(instance, memory)
    new = (
        []
        if memory.newest is None
        else [one.dagster_run for one in records if one.dagster_run.run_id not in memory.seen]
    )
    notices = [notice for run in new for notice in _of_run(instance, run, planner)]
    is_idle = not instance.get_runs(dg.RunsFilter(statuses=ACTIVE), limit=1)
    plan = None
    try:
        if _is_begun(provenances.lake):
            planner.require_landing()
        plan = planner.plan(DayRange()) if is_idle else None
        if plan is not None:
            notices += _of_lake(plan, planner, provenances, reference)
    except C360Error as error:  # a landing zone or table can't be read: failures are still sent
        plan = None
        notices.append(Notice("not_planned", public_reason_of(error), subject="lake and landing zone"))
    sending = notifier.send(notices)
    if plan is not None:
        not_forgotten = notifier.forget_all_but(
            notices, LASTING, lambda item: item is not None and _is_made(plan, item)
        )
        sending.problem = sending.problem or not_forgotten
    if sending.problem:
        waiting = memory.after_failure(now) if memory.newest is not None else memory.after(records).after_failure(now)
        unsent = f"{len(sending.unsent)} not sent: " if sending.unsent else ""
        return dg.SensorResult(skip_reason=f"{unsent}{sending.problem}.", cursor=waiting.cursor)
    summary = f"{sending.sent} sent." if sending.sent else "Nothing new."
    return dg.SensorResult(skip_reason=summary, cursor=memory.after(records).cursor)


def _is_begun(lake: str) -> bool:
    """Whether the lake holds a table of what landed. Until then, a landing zone may well be empty."""
    store, path = file_system(lake)
    return any(store.exists(f"{path}/{raw}") for raw in SOURCES)


def _of_run(instance: dg.DagsterInstance, run: dg.DagsterRun, planner: Planner) -> Iterator[Notice]:
    """The notices of a failed run: its tables' failures by cause, or that it broke off."""
    entries = (record.event_log_entry for record in instance.get_records_for_run(run.run_id).records)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    if was_interrupted(events):
        return
    selected = {key.path[-1] for key in run.asset_selection or ()} & set(TABLES)
    failed = failures(events, batch_of(run), public=True) if selected else {}
    if failed:
        try:
            waits = planner.plan(DayRange(), failed=failed).waits_for
        except C360Error:  # failures are sent even if nothing can be planned
            waits = {}
        yield from failure_notices(failed, waits, dict.fromkeys(failed, run.run_id))
    elif not instance.get_runs(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], tags={STARTED_BY: run.run_id}), limit=1
    ):
        root = run.tags.get(ROOT_RUN_ID_TAG, run.run_id)
        cause = f"The run {root} failed, or broke off; its events in Dagster say why."
        yield Notice("failed", cause, subject=run.job_name.removeprefix("__"), run_id=root)


def _of_lake(plan: Plan, planner: Planner, provenances: ProvenanceStore, reference: Reference) -> Iterator[Notice]:
    yield from held_notices(plan.blocked, plan.waits_for)
    yield from overdue_notices(overdue_days(planner, provenances, reference.deadlines), reference.deadlines)
    yield from not_read_notices(planner.unrecognized_files())
    yield from warning_notices(plan.warnings)
    yield from erasure_notices(ReceiptStore(provenances.lake).finished())


def _is_made(plan: Plan, item: Item) -> bool:
    left = item in plan.blocked or item in plan.unreadable or item in plan.failed
    return item in plan.versions and not left and item not in plan.causes


@dg.sensor(
    name=NAME,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends one message for each cause to the webhook (C360_WEBHOOK): failed runs and checks, warnings, "
    "overdue days, what waits, files with wrong names, erasures. Starts nothing; is on from the start, and does nothing "
    "without a webhook.",
)
def notifications(
    context: dg.SensorEvaluationContext,
    settings: dg.ResourceParam[Settings],
    landing: dg.ResourceParam[LandingZone],
    provenances: dg.ResourceParam[ProvenanceStore],
    reference: ReferenceData,
    partitions: dg.ResourceParam[Partitions],
) -> dg.SkipReason | dg.SensorResult:
    """Checks this location's lake and Dagster's runs once."""
    if not settings.webhook:
        return dg.SkipReason("C360_WEBHOOK is not set.")
    known = reference.current()
    planner = Planner(landing, provenances, known.fingerprints, partitions)
    notifier = Notifier(settings.lake, Webhook(settings.webhook, pauses=()), settings.ui)
    return evaluate(context.instance, planner, provenances, known, notifier, context.cursor)
