"""`table_asset`: makes Dagster's asset of a table's contract and its transform, a pure function over frames.

A transform names what it needs: each input of the contract by its table's name, `landed` for what landed, `month` or
`day` for the partition, `reference` for the reference data. It stays callable as it is, in tests and elsewhere.

How a partition's rows get into the lake belongs in `resources/lake`; what has to be made, in `c360_assets/planning`.
"""

import inspect
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Protocol

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.contracts.deliveries_before import csv_files, files_gone, links_before
from c360_assets.contracts.erased_meanwhile import are_unchanged, made_anew, require_compared
from c360_assets.contracts.extension import Extension, extension_of, made_from
from c360_assets.contracts.partitions import Partitions
from c360_assets.contracts.raw_reads import raw_reads, require_latest, succeeding
from c360_assets.contracts.table import Input, TableSpec
from c360_assets.contracts.watched_inputs import RecordedInput, WatchedInputs
from c360_assets.metadata.figures import Figures, commit_figures, delivery_figures, partition_figures
from resources.engine.failures import public_reason_of, reason_of
from resources.errors import InputNotReady, group_by_cause
from resources.lake.contents import commit_message
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.sql import LakeQuery
from resources.lake.tables import Lake
from resources.lake.writer import PartitionWrite, PartitionWriter
from resources.landing.delivery_reader import DeliveredRows, DeliveryReader

Transform = Callable[..., DataFrame]
DATA_VERSION = "dagster/data_version"
REPORT_SECONDS = 5.0
"""A step over many partitions reports what it made this often. Each event costs as much as a small partition."""
RESOURCES = {"lake", "lake_query", "partition_writer", "delivery_reader", "data_versions", "provenances", "reference"}


class DataVersions(Protocol):
    """Gives the data version of a partition: `c360_assets.planning.data_versions.DataVersions`."""

    def data_version(self, table: str, partition: date | None, landed: str | None) -> str: ...  # noqa: D102
    def rules_version(self, table: str) -> str: ...  # noqa: D102
    def inputs(self, table: str, partition: date | None) -> Sequence[RecordedInput]: ...  # noqa: D102
    def reads_used(self, raw: str, day: date) -> set[str]: ...  # noqa: D102
    def readers_of(self, raw: str) -> list[str]: ...  # noqa: D102


@dataclass
class TableAsset:
    """A table's contract, its transform, and the figures that the UI shows of a partition.

    `extend` gives the same rows as the transform from the partition's rows so far and the rows of new inputs.
    """

    table: TableSpec
    transform: Transform
    figures: Figures | None = None
    extend: Transform | None = None

    def __call__(self, *frames: Any, **named: Any) -> DataFrame:
        """The transform itself."""
        return self.transform(*frames, **named)

    def of_partition(self, frames: Mapping[str, DataFrame], partition: date | None, reference: Any) -> DataFrame:
        """The transform over the frames of a partition: each input's by its table's name, and `landed`.

        `reference` is the reference data.
        """
        given = {**frames, "reference": reference, str(self.table.unit): partition}
        return self.transform(**{name: given[name] for name in inspect.signature(self.transform).parameters})

    def definition(self, partitions: Partitions) -> dg.AssetsDefinition:
        """Dagster's asset over these partitions: each run makes those that it names, in order."""

        @dg.asset(**self.table.asset_arguments(partitions), required_resource_keys=RESOURCES)
        def make(context: dg.AssetExecutionContext) -> Iterator[dg.AssetMaterialization | dg.MaterializeResult[None]]:
            yield from _Run(self, context).make()

        definition: dg.AssetsDefinition = make
        return definition


def table_asset(
    table: TableSpec, *, metadata: Figures | None = None, extend: Transform | None = None
) -> Callable[[Transform], TableAsset]:
    """Decorates the transform of a table; `metadata` gives the figures that the UI shows of a partition.

    `extend` takes a partition's rows so far and the rows of inputs that are new, for a table with one input.
    Raises TypeError where the transform's parameters are not what the contract gives.
    """

    def decorate(transform: Transform) -> TableAsset:
        found = set(inspect.signature(transform).parameters)
        needed = {read.table.name for read in table.inputs} | ({"landed"} if table.layout else set())
        optional = {"reference"} if table.uses_reference else set()
        optional |= {table.unit} if table.unit else set()
        if not needed <= found <= needed | optional:
            raise TypeError(
                f"{table.name}: its transform takes {', '.join(sorted(found))}; its contract gives "
                f"{', '.join(sorted(needed))} and, if asked for, {', '.join(sorted(optional)) or 'nothing'}."
            )
        return TableAsset(table, transform, metadata, extend)

    return decorate


