"""The one way from a frame to a partition whose provenance is known.

Forget the provenance → commit → verify that what was read has not changed → record the provenance, or roll back. So a
partition with provenance holds what that says, wherever a process is stopped.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date

from pyspark.sql import DataFrame

from resources.errors import ErasuresChanged
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.table_schema import TableContract
from resources.lake.tables import Committed, Lake

INPUTS_MOVED = "made while its inputs were made again"
"""The data version of a partition that is to be made again, since what it was made from was on the move."""
OnCommit = Callable[[str, date | None, int], None]


@dataclass(frozen=True)
class PartitionWrite:
    """What is to be committed. `keeps_every_row` says that the frame has every row that was read; `made_by`, what made it.

    `recorded_as` gives the provenance that is recorded, from what others have recorded by then.

    `verify` is called after the commit, and raises if what was read is not what it was. It returns False where another
    writer was making what was read at the same time: then the rows stand, but are made again.
    """

    table: TableContract
    partition: date | None
    frame: DataFrame
    provenance: Provenance
    commit_message: str
    keeps_every_row: bool = False
    made_by: Hashable = None
    recorded_as: Callable[[Provenance], Provenance] = lambda provenance: provenance
    verify: Callable[[], bool] = lambda: True


class PartitionWriter:
    """Commits partitions to a lake, and keeps their provenance correct."""

    def __init__(
        self,
        lake: Lake,
        provenances: ProvenanceStore,
        on_commit: OnCommit = lambda table, partition, rows: None,
    ) -> None:
        self._lake, self._provenances, self._on_commit = lake, provenances, on_commit

    def write(self, write: PartitionWrite) -> Committed:
        """Replaces a partition, in one commit.

        Raises what the commit or `verify` raises; ErasuresChanged with the version of the commit. The provenance then still
        matches the rows.
        """
        table, partition = write.table.name, write.partition
        before, version = self._provenances.get(table, partition), self._lake.version(write.table)
        committed = self._commit(write, before, version)
        try:
            unchanged = self._verify(write, before if committed.version == version + 1 else None)
        except ErasuresChanged as changed:
            changed.commit = committed.version
            raise
        self._provenances.write(table, partition, self._recorded(write, committed, unchanged))
        self._on_commit(table, partition, committed.partition_rows)
        return committed

    def _recorded(self, write: PartitionWrite, committed: Committed, unchanged: bool) -> Provenance:
        """The provenance of what was committed; with a data version that no partition gets, if what was read has changed."""
        provenance = (
            write.provenance if unchanged else replace(write.provenance, data_version=INPUTS_MOVED, made_from={})
        )
        return write.recorded_as(provenance).committed(committed.partition_rows, committed.version, committed.content)

    def _commit(self, write: PartitionWrite, before: Provenance | None, version: int) -> Committed:
        """Commits, and restores the provenance from before if nothing was committed.

        It is forgotten before each try: a writer that was faster has recorded its own meanwhile.
        """
        try:
            return self._lake.write(
                write.table,
                write.partition,
                write.frame,
                write.commit_message,
                keeps_every_row=write.keeps_every_row,
                made_by=write.made_by,
                before_each_try=lambda: self._provenances.forget(write.table.name, write.partition),
            )
        except Exception:
            if before and self._lake.version(write.table) == version:
                self._provenances.write(write.table.name, write.partition, before)
            raise

    def _verify(self, write: PartitionWrite, before: Provenance | None) -> bool:
        """Rolls the commit back if what was read has changed meanwhile: half of it may be old rows.

        `before` is the provenance to restore then; None where others committed in between, and it is not that of the rows.
        """
        try:
            return write.verify()
        except Exception:
            if self._lake.roll_back(write.table.name, write.commit_message) and before:
                self._provenances.write(write.table.name, write.partition, before)
            raise
