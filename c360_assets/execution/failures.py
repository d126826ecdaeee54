"""The result of a run: the items that it made, and those that failed in it, with the cause in one line."""

from collections.abc import Iterable, Mapping
from datetime import date

import dagster as dg

from c360_assets.planning.batches import Batch
from c360_assets.tables import TABLES
from resources.engine.failures import public_reason
from resources.errors import C360Error
from resources.lake.provenance import Item

_UNREAD = "what was written can't be read; the table's checks in Dagster say why"


def was_interrupted(events: Iterable[dg.DagsterEvent]) -> bool:
    """Whether somebody stopped the run: Dagster takes that for a failed step and would let us go on."""
    sources = (event.step_failure_data.error_source for event in events if event.is_step_failure)
    return any(source is not None and source.name == "INTERRUPT" for source in sources)


def materialised(events: Iterable[dg.DagsterEvent]) -> set[Item]:
    """The items that a run's steps reached."""
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    made = [event.step_materialization_data.materialization for event in events if event.event_type == kind]
    return {(one.asset_key.path[-1], _partition(one.partition or "")) for one in made}


def failures(events: Iterable[dg.DagsterEvent], batch: Batch, public: bool = False) -> dict[Item, str]:
    """Which items of a batch failed in a run, and why; `public` without texts that may quote what landed."""
    failed: dict[Item, str] = {}
    for event in events:
        if event.is_step_failure and event.step_key in TABLES:
            failed.update(_step_failure(event, batch, public))
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            failed.update(_check_failure(event.asset_check_evaluation_data, public))
    return failed


def _step_failure(event: dg.DagsterEvent, batch: Batch, public: bool) -> dict[Item, str]:
    """The partitions that the step names; if it names none, all partitions of the table, since it reached none of them."""
    table = str(event.step_key)
    data = event.step_failure_data
    name = "public_reasons" if public else "failed"
    known = data.user_failure_data.metadata.get(name) if data.user_failure_data else None
    if isinstance(known, dg.JsonMetadataValue) and isinstance(known.value, Mapping):
        return {(table, _partition(str(key))): str(reason) for key, reason in known.value.items()}
    error = data.error.cause if data.error and data.error.cause else data.error
    reason = (error.message.strip().splitlines() if error else [])[:1] or ["failed without a word"]
    if public and error and error.cls_name not in {kind.__name__ for kind in C360Error.__subclasses__()}:
        reason = [public_reason(error.cls_name or "Exception")]
    return {item: reason[0] for item in batch.items if item[0] == table}


def _check_failure(evaluation: dg.AssetCheckEvaluation, public: bool) -> dict[Item, str]:
    """The partitions that a check blocks, and why: rows that can't be read fail every check of their table."""
    if evaluation.passed or not evaluation.blocking:
        return {}
    table, metadata = evaluation.asset_key.path[-1], evaluation.metadata
    found = metadata["failed_partitions"].value if "failed_partitions" in metadata else None
    names = [evaluation.partition] if evaluation.partition else found if isinstance(found, list) else []
    unreadable = metadata["unreadable"].value if "unreadable" in metadata else {}
    reasons = unreadable if isinstance(unreadable, Mapping) else {evaluation.partition: unreadable}
    failed = f"check {evaluation.check_name} failed"
    return {
        (table, _partition(str(name))): _unread(reasons[name], public) if name in reasons else failed for name in names
    } or {(table, None): failed}


def _unread(reason: object, public: bool) -> str:
    return _UNREAD if public else f"what was written can't be read: {reason}"


def _partition(key: str) -> date | None:
    try:
        return date.fromisoformat(key)
    except ValueError:
        return None
