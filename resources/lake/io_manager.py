"""Dagster's door to the lake: gives assets their input frames, and commits what they return, partition by partition.

No branch on a table, and no figure computed here: what a partition needs stands in the contracts, what
is written is what the asset gave.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

import dagster as dg
from pyspark.sql import DataFrame

from resources.failures import cause_line, group_by_cause, known_failure
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.tables import Committed, ContractError, Lake, TableContract

REPORT_SECONDS = 5.0
"""A step over many partitions reports what it made this often. Each event costs as much as a small partition."""


@dataclass(frozen=True)
class Landed:
    """A frame that comes from outside the lake: `version` tells its content, `files` the digests behind it.

    `verify` is called after the write, and raises if what was read changed meanwhile. `is_whole`: the frame has every
    row that was read.
    """

    frame: DataFrame
    version: str
    files: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    verify: Callable[[], None] = lambda: None
    keeps_every_row: bool = False

    def with_frame(self, frame: DataFrame) -> "Landed":
        """The same delivery, as another frame made of it, which may have fewer rows."""
        return replace(self, frame=frame, keeps_every_row=False)


class Frames:
    """A frame for each partition of a run, made when it is asked for: by date, or None for a table without partitions.

    As an asset's input it gives the rows that this partition needs. As its output it may also give what landed, or
    None: there is nothing to make the partition from. `tell` gives metadata of a partition once it is committed:
    what the UI shows of this table beyond the figures that every table has.
    """

    def __init__(
        self, of: Callable[[Any], Any], tell: Callable[[Any], Mapping[str, Any]] = lambda partition: {}
    ) -> None:
        self._of, self.tell = of, tell

    def __call__(self, partition: date | None) -> Any:
        """The frame of a partition."""
        return self._of(partition)


@dataclass(frozen=True)
class NotReady:
    """Why a partition can't be made now."""

    reason: str


class Versions(Protocol):
    """Tells what a partition is made from."""

    def contract(self, table: str) -> TableContract:
        """The contract of a table."""
        ...

    def window(self, reader: str, table: str, partition: date | None) -> tuple[date, date] | None:
        """The partitions of a table that one partition of the reader needs; None for all of it."""
        ...

    def version(self, table: str, partition: date | None, landed: str | None) -> str | NotReady:
        """The version that a partition gets if it is made now."""
        ...

    def rules(self, table: str) -> str:
        """The part of a table's versions that comes from no data."""
        ...


