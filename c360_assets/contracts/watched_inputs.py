"""Makes sure that a partition is made from what its provenance says: its inputs, before they are read and after.

An input's content must be what its own provenance recorded. Where it is not, somebody else changed the table, another run
is making it at this moment, or its rows were moved to other files. The first is refused; after the second, the partition is
made again; the third changes nothing. Two runs that make the same input may record it in another order than they commit:
so a later commit of this project counts as the second.
"""

from collections.abc import Sequence
from datetime import date

from c360_assets.contracts.table import TableSpec
from resources.errors import InputChanged, Where
from resources.lake.contents import NO_FILES, LakeContents
from resources.lake.provenance import Item, Provenance, ProvenanceStore
from resources.lake.tables import Lake

RecordedInput = tuple[TableSpec, date | None, Provenance]
"""A partition that another is made from, with its provenance."""


class WatchedInputs:
    """The inputs of one partition, as they were when it was begun.

    `recorded` is the provenance that the partition's data version is made from. Raises InputChanged where an input is
    not what that says.
    """

    def __init__(
        self,
        table: TableSpec,
        partition: date | None,
        recorded: Sequence[RecordedInput],
        lake: Lake,
        provenances: ProvenanceStore,
    ) -> None:
        self._table, self._partition = table, partition
        self._recorded, self._lake, self._provenances = recorded, lake, provenances
        self._began_as_recorded = self._are_as_recorded()
        self._began_with, self._began_beside = self._contents(), self._unrecorded()

    def are_unchanged(self) -> bool:
        """Whether the inputs are still what they were, and were not being made when the partition was begun.

        A day that another run has added meanwhile may have been read, too: then they are not. Raises InputChanged where an
        input is gone, or was changed by somebody else.
        """
        return (
            self._are_as_recorded()
            and self._began_as_recorded
            and self._contents() == self._began_with
            and self._unrecorded() == self._began_beside
        )

    def _are_as_recorded(self) -> bool:
        as_recorded = True
        for (table, partition, provenance), content in zip(self._recorded, self._contents(), strict=True):
            if not provenance.content or content == provenance.content:
                continue
            now = self._provenances.get(table.name, partition)
            if now is None or (now.commit, now.content) != (provenance.commit, provenance.content):
                as_recorded = False
            elif self._holds_other_rows(table, partition, provenance, by_others=True):
                raise self._changed(table, partition, "is not what was committed: somebody else changed it")
            elif self._holds_other_rows(table, partition, provenance):
                as_recorded = False
        return as_recorded

    def _holds_other_rows(
        self, table: TableSpec, partition: date | None, provenance: Provenance, by_others: bool = False
    ) -> bool:
        """Whether an input in other files has other rows: a compaction moves the same ones."""
        recorded = {partition: (provenance.commit, provenance.content)}
        lake = LakeContents(self._provenances.lake)
        return bool(lake.differences(table.name, table.partition_column, recorded, by_others))

    def _contents(self) -> list[str]:
        # Each table is looked at once: a month may be made from thirty days of it.
        held = {
            table.name: self._lake.contents(table) for table in {one.name: one for one, _, _ in self._recorded}.values()
        }
        found = []
        for table, partition, _ in self._recorded:
            contents = held[table.name]
            if contents is None:
                raise self._changed(table, partition, "is gone from the lake")
            found.append(contents.get(partition, NO_FILES))
        return found

    def _unrecorded(self) -> set[Item]:
        """The partitions of the inputs that hold rows and are not among the recorded ones, by table."""
        recorded = {(table.name, partition) for table, partition, _ in self._recorded}
        held: set[Item] = set()
        for read in self._table.inputs:
            there = self._lake.contents(read.table) or {}
            held |= {(read.table.name, one) for one in read.partitions(self._table, self._partition) if one in there}
        return held - recorded

    def _changed(self, table: TableSpec, partition: date | None, what: str) -> InputChanged:
        name = f"{table.name} {partition or ''}".strip()
        where = Where(table=self._table.name, partition=str(self._partition) if self._partition else None)
        return InputChanged(f"its input {name} {what}", "Run `c360 run`: it makes both again.", where)