class PartitionMaker:
    """Makes partitions of one table with the resources of the definitions. It does not know Dagster."""

    def __init__(self, asset: TableAsset, resources: Any) -> None:
        self._asset, self._table = asset, asset.table
        self._lake: Lake = resources.lake
        self._query: LakeQuery = resources.lake_query
        self._writer: PartitionWriter = resources.partition_writer
        self._reader: DeliveryReader = resources.delivery_reader
        self._new_versions: Callable[[], DataVersions] = resources.data_versions
        self._versions = self._new_versions()
        self._provenances: ProvenanceStore = resources.provenances
        self._reference = resources.reference

    def make(self, partition: date | None, run_id: str) -> dict[str, Any]:
        """Makes one partition. Returns what the UI shows of it. Raises InputNotReady if there is nothing to make it from.

        It is made anew if somebody is erased meanwhile.
        """
        return made_anew(partial(self._make, partition, run_id), self._take_back)

    def _take_back(self, commits: Iterable[int]) -> None:
        """Removes the files of commits that hold somebody who was erased. What the erasure changed is read again."""
        self._lake.remove_files_of(self._table, commits)
        self._versions = self._new_versions()

    def _make(self, partition: date | None, run_id: str, is_last: bool) -> dict[str, Any]:
        table, started = self._table, time.perf_counter()
        delivered = self._delivered(partition)
        erasures = delivered.erasures if delivered else self._reader.erasures_if_none_put_back()
        version = self._versions.data_version(table.name, partition, delivered.fingerprint if delivered else None)
        recorded = self._versions.inputs(table.name, partition)
        require_latest(recorded, self._versions.reads_used, self._provenances)
        if erasures:
            require_compared(recorded)
        inputs = WatchedInputs(table, partition, recorded, self._lake, self._provenances)
        rules = self._versions.rules_version(table.name)
        extension = self._extension(partition, rules, recorded)
        committed = self._writer.write(
            PartitionWrite(
                table,
                partition,
                self._extended(extension, partition)
                if extension
                else self._transformed(partition, delivered, recorded),
                Provenance(
                    version,
                    files=delivered.digests if delivered else {},
                    rules=rules,
                    erased=delivered.erasures if delivered else "",
                    measured=self._measured(partition, delivered),
                    made_from=made_from(recorded) if self._asset.extend else {},
                    raw_reads=raw_reads(recorded),
                ),
                commit_message=commit_message(run_id, partition, version),
                keeps_every_row=table.keeps_every_row,
                recorded_as=partial(self._as_read, partition),
                made_by=self._asset.extend if extension else self._asset.transform,
                verify=lambda: are_unchanged(
                    table.name, erasures, self._reader.erasures, lambda: self._is_unchanged(delivered, inputs), is_last
                ),
            )
        )
        seconds = time.perf_counter() - started
        landed = delivery_figures(delivered) if delivered else {}
        own = partition_figures(self._asset.figures, self._query, partition)
        added = {"days_added": len(extension.added)} if extension else {}
        location = f"{self._lake.root}/{table.name}"
        return {**commit_figures(committed, seconds, version, location), **landed, **added, **own}

    def _delivered(self, partition: date | None) -> DeliveredRows | None:
        """What landed for a partition; None for a table that is not made of what landed."""
        if self._table.layout is None:
            return None
        layout = replace(self._table.layout, options=self._reference.load().landing)
        delivered = self._reader.read(layout, partition)
        if delivered is None:
            raise InputNotReady("nothing landed")
        return delivered

    def _as_read(self, partition: date | None, provenance: Provenance) -> Provenance:
        """The provenance of a raw day that was read: what is in the landing zone comes after all that was read before."""
        name = self._table.name
        if not self._table.lands or partition is None:
            return provenance
        before = (self._provenances.get(name, partition), self._provenances.before(name, partition))
        made = [self._provenances.get(reader, partition) for reader in self._versions.readers_of(name)]
        return succeeding(provenance, before, [one.raw_reads[name] for one in made if one and name in one.raw_reads])

    def _measured(self, partition: date | None, delivered: DeliveredRows | None) -> Mapping[str, Mapping[str, float]]:
        """What monitors need to know of the delivery: see `deliveries_before`."""
        if delivered is None:
            return {}
        name = self._table.name
        before = self._provenances.get(name, partition) or self._provenances.before(name, partition)
        lost = (files_gone if partition else links_before)(before, delivered.digests)
        return {**lost, **csv_files(delivered.csv_files)}

    def _extension(self, partition: date | None, rules: str, recorded: Sequence[RecordedInput]) -> Extension | None:
        """How the partition can be extended; None if it has to be made from all its inputs."""
        if self._asset.extend is None:
            return None
        before = self._provenances.get(self._table.name, partition)
        return extension_of(self._table, partition, before, rules, recorded, self._lake)

    def _extended(self, extension: Extension, partition: date | None) -> DataFrame:
        """The partition's rows so far, extended by what is new."""
        extend = self._asset.extend
        assert extend is not None
        return extend(*extension.frames(self._table, partition, self._lake))

    def _transformed(
        self, partition: date | None, delivered: DeliveredRows | None, recorded: Sequence[RecordedInput]
    ) -> DataFrame:
        """The transform over the frames of a partition's window."""
        frames = {read.table.name: self._read(read, partition, recorded) for read in self._table.inputs}
        if delivered:
            frames["landed"] = delivered.frame
        return self._asset.of_partition(frames, partition, self._reference.load())

    def _read(self, read: Input, partition: date | None, recorded: Sequence[RecordedInput]) -> DataFrame:
        """The rows of an input in a partition's window, without partitions that this project has not recorded.

        Others may have put rows there: nothing is made from them.
        """
        frame = self._lake.read(read.table, *(read.window(self._table, partition) or ()))
        column = read.table.partition_column
        if column is None:
            return frame
        held = self._lake.contents(read.table) or {}

        known = {day for table, day, _ in recorded if table.name == read.table.name}
        others = {day for day in read.partitions(self._table, partition) if day in held} - known
        return frame.where(~F.col(column).isin(*others)) if others else frame

    def _is_unchanged(self, delivered: DeliveredRows | None, inputs: WatchedInputs) -> bool:
        """Whether what was read stands as it was. Raises LandingError or InputChanged where it does not."""
        if delivered and self._table.layout:
            self._reader.require_unchanged(self._table.layout, delivered.delivery)
        return inputs.are_unchanged()


