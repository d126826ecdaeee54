"""What a partition is made from, as one data version: the landed bytes, the upstream partitions, the rules.

The data version changes exactly when what the partition is made from changes. So a partition has to be made again if
and only if its provenance in the lake names another one. Plans are based on this (`planner.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from c360_assets.contracts.table import TableSpec
from c360_assets.planning.reach import readers_of
from c360_assets.reference.model import Fingerprints
from resources.errors import InputNotReady
from resources.lake.provenance import Item, Provenance, version_digest

ProvenanceOf = Callable[[str, date | None], Provenance | None]


class DataVersions:
    """Data versions of partitions, from the contracts of the tables and digests of the reference data."""

    def __init__(self, tables: Mapping[str, TableSpec], reference: Fingerprints, provenance_of: ProvenanceOf) -> None:
        self._tables, self._reference, self._provenance_of = tables, reference, provenance_of
        self._landed: dict[Item, bool] = {}

    def from_the_days_up(self, first_day: date) -> "DataVersions":
        """Data versions in which each input counts with the version that it would get, not with the one that it has.

        So what was made from something outdated is outdated as well, however far below that is. What landed is not looked
        at: tables that land count as they are. So do partitions before the first day, which are not made again.
        """

        @cache
        def would_be(table: str, partition: date | None) -> Provenance | None:
            made = self._provenance_of(table, partition)
            if made is None or self._tables[table].lands or (partition is not None and partition < first_day):
                return made
            return replace(made, data_version=versions.data_version(table, partition, None))

        versions = DataVersions(self._tables, self._reference, would_be)
        return versions

    def rules_version(self, table: str) -> str:
        """The part of a table's data versions that is not data: its `code_version` and the reference data it uses."""
        contract = self._tables[table]
        return version_digest(contract.code_version, *self._reference_of(contract))

    def data_version(self, table: str, partition: date | None, landed: str | None) -> str:
        """The data version that a partition gets if it is made now.

        `landed` is the fingerprint of what landed, for tables that come from the landing zone. Raises InputNotReady
        where an input is missing or did not pass a check.
        """
        contract = self._tables[table]
        parts = [table, contract.code_version, landed or ""]
        parts += self._reference_of(contract)
        for read in contract.inputs:
            for needed in read.partitions(contract, partition):
                provenance = self._provenance_of(read.table.name, needed)
                name = f"{read.table.name} {needed or ''}".strip()
                if provenance is None:
                    if read.required or self._has_landed(read.table, needed):
                        raise InputNotReady(f"{name} was never made", "make it first")
                    continue
                if provenance.failed_check:
                    raise InputNotReady(f"{name} did not pass its check {provenance.failed_check}")
                parts.append(f"{name}={provenance.data_version}{provenance.erased}")
        return version_digest(*parts)

    def reads_used(self, raw: str, day: date) -> set[str]:
        """The readings of a raw day that tables were made from, as their provenance tells."""
        made = [self._provenance_of(name, day) for name in self.readers_of(raw)]
        return {one.raw_reads[raw] for one in made if one is not None and raw in one.raw_reads}

    def readers_of(self, raw: str) -> list[str]:
        """The tables that are made by the day from a raw table."""
        return readers_of(raw, self._tables.values())

    def inputs(self, table: str, partition: date | None) -> list[tuple[TableSpec, date | None, Provenance]]:
        """The partitions that a partition is made from, as far as they were made, with their provenance."""
        contract = self._tables[table]
        return [
            (read.table, needed, provenance)
            for read in contract.inputs
            for needed in read.partitions(contract, partition)
            if (provenance := self._provenance_of(read.table.name, needed)) is not None
        ]

    def _reference_of(self, contract: TableSpec) -> list[str]:
        """The digests of the reference data that a table is made with."""
        rules = [self._reference.rules] if contract.uses_reference else []
        return rules + ([self._reference.landing] if contract.layout else [])

    def _has_landed(self, table: TableSpec, partition: date | None) -> bool:
        """Whether the lake holds days that a partition is made from. Then it can be made, and must be made first.

        Answers are kept, since many tables lead to the same days. They stay true: in a plan, the tables that land are
        judged before all that is made from them.
        """
        item = (table.name, partition)
        if item not in self._landed:
            self._landed[item] = (
                self._provenance_of(*item) is not None
                if table.lands
                else any(
                    self._has_landed(read.table, needed)
                    for read in table.inputs
                    if read.table.unit is not None  # what has no partitions says nothing of a month
                    for needed in read.partitions(table, partition, looks_back=False)
                )
            )
        return self._landed[item]
