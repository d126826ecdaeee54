"""What a partition is made from, as one version: the landed bytes, the upstream partitions, the rules.

The version of a partition changes exactly when what it is made from changes. So a partition has to be made again if
and only if its mark in the lake tells another version. The plan of a run is made of this (`operations/plan.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from c360_assets.contracts.partitions import between, window
from c360_assets.contracts.table import Input, TableSpec
from resources.lake.io_manager import NotReady
from resources.lake.provenance import Provenance, data_version

MarkOf = Callable[[str, date | None], Provenance | None]


def window_of(reader: TableSpec, read: Input, partition: date | None) -> tuple[date, date] | None:
    """The first and last partition of an input that a partition of the reader needs; None for the whole table."""
    if read.table.unit is None or reader.unit is None or partition is None:
        return None
    return window(partition, reader.unit, read.start_offset, read.end_offset, read.table.unit)


def inputs_of(reader: TableSpec, read: Input, partition: date | None) -> list[date | None]:
    """The partitions of an input that a partition of the reader needs."""
    bounds = window_of(reader, read, partition)
    if bounds is None or read.table.unit is None:
        return [None]
    return list(between(*bounds, read.table.unit))


class TableVersions:
    """Versions of partitions, by the contracts of the tables and a digest of the reference data."""

    def __init__(self, tables: Mapping[str, TableSpec], reference: str, mark_of: MarkOf) -> None:
        self._tables, self._reference, self._mark_of = tables, reference, mark_of

    def contract(self, table: str) -> TableSpec:
        """The contract of a table."""
        return self._tables[table]

    def window(self, reader: str, table: str, partition: date | None) -> tuple[date, date] | None:
        """The partitions of a table that one partition of the reader needs; None for all of it."""
        contract = self._tables[reader]
        read = next(read for read in contract.inputs if read.table.name == table)
        return window_of(contract, read, partition)

    def rules(self, table: str) -> str:
        """The part of a table's versions that comes from no data: its `code_version` and the reference data it uses."""
        contract = self._tables[table]
        return data_version(contract.code_version, self._reference if contract.uses_reference else "")

    def version(self, table: str, partition: date | None, landed: str | None) -> str | NotReady:
        """The version that a partition gets if it is made now, or why it can't be made.

        `landed` is the fingerprint of what landed, for tables that come from the landing zone.
        """
        contract = self._tables[table]
        parts = [table, contract.code_version, landed or ""]
        if contract.uses_reference:
            parts.append(self._reference)
        for read in contract.inputs:
            for needed in inputs_of(contract, read, partition):
                provenance = self._mark_of(read.table.name, needed)
                name = f"{read.table.name} {needed or ''}".strip()
                if provenance is None and (read.required or self._has_landed(read.table, needed)):
                    return NotReady(f"{name} was never made: make it first")
                if provenance is not None and provenance.failed_check:
                    return NotReady(f"{name} did not pass its check {provenance.failed_check}")
                if provenance is not None:
                    parts.append(f"{name}={provenance.version}")
        return data_version(*parts)

    def _has_landed(self, table: TableSpec, partition: date | None) -> bool:
        """Whether days that a partition is made from are in the lake: then it can be made, and must be made first."""
        if table.lands:
            return self._mark_of(table.name, partition) is not None
        return any(
            self._has_landed(read.table, needed)
            for read in table.inputs
            for needed in inputs_of(table, replace(read, start_offset=0), partition)
        )
