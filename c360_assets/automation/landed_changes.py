"""The sensor `landed_changes`: asks for exactly the runs that landed files make necessary.

Each tick plans as `c360 run` does, from provenance and fingerprints; no engine is started. It waits while any run is in
progress, so that no table changes under its plan, and then asks for what can be made now: days first, months once their
days are made, span by span.

What failed is asked for once. The cursor keeps it, with the version that it was to get, until that version changes:
by another delivery, by other rules, or because somebody made it. So a damaged day fails once, visibly, and holds up
nothing but what is made from it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import dagster as dg

from c360_assets.contracts.dagster_private import SENSOR_NAME_TAG
from c360_assets.contracts.partitions import Partitions
from c360_assets.execution.failures import failures
from c360_assets.execution.processes import fail_orphans
from c360_assets.planning.batches import VERSIONS, Batch, batch_of, digest, run_tags
from c360_assets.planning.lines import label
from c360_assets.planning.observations import observations
from c360_assets.planning.plan import DayRange, Plan
from c360_assets.planning.planner import FOLDERS, Planner
from c360_assets.reference.resource import ReferenceData
from c360_assets.tables import TABLES
from resources.lake.damage import MALFORMED
from resources.lake.provenance import Item, ProvenanceStore, version_digest
from resources.landing.zone import LandingZone

NAME = "landed_changes"
INTERVAL_SECONDS = 60
ACTIVE = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_ENDED = dg.RunsFilter(statuses=_FINISHED, tags={SENSOR_NAME_TAG: NAME})
"""The runs that this sensor has asked for and that are over."""


@dataclass(frozen=True)
class Memory:
    """What a tick leaves to the next: `newest`, the last run that was examined, and what failed at which version."""

    newest: int | None = None
    failed: Mapping[Item, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str | None) -> "Memory":
        """The memory in a sensor's cursor; an empty one if there is none, or if we did not write it.

        Anybody can set a cursor in Dagster. Without a memory, what has failed is only tried once more.
        """
        try:
            kept = json.loads(cursor or "null")
            newest, failed = kept["newest"], {_item(name): version for name, version in kept["failed"].items()}
        except MALFORMED:
            return cls()
        is_ours = newest is None or type(newest) is int
        is_ours = is_ours and all(isinstance(version, str) for version in failed.values())
        return cls(newest, failed) if is_ours else cls()

    @property
    def cursor(self) -> str:
        """The memory as Dagster stores it."""
        return json.dumps({"newest": self.newest, "failed": {label(item): v for item, v in self.failed.items()}})


def evaluate(instance: dg.DagsterInstance, planner: Planner, cursor: str | None) -> dg.SensorResult:
    """One tick: the runs to ask for, or why there are none."""
    active = instance.get_runs(dg.RunsFilter(statuses=ACTIVE), limit=1)
    if active:
        return dg.SensorResult(
            skip_reason=f"Run {active[0].run_id} is under way: planning waits for it.", cursor=cursor
        )
    memory = _of_this_history(instance, Memory.of(cursor))
    plan = planner.plan(DayRange(), tried=memory.failed)
    finished = _finished_since(instance, memory.newest)
    newest = finished[0].storage_id if finished else memory.newest or 0
    failed = {item: plan.versions[item] for item in plan.failed}
    seen = finished if memory.newest is not None else []  # without a memory, what failed long ago is tried again
    found = {item for record in seen for item in _left_by(instance, record.dagster_run, plan)}
    if found:
        failed |= {item: plan.versions[item] for item in found}
        plan = planner.plan(DayRange(), tried=failed)
    planner.remember_touched(plan)
    memory = Memory(newest, {item: version for item, version in failed.items() if item in plan.failed})
    batches = _next(plan)
    if not batches:
        return dg.SensorResult(skip_reason=_nothing(plan, planner), cursor=memory.cursor)
    return dg.SensorResult(
        run_requests=[_request(plan, batch, newest) for batch in batches],
        asset_events=[seen for batch in batches for seen in observations(plan, batch)],
        cursor=memory.cursor,
    )


def _of_this_history(instance: dg.DagsterInstance, memory: Memory) -> Memory:
    """The memory; without the last run that was examined if that was deleted from Dagster.

    Dagster may then count its runs from one again, and would take a new request for one that it has met.
    """
    last = instance.get_run_records(_ENDED, limit=1)
    is_deleted = (memory.newest or 0) > (last[0].storage_id if last else 0)
    return replace(memory, newest=None) if is_deleted else memory


def _finished_since(instance: dg.DagsterInstance, newest: int | None) -> list[dg.RunRecord]:
    """The sensor's runs that have ended since the last one that was examined, newest first."""
    last = instance.get_run_records(_ENDED, limit=1)
    if newest is None or not last or last[0].storage_id <= newest:
        return list(last) if newest is None else []
    return [record for record in instance.get_run_records(_ENDED) if record.storage_id > newest]


