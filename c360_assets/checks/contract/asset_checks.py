"""The checks of a table's contract: key, nulls, values, bounds, and the rules of its rows.

One rule decides what blocks: **a contract check blocks, because what it guards can't be repaired downstream; a monitor
warns.** So all checks made here are errors, and nothing is made from a partition that fails one: the run stops before
what is downstream, and the partition's provenance names the check, so that later runs don't use the partition but make
it again. Monitors are in `c360_assets/checks/monitors`.

One op per table: a few queries over all partitions of a run give the results of all its checks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import dagster as dg

from c360_assets.checks.by_partition import Verdict, report_by_partition
from c360_assets.checks.contract.examiner import KEY_IS_UNIQUE, NO_NULLS, Examination, Examiner
from c360_assets.checks.contract.row_checks import row_checks
from c360_assets.checks.evidence import by_name, in_order, listed, name_of
from c360_assets.checks.scope import partitions_of_run
from c360_assets.contracts.partitions import Partitions
from c360_assets.contracts.table import TableSpec
from resources.engine.failures import reason_of
from resources.errors import group_by_cause
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.tables import Lake


def names_of_checks(table: TableSpec) -> dict[str, str]:
    """The contract checks of a table by name, with their descriptions."""
    names = {KEY_IS_UNIQUE: f"{', '.join(table.key)}: no two rows of a partition share it"} if table.key else {}
    if any(not column.nullable for column in table.columns):
        names[NO_NULLS] = "No nulls in columns that are NOT NULL"
    return names | {check.name: check.doc for check in row_checks(table)}


def contract_checks(table: TableSpec, partitions: Partitions | None = None) -> dg.AssetChecksDefinition:
    """All contract checks of a table, as one op; over these partitions, if any are given."""
    names = names_of_checks(table)
    specs = [
        dg.AssetCheckSpec(
            name,
            asset=dg.AssetKey(table.name),
            description=doc,
            blocking=True,
            partitions_def=partitions.definition(table.unit) if partitions else None,
        )
        for name, doc in names.items()
    ]

    @dg.multi_asset_check(name=f"{table.name}_contract", specs=specs, can_subset=True)
    def check(
        context: dg.AssetCheckExecutionContext,
        lake: dg.ResourceParam[Lake],
        provenances: dg.ResourceParam[ProvenanceStore],
    ) -> Iterator[dg.AssetCheckResult]:
        held = partitions_of_run(context, table, provenances)
        try:
            examined = examine_and_record(table, lake, provenances, held)
        except OSError as error:
            causes = group_by_cause({name_of(partition): reason_of(error) for partition in held})
            failure = f"{table.name}: what its checks found can't be kept in the lake. {causes}"
            raise dg.Failure(failure, allow_retries=False) from None
        selected = [key.name for key in context.selected_asset_check_keys]
        verdicts = {name: partial(_verdict, name, examined, held) for name in names if name in selected}
        report_by_partition(context, table, held, verdicts, is_contract=True)
        yield from (_result(name, examined, held) for name in verdicts)

    return check


def examine_and_record(
    table: TableSpec, lake: Lake, provenances: ProvenanceStore, held: Mapping[date | None, Provenance]
) -> Examination:
    """Examines partitions, given with their provenance, and records there what was found.

    Raises OSError if that can't be recorded.
    """
    examined = Examiner(table, lake).examine({partition: provenance.rows for partition, provenance in held.items()})
    _set_check_results(table, provenances, held, {name: examined.failed(name) for name in names_of_checks(table)})
    return examined


def _set_check_results(
    table: TableSpec,
    provenances: ProvenanceStore,
    held: Mapping[date | None, Provenance],
    failed: Mapping[str, list[date | None]],
) -> None:
    """Records in each partition's provenance that it was checked, and which check it failed first, if any.

    A partition that was made again in the meantime is left alone.
    """
    first_failed: dict[date | None, str] = {}
    for check, partitions in failed.items():
        for partition in partitions:
            first_failed.setdefault(partition, check)
    for partition, provenance in held.items():
        broken = first_failed.get(partition)
        if provenance.is_checked and provenance.failed_check == broken:
            continue
        now = provenances.get(table.name, partition)  # just before it is written: others may make the partition again
        if now is not None and now.data_version == provenance.data_version:
            provenances.write(table.name, partition, replace(now, failed_check=broken, is_checked=True))


def _result(name: str, examined: Examination, held: Mapping[date | None, Provenance]) -> dg.AssetCheckResult:
    failed = examined.failed(name)
    metadata: dict[str, Any] = {"partitions": len(held), "rows": examined.rows}
    if not failed:
        return dg.AssetCheckResult(passed=True, check_name=name, metadata=metadata)
    where = [name_of(partition) for partition in failed]
    metadata["failed_partitions"] = where
    causes = []
    if name in examined.found:
        found = examined.found[name]
        metadata |= {"counts": by_name(found.counts), "examples": found.examples}
        causes.append(f"{', '.join(_parts(found.counts))} in {listed(by_name(found.counts).keys())}")
    if examined.unreadable:
        metadata["unreadable"] = by_name(examined.unreadable)
        causes.append(f"can't be read: {listed(by_name(examined.unreadable).keys())}")
    return dg.AssetCheckResult(passed=False, check_name=name, description="; ".join(causes), metadata=metadata)


def _verdict(name: str, examined: Examination, held: Mapping[date | None, Provenance], partition: date) -> Verdict:
    """What a check found in one partition."""
    figures: dict[str, Any] = {"rows": held[partition].rows}
    if partition in examined.unreadable:
        return Verdict("can't be read", {**figures, "unreadable": examined.unreadable[partition]})
    if partition not in examined.failed(name):
        return Verdict(None, figures)
    counts = examined.found[name].counts[partition]
    return Verdict(", ".join(_parts({partition: counts})), {**figures, "counts": dict(counts)})


def _parts(counts: Mapping[date | None, Mapping[str, int]]) -> list[str]:
    """The parts that are broken, with the number of rows that break each, over all partitions."""
    totals: dict[str, int] = {}
    for partition in in_order(counts):
        for part, rows in counts[partition].items():
            totals[part] = totals.get(part, 0) + rows
    return [f"{part} ({rows:,})" for part, rows in totals.items()]