class DeltaIOManager(dg.IOManager):
    """Loads windows of partitions as frames, and writes each partition of a run in a commit of its own.

    A partition that fails does not stop the others: what could be made is made, then the step fails and names
    each failed partition with its cause.
    """

    def __init__(
        self,
        lake: Lake,
        provenances: ProvenanceStore,
        versions: Callable[[], Versions],
        on_commit: Callable[[str, date | None, int], None] = lambda table, partition, rows: None,
    ) -> None:
        self._lake, self._marks, self._versions, self._on_commit = lake, provenances, versions, on_commit

    def load_input(self, context: dg.InputContext) -> Frames:
        """A function that gives, for a partition of the reading asset, the rows that it needs."""
        versions = self._versions()
        reader = context.step_context.node_handle.name
        table = context.asset_key.path[-1]
        contract = versions.contract(table)

        def frames(partition: date | None) -> DataFrame:
            window = versions.window(reader, table, partition)
            return self._lake.read(contract, *window) if window else self._lake.read(contract)

        return Frames(frames)

    def handle_output(self, context: dg.OutputContext, obj: Frames) -> Iterator[dg.DagsterEvent]:  # type: ignore[override]
        """Writes each partition of the run, reports it, and fails at the end if any partition failed.

        Dagster reports all partitions of a range when the step ends. In a long step they are reported every few seconds
        too, so that progress is seen, and what was made is known if the run is stopped.
        """
        table = context.asset_key.path[-1]
        versions = self._versions()
        keys = list(context.asset_partition_keys) if context.has_asset_partitions else [None]
        failed: dict[str, str] = {}
        unreported: list[dg.AssetMaterialization] = []
        reported = time.monotonic()
        for key in keys:
            partition = date.fromisoformat(key) if key else None
            try:
                metadata = self._make(context, versions, table, partition, obj)
            except Exception as error:
                failed[key or table] = reason_of(error)
                context.log.error(f"{table} {key or ''}: {reason_of(error)}")
                continue
            if metadata is None:
                continue
            context.step_context.add_asset_metadata(metadata, context.asset_key, key)
            unreported.append(dg.AssetMaterialization(context.asset_key, partition=key, metadata=metadata))
            if time.monotonic() - reported > REPORT_SECONDS and key != keys[-1]:
                yield from _events(context, unreported)
                unreported, reported = [], time.monotonic()
        if failed:
            yield from _events(context, unreported)
            raise dg.Failure(
                description=_failure(table, failed, len(keys)), metadata={"failed": failed}, allow_retries=False
            )

    def _make(
        self,
        context: dg.OutputContext,
        versions: Versions,
        table: str,
        partition: date | None,
        frames: Frames,
    ) -> dict[str, Any] | None:
        started = time.perf_counter()
        given = (
            frames(partition) if not isinstance(ready := versions.version(table, partition, None), NotReady) else None
        )
        version = versions.version(table, partition, given.version) if isinstance(given, Landed) else ready
        if given is None or isinstance(version, NotReady):
            reason = version.reason if isinstance(version, NotReady) else "nothing landed"
            context.log.info(f"{table} {partition or ''}: left as it is: {reason}.")
            return None
        frame = given.frame if isinstance(given, Landed) else given
        why = f"dagster run {context.run_id}"
        before = self._marks.get(table, partition)
        keeps_every_row = isinstance(given, Landed) and given.keeps_every_row
        done = self._write(versions.contract(table), partition, frame, why, before, keeps_every_row)
        files: Mapping[str, str] = {}
        if isinstance(given, Landed):
            self._verify(given, table, partition, why, before)
            files = given.files
        self._marks.write(
            table, partition, Provenance(version, done.partition_rows, None, files, versions.rules(table))
        )
        self._on_commit(table, partition, done.partition_rows)
        seconds = time.perf_counter() - started
        landed = given.metadata if isinstance(given, Landed) else {}
        return {**_figures(done, seconds, version), **landed, **frames.tell(partition)}

    def _write(
        self,
        contract: TableContract,
        partition: date | None,
        frame: DataFrame,
        why: str,
        before: Provenance | None,
        keeps_every_row: bool,
    ) -> Committed:
        """One commit, between the mark that was and the one that comes; if it fails, the mark stands as the rows do."""
        version = self._lake.version(contract) if before else None
        self._marks.forget(contract.name, partition)
        try:
            return self._lake.write(contract, partition, frame, why, keeps_every_row=keeps_every_row)
        except Exception:
            if before and self._lake.version(contract) == version:
                self._marks.write(contract.name, partition, before)
            raise

    def _verify(self, given: Landed, table: str, partition: date | None, why: str, before: Provenance | None) -> None:
        """Takes the commit back, and the mark, where what was read changed meanwhile: half of it may be the old rows."""
        try:
            given.verify()
        except Exception:
            if self._lake.take_back(table, why) and before:
                self._marks.write(table, partition, before)
            raise


def _events(context: dg.OutputContext, made: Iterable[dg.AssetMaterialization]) -> Iterator[dg.DagsterEvent]:
    """Dagster writes an event down when it is constructed, not when it is yielded: so they are made here, when due."""
    return (dg.DagsterEvent.asset_materialization(context.step_context, one) for one in made)


def _figures(done: Committed, seconds: float, version: str) -> dict[str, Any]:
    return {
        "dagster/partition_row_count": done.partition_rows,
        "dagster/row_count": done.rows,
        "dagster/size_bytes": done.table_bytes,
        "partition_bytes": done.partition_bytes,
        "partition_files": done.partition_files,
        "delta_version": done.version,
        "committed_at": dg.MetadataValue.timestamp(done.committed_at),
        "seconds_taken": round(seconds, 3),
        "made_from": version,
    }


def _failure(table: str, failed: Mapping[str, str], count: int) -> str:
    causes = group_by_cause(failed)
    if count == 1:
        return f"{table} failed. {causes}"
    return f"{table}: {len(failed)} of {count} partitions failed. {causes}"


_TRACEBACK = "Traceback (most recent call last):"


def reason_of(error: BaseException) -> str:
    """The cause of an error in one line, without the engine's page of stack.

    Errors raised inside the engine come back as text with the original's class name in it.
    """
    text = str(error)
    for sign in ("LandingError: ", "ContractError: "):
        if sign in text:
            return text.split(sign, 1)[1].splitlines()[0].strip().strip("'\")")
    if known := known_failure(text):
        return known
    if _TRACEBACK in text:  # of a Python function inside the engine: the error's own line is not indented
        lines = text.split(_TRACEBACK, 1)[1].splitlines()
        told = next((line.strip() for line in reversed(lines) if line[:1].strip()), None)
        if told:
            return told
    first = cause_line(text)
    if type(error).__module__.startswith("resources."):
        return first
    return f"{type(error).__name__}: {first}"


__all__ = ["ContractError", "DeltaIOManager", "Frames", "Landed", "NotReady", "Versions", "reason_of"]
