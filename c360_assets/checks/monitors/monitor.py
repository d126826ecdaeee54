"""What the monitors share: how they report, and which days a day is compared with.

A monitor compares data with what is usual. What is unusual may be an error or news, and only a person can say which. So
monitors warn and never block, and a monitor that can't be evaluated says so instead of failing the run.
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
    """What a monitor found: its warning (None if there is nothing to warn of) and the figures."""

    warning: str | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


def warn_if(context: dg.AssetCheckExecutionContext, look: Callable[[], Finding]) -> dg.AssetCheckResult:
    """The result of `look`: a warning or not, but never an error."""
    try:
        finding = look()
    except Exception as error:
        context.log.exception("The check could not be made.")
        finding = Finding(f"could not be made: {reason_of(error)}")
    return dg.AssetCheckResult(
        passed=finding.warning is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=finding.warning,
        metadata=finding.figures,
    )


def landed_rows(provenances: ProvenanceStore, raw: TableSpec) -> dict[date, int]:
    """The number of landed records by day. A day whose files hold no record counts as not landed."""
    return {
        day: provenance.rows
        for day, provenance in provenances.read(raw.name).items()
        if day is not None and provenance.rows
    }


def days_before(days: Iterable[date], day: date, most: int) -> list[date]:
    """The last days of a log before a day, at most `most` of them."""
    return sorted(other for other in days if other < day)[-most:]


def days_of(partitions: Iterable[date | None]) -> Sequence[date]:
    """The partitions of a daily or monthly table, in order."""
    return [partition for partition in in_order(partitions) if partition is not None]
