"""Runs of Dagster that have ended lately, for those who look at each once."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

OVERLAP_SECONDS = 600
"""Runs may be stored a little later than they ended: each look begins this much before the end of the last."""


def ended_at(record: dg.RunRecord) -> float:
    """When a run ended. Its record may be touched later, for instance if somebody tags it."""
    return record.end_time or record.update_timestamp.timestamp()


def ended_since(
    instance: dg.DagsterInstance, since: float, statuses: Sequence[dg.DagsterRunStatus]
) -> list[dg.RunRecord]:
    """The runs that ended with one of these statuses after `since`, in no order."""
    touched = dg.RunsFilter(statuses=statuses, updated_after=datetime.fromtimestamp(since, UTC))
    return [record for record in instance.get_run_records(touched) if ended_at(record) > since]