class _Run:
    """One run of a table's asset: makes its partitions, and fails at the end if any of them failed."""

    def __init__(self, asset: TableAsset, context: dg.AssetExecutionContext) -> None:
        self._table, self._context, self._lineage = asset.table, context, asset.table.dagster_lineage
        self._maker = PartitionMaker(asset, context.resources)

    def make(self) -> Iterator[dg.AssetMaterialization | dg.MaterializeResult[None]]:
        """Makes each partition; one that fails does not stop the others.

        Dagster reports all partitions of a range when the step ends. In a long step they are reported every few
        seconds too, so that progress is seen, and what was made is known if the run is stopped.
        """
        context, table = self._context, self._table.name
        keys = context.partition_keys if context.has_partition_key or context.has_partition_key_range else [None]
        failed: dict[str, str] = {}
        public: dict[str, str] = {}
        version: str | None = None
        unreported: list[dg.AssetMaterialization] = []
        reported = time.monotonic()
        for key in keys:
            try:
                metadata = self._maker.make(date.fromisoformat(key) if key else None, context.run.run_id)
            except InputNotReady as missing:
                context.log.info(f"{_named(table, key)}: left as it is: {missing}.")
                context.add_asset_metadata({"left_as_it_was": str(missing)}, partition_key=key)
                continue
            except Exception as error:
                failed[key or table], public[key or table] = reason_of(error), public_reason_of(error)
                context.log.error(f"{_named(table, key)}: {failed[key or table]}")
                continue
            context.add_asset_metadata(metadata, partition_key=key)
            version = metadata["data_version"]
            tags = {DATA_VERSION: version}
            unreported.append(dg.AssetMaterialization(context.asset_key, partition=key, metadata=metadata, tags=tags))
            if time.monotonic() - reported > REPORT_SECONDS and key != keys[-1]:
                yield from unreported
                unreported, reported = [], time.monotonic()
        if failed:
            yield from unreported
            raise dg.Failure(
                description=_failure(table, failed, len(keys)),
                metadata={"failed": failed, "public_reasons": public},
                allow_retries=False,
            )
        # For a range, Dagster takes one version for all partitions, which would be wrong for all but one.
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(version) if version and len(keys) == 1 else None,
            metadata={"dagster/column_lineage": self._lineage} if self._lineage.deps_by_column else {},
        )


def _named(table: str, key: str | None) -> str:
    return f"{table} {key}" if key else table


def _failure(table: str, failed: Mapping[str, str], count: int) -> str:
    causes = group_by_cause(failed)
    if count == 1:
        return f"{table} failed. {causes}"
    return f"{table}: {len(failed)} of {count} partitions failed. {causes}"
