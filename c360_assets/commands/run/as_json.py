"""What `c360 run --json` prints."""

from typing import Any

from c360_assets.commands.status.command import partition_object, reason_objects, warning_objects
from c360_assets.execution.runner import Outcome
from c360_assets.planning.overdue import Overdue
from c360_assets.planning.planner import SOURCES


def as_object(outcome: Outcome, overdue: Overdue, status: int) -> dict[str, Any]:
    """A run that has ended, as one object."""
    return {
        "ok": outcome.ok,
        "exit_status": status,
        "runs": outcome.runs,
        "made": [partition_object(item) for item in sorted(outcome.made, key=str)],
        "failed": reason_objects(outcome.failed),
        "waiting": reason_objects(outcome.blocked),
        "altered": reason_objects(outcome.altered),
        "not_read": outcome.unrecognized_files,
        "problems": outcome.problems,
        "overdue": [{"log": SOURCES[raw], "day": day.isoformat()} for raw, days in overdue.items() for day in days],
        "warnings": warning_objects(outcome.warnings),
        "earlier_warnings": warning_objects(outcome.earlier_warnings),
    }
