"""What the checks of habits share: how they tell, and which days a log is compared with.

A habit is what data usually look like. Breaking one may be an error or news, which only a person can tell: so these
checks warn and never block, and one that can't be made says so instead of failing the run.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import dagster as dg

from c360_assets.checks.evidence import in_order
from c360_assets.contracts.table import TableSpec
from resources.engine.failures import reason_of
from resources.lake.provenance import ProvenanceStore


@dataclass(frozen=True)
class Finding:
    """What a look at a habit found: why it warns (None if it does not), and the figures."""

    warning: str | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


def warn_if(context: dg.AssetCheckExecutionContext, look: Callable[[], Finding]) -> dg.AssetCheckResult:
    """The result of a look: a warning or not, never an error."""
    try:
        told = look()
    except Exception as error:
        context.log.exception("The check could not be made.")
        told = Finding(f"could not be made: {reason_of(error)}")
    return dg.AssetCheckResult(
        passed=told.warning is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=told.warning,
        metadata=told.figures,
    )


def landed_rows(provenances: ProvenanceStore, raw: TableSpec) -> dict[date, int]:
    """How many records landed, by day. A day whose files hold no record has not landed."""
    return {
        day: provenance.rows
        for day, provenance in provenances.read(raw.name).items()
        if day is not None and provenance.rows
    }


def days_before(days: Iterable[date], day: date, most: int) -> list[date]:
    """The last days of a log before a day, at most so many."""
    return sorted(other for other in days if other < day)[-most:]


def days_of(partitions: Iterable[date | None]) -> Sequence[date]:
    """The partitions of a daily or monthly table, in order."""
    return [partition for partition in in_order(partitions) if partition is not None]
