"""What the monitors share: how they look, how they report, and where their findings are kept.

A monitor compares data with what is usual. What is unusual may be an error or news, and only a person can say which. So
monitors warn and never block, and a monitor that can't be evaluated says so instead of failing the run. Its warnings
are kept with the partition: `c360 run` and `c360 status` print them.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import dagster as dg

from c360_assets.checks.by_partition import Verdict, report_by_partition
from c360_assets.checks.evidence import days_in_order, in_order, listed, name_of
from c360_assets.checks.scope import of_run
from c360_assets.contracts.partitions import Partitions
from c360_assets.contracts.table import TableSpec
from c360_assets.reference.model import Reference
from c360_assets.reference.resource import ReferenceData
from resources.engine.failures import public_reason_of
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.tables import Lake

Shares = Mapping[str, float]


@dataclass(frozen=True)
class Finding:
    """What a monitor found: warnings by partition, figures for the UI, and shares to compare later days with.

    `looked_at` are the partitions that it looked at, if they are others than those of the run: their warnings are kept too.
    """

    warnings: Mapping[date | None, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    measured: Mapping[Any, Shares] = field(default_factory=dict)
    looked_at: Collection[date | None] | None = None


@dataclass(frozen=True)
class Scope:
    """What a monitor looks at: the partitions of a run, and all that the lake holds of the table."""

    table: TableSpec
    of_run: Mapping[date | None, Provenance]
    held: Mapping[date | None, Provenance]
    lake: Lake
    provenances: ProvenanceStore
    reference: Reference

    @property
    def days(self) -> Sequence[date]:
        """The partitions of the run, in order, if the table has any."""
        return days_of(self.of_run)

    def days_with_rows(self) -> list[date]:
        """The days of the run that have rows."""
        return [day for day in self.days if self.held[day].rows]


class Monitor(NamedTuple):
    """One check that warns, and how it looks."""

    table: TableSpec
    name: str
    doc: str
    look: Callable[[Scope], Finding]


def monitors_of(
    table: TableSpec, monitors: Sequence[Monitor], partitions: Partitions | None = None
) -> dg.AssetChecksDefinition:
    """All monitors of a table, as one op; over these partitions, if any are given."""
    by_name = {monitor.name: monitor for monitor in monitors}
    specs = [
        dg.AssetCheckSpec(
            monitor.name,
            asset=dg.AssetKey(table.name),
            description=monitor.doc,
            partitions_def=partitions.definition(table.unit) if partitions else None,
        )
        for monitor in monitors
    ]

    @dg.multi_asset_check(name=f"{table.name}_monitors", specs=specs, can_subset=True)
    def check(
        context: dg.AssetCheckExecutionContext,
        lake: dg.ResourceParam[Lake],
        provenances: dg.ResourceParam[ProvenanceStore],
        reference: ReferenceData,
    ) -> Iterator[dg.AssetCheckResult]:
        lake.start()  # a check that is run by itself may be the first to need it
        held = provenances.read(table.name)
        scope = Scope(table, of_run(context, table, held), held, lake, provenances, reference.load())
        selected = [key.name for key in context.selected_asset_check_keys]
        found = {name: _found(context, monitor, scope) for name, monitor in by_name.items() if name in selected}
        try:
            _record(scope, found)
        except OSError:
            context.log.exception("What the monitors found can't be kept in the lake.")
        verdicts = {name: partial(_verdict, one) for name, one in found.items()}
        report_by_partition(context, table, scope.of_run, verdicts, is_contract=False)
        yield from (_result(name, finding, scope.of_run) for name, finding in found.items())

    return check


def _found(context: dg.AssetCheckExecutionContext, monitor: Monitor, scope: Scope) -> Finding:
    """What a monitor found; if it could not look, that is a warning too, and never an error."""
    try:
        return monitor.look(scope)
    except Exception as error:
        context.log.exception("The check could not be made.")
        return Finding(dict.fromkeys(scope.of_run, f"could not be made: {public_reason_of(error)}"))


def _record(scope: Scope, found: Mapping[str, Finding]) -> None:
    """Keeps what was found with each partition. A partition that was made again in the meantime is left alone."""
    for partition, provenance in scope.held.items():
        looked = {
            name: one
            for name, one in found.items()
            if partition in (scope.of_run if one.looked_at is None else one.looked_at)
        }
        warnings = {name: one.warnings[partition] for name, one in looked.items() if partition in one.warnings}
        measured = {
            name: dict(one.measured[day]) for name, one in looked.items() for day in one.measured if day == partition
        }
        kept = _with(provenance, looked, warnings, measured)
        if kept == provenance:
            continue
        now = scope.provenances.get(scope.table.name, partition)  # just before it is written: others may make it again
        is_ours = partition in scope.of_run or (now == provenance and provenance.is_checked)
        if now is not None and now.data_version == provenance.data_version and is_ours:
            scope.provenances.write(scope.table.name, partition, _with(now, looked, warnings, measured))


def _with(
    provenance: Provenance, found: Iterable[str], warnings: Mapping[str, str], measured: Mapping[str, Shares]
) -> Provenance:
    """Provenance with these findings in place of earlier ones of the same monitors."""
    names = set(found)
    others = {name: text for name, text in provenance.warnings.items() if name not in names}
    earlier = {name: shares for name, shares in provenance.measured.items() if name not in names}
    return replace(provenance, warnings={**others, **warnings}, measured={**earlier, **measured})


def _verdict(finding: Finding, day: date) -> Verdict:
    """What a monitor found in one partition."""
    return Verdict(finding.warnings.get(day), dict(finding.measured.get(day, {})))


def _result(name: str, finding: Finding, of_run: Container[date | None]) -> dg.AssetCheckResult:
    texts = [
        f"{name_of(partition)}: {finding.warnings[partition]}" if partition else finding.warnings[partition]
        for partition in in_order(finding.warnings)
        if partition in of_run
    ]
    return dg.AssetCheckResult(
        check_name=name,
        passed=not texts,
        severity=dg.AssetCheckSeverity.WARN,
        description=listed(texts) if texts else None,
        metadata=finding.figures,
    )


def landed_rows(provenances: ProvenanceStore, raw: TableSpec) -> dict[date, int]:
    """The number of landed records by day. A day whose files hold no record counts as not landed."""
    return rows_by_day(provenances.read(raw.name))


def rows_by_day(held: Mapping[date | None, Provenance]) -> dict[date, int]:
    """The number of rows by day, for days that have any."""
    return {day: provenance.rows for day, provenance in held.items() if day is not None and provenance.rows}


def days_of(partitions: Iterable[date | None]) -> Sequence[date]:
    """The partitions of a daily or monthly table, in order."""
    return days_in_order(partitions)
