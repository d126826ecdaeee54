"""Which days are overdue: they should have landed by now, but have not, and the lake does not hold them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from c360_assets.planning.lines import spans_of
from c360_assets.planning.planner import SOURCES, Planner
from c360_assets.reference.deadlines import Deadline
from resources.lake.provenance import ProvenanceStore

Overdue = Mapping[str, list[date]]
"""Raw table → the days of its log that are overdue, in order."""


def clock() -> datetime:
    """The time that deadlines are compared with."""
    return datetime.now(UTC)


def overdue_days(
    planner: Planner, provenances: ProvenanceStore, deadlines: Mapping[str, Deadline], now: datetime | None = None
) -> dict[str, list[date]]:
    """The days that are overdue now, for the logs that have a deadline, by raw table."""
    if not deadlines:
        return {}
    landed, moment = planner.deliveries(), now or clock()
    found: dict[str, list[date]] = {}
    for raw, folder in SOURCES.items():
        if folder in deadlines:
            held = {day for day in provenances.read(raw) if day is not None and planner.exists(day)}
            found[raw] = deadlines[folder].overdue(held | set(landed[raw]), moment)
    return {raw: days for raw, days in found.items() if days}


def overdue_lines(overdue: Overdue, deadlines: Mapping[str, Deadline]) -> list[str]:
    """One line per log with the days that are overdue."""
    due = {raw: deadlines[SOURCES[raw]].text for raw in overdue}
    return [f"{SOURCES[raw]} {spans_of(days)} was due by {due[raw]}" for raw, days in overdue.items()]