def _left_by(instance: dg.DagsterInstance, run: dg.DagsterRun, plan: Plan) -> set[Item]:
    """What an ended run was to make, and would fail to make again, since it would be made from the same things.

    A run that broke off without naming what failed is asked for again if it made anything at all, so that it comes to
    an end; so is one whose inputs another run made again meanwhile. A run that somebody cancelled is not.
    """
    if not {key.path[-1] for key in run.asset_selection or ()} & set(TABLES):
        return set()
    batch = batch_of(run)
    if digest(batch, plan.versions) != run.tags.get(VERSIONS):
        return set()
    left = set(batch.items) & set(plan.stale)
    if run.status != dg.DagsterRunStatus.FAILURE:
        return set() if any(plan.causes[item] == "moved" for item in left) else left
    events = (record.event_log_entry.dagster_event for record in instance.get_records_for_run(run.run_id).records)
    named = left & set(failures([event for event in events if event], batch))
    broke_off = not named and len(left) == len(batch.items)
    return left if broke_off else named


def _next(plan: Plan) -> list[Batch]:
    """What can be made now. Months wait for days, and a span of months for the one before, which it may read."""
    batches = plan.batches()
    months = [batch for batch in batches if TABLES[batch.tables[0]].unit == "month"]
    return [batch for batch in batches if batch not in months] or months[:1]


def _request(plan: Plan, batch: Batch, newest: int) -> dg.RunRequest:
    """A run for a batch. Its key names what is to be made and after which run: two ticks at once ask for one run."""
    tags = run_tags(batch, plan.describe(batch), plan.versions)
    return dg.RunRequest(
        run_key=version_digest(tags[VERSIONS], str(newest)),
        asset_selection=[dg.AssetKey(table) for table in batch.tables],
        tags=tags,
    )


def _nothing(plan: Plan, planner: Planner) -> str:
    """Why nothing is asked for."""
    parts = []
    if plan.failed:
        names = ", ".join(sorted(map(label, plan.failed))[:3])
        more = f" and {len(plan.failed) - 3} more" if len(plan.failed) > 3 else ""
        parts.append(f"Failed, and not tried again before a change: {names}{more}.")
    parts += [f"Not read: {name}." for name in planner.unrecognized_files()[:3]]
    return " ".join(parts) or "Nothing has changed."


def _item(name: str) -> Item:
    table, _, day = name.partition(" ")
    return table, date.fromisoformat(day) if day else None


@dg.sensor(
    name=NAME,
    asset_selection=dg.AssetSelection.assets(*TABLES),
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Looks every minute at what landed and asks for exactly the runs that this makes necessary: new, late "
    "and re-delivered days, the months that depend on them, changed reference data or rules. What failed is asked for "
    "once, and again when it changes. Off until switched on.",
)
def landed_changes(
    context: dg.SensorEvaluationContext,
    landing: dg.ResourceParam[LandingZone],
    provenances: dg.ResourceParam[ProvenanceStore],
    reference: ReferenceData,
    partitions: dg.ResourceParam[Partitions],
) -> dg.SensorResult:
    """One tick over this location's landing zone and lake."""
    landing.check(FOLDERS)
    for run_id in fail_orphans(context.instance):
        context.log.warning(f"Run {run_id} was ended: its process is gone.")
    planner = Planner(landing, provenances, reference.current().fingerprints, partitions)
    return evaluate(context.instance, planner, context.cursor)
