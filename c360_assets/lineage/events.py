"""From a Dagster run that has ended to OpenLineage's events: START, and COMPLETE, FAIL or ABORT, for each table of it.

The same run gives the same events at any time, with the same ids: a collector that gets one twice recognizes it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

import dagster as dg
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    DatasetFacet,
    OutputDatasetFacet,
    RunFacet,
    base_subset_dataset,
    dataset_version_dataset,
    error_message_run,
    job_type_job,
    nominal_time_run,
    output_statistics_output_dataset,
    parent_run,
    processing_engine_run,
    set_producer,
)
from openlineage.client.uuid import generate_static_uuid

from c360_assets.contracts.dagster_private import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)
from c360_assets.contracts.partitions import Unit, shift
from c360_assets.contracts.table import TableSpec
from c360_assets.execution.failures import failures, was_interrupted
from c360_assets.lineage.datasets import Datasets
from c360_assets.notifications.notice import safe
from c360_assets.planning.batches import Batch
from c360_assets.tables import TABLES
from resources.errors import group_by_cause

_PACKAGE = "customer360-lakehouse"
_KINDS = {
    dg.DagsterEventType.STEP_START,
    dg.DagsterEventType.STEP_SUCCESS,
    dg.DagsterEventType.STEP_FAILURE,
    dg.DagsterEventType.ASSET_MATERIALIZATION,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
}
_ENDED_STEP = (dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE)


@dataclass
class _Step:
    """A table's step in a run: when it started and ended, what it made by partition, and why it failed if it did."""

    table: TableSpec
    started: float
    ended: float | None = None
    made: dict[str | None, Mapping[str, dg.MetadataValue[Any]]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    was_stopped: bool = False

    @property
    def state(self) -> RunState:
        """How it ended. A table whose blocking check failed is one that failed, as everywhere."""
        if self.was_stopped:
            return RunState.ABORT
        return RunState.FAIL if self.failed or self.ended is None else RunState.COMPLETE


class RunLineage:
    """Makes the events of runs over a lake and a landing zone. `namespace` is that of the jobs."""

    def __init__(self, datasets: Datasets, namespace: str) -> None:
        self._datasets, self._namespace = datasets, namespace
        set_producer(f"urn:{_PACKAGE}:{version(_PACKAGE)}")

    def events(self, instance: dg.DagsterInstance, record: dg.RunRecord) -> list[RunEvent]:
        """The events of a run, in order of time; none if the run wrote to another lake, or made no table of ours."""
        run = record.dagster_run
        entries = [one.event_log_entry for one in instance.get_records_for_run(run.run_id, of_type=_KINDS).records]
        events = [(entry.timestamp, entry.dagster_event) for entry in entries if entry.dagster_event]
        is_canceled = run.status == dg.DagsterRunStatus.CANCELED
        steps = [*_steps(events, is_canceled)]
        if any(self._is_elsewhere(step) for step in steps):
            return []
        found = [event for step in steps for event in self._of_step(step, record)]
        return sorted(found, key=lambda event: event.eventTime)

    def _is_elsewhere(self, step: _Step) -> bool:
        """Whether a step wrote to another lake than ours: an instance of Dagster may have runs over several."""
        ours = self._datasets.location(step.table.name)
        return any("location" in metadata and metadata["location"].value != ours for metadata in step.made.values())

    def _of_step(self, step: _Step, record: dg.RunRecord) -> Iterator[RunEvent]:
        """The start of a table's step, and how it ended."""
        run, table = record.dagster_run, step.table
        ended = step.ended or record.end_time or step.started
        started = datetime.fromtimestamp(step.started, UTC)
        run_id = str(generate_static_uuid(started, f"{run.run_id} {table.name}".encode()))
        outputs = [self._output(step)] if step.made else []
        for moment, state, made in ((step.started, RunState.START, []), (ended, step.state, outputs)):
            facets = self._run_facets(run, table)
            if state == RunState.FAIL and step.failed:
                text = safe(group_by_cause(step.failed), run.run_id)
                facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(text, "Python")
            yield RunEvent(
                eventTime=datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds"),
                eventType=state,
                run=Run(run_id, facets),
                job=Job(
                    self._namespace, table.name, {"jobType": job_type_job.JobTypeJobFacet("BATCH", "DAGSTER", "ASSET")}
                ),
                inputs=self._datasets.inputs(table),
                outputs=made,
            )

    def _run_facets(self, run: dg.DagsterRun, table: TableSpec) -> dict[str, RunFacet]:
        """What is known about a table's step before it starts: the run that it belongs to, and the time that it covers."""
        job = parent_run.Job(self._namespace, run.job_name.removeprefix("__"))
        engine = processing_engine_run.ProcessingEngineRunFacet(version("dagster"), "Dagster", version(_PACKAGE))
        facets: dict[str, RunFacet] = {
            "parent": parent_run.ParentRunFacet(parent_run.Run(run.run_id), job),
            "processing_engine": engine,
        }
        if span := _span(run.tags, table.unit):
            facets["nominalTime"] = nominal_time_run.NominalTimeRunFacet(*(f"{day}T00:00:00Z" for day in span))
        return facets

    def _output(self, step: _Step) -> OutputDataset:
        """The table with what the run made of it."""
        table, made = step.table, step.made
        facets: dict[str, DatasetFacet] = {
            **self._datasets.facets(table),
            "version": dataset_version_dataset.DatasetVersionDatasetFacet(_table_version(made)),
        }
        figures = (_total(made, name) for name in ("dagster/partition_row_count", "partition_bytes", "partition_files"))
        written: dict[str, OutputDatasetFacet] = {
            "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(*figures)
        }
        if column := table.partition_column:
            partitions = [base_subset_dataset.Partition({column: key}, key) for key in made if key]
            condition = base_subset_dataset.PartitionSubsetCondition(partitions)
            written["subset"] = base_subset_dataset.OutputSubsetOutputDatasetFacet(condition)
        return OutputDataset(*self._datasets.table(table.name), written, facets=facets)


def _steps(events: Sequence[tuple[float, dg.DagsterEvent]], is_canceled: bool) -> Iterable[_Step]:
    """The steps of a run that make tables."""
    steps: dict[str, _Step] = {}
    for moment, event in events:
        key = event.step_key or ""
        if event.event_type == dg.DagsterEventType.STEP_START and key in TABLES:
            steps[key] = _Step(TABLES[key], moment, was_stopped=is_canceled)
        elif (step := steps.get(key)) is None:
            continue
        elif event.event_type in _ENDED_STEP:
            step.ended, step.was_stopped = moment, was_interrupted([event])
        elif event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
            made = event.step_materialization_data.materialization
            if "data_version" in made.metadata:  # it is not there where the partition was left as it was
                step.made[made.partition] = made.metadata
    known = [event for _, event in events]
    for (table, day), reason in failures(known, Batch(tuple(steps), None, None, 1), public=True).items():
        if table in steps:
            steps[table].failed[str(day or table)] = reason
    return steps.values()


def _span(tags: Mapping[str, str], unit: Unit | None) -> tuple[date, date] | None:
    """The first day of a run's partitions, and the day after the last; None for a table without partitions."""
    one = tags.get(PARTITION_NAME_TAG)
    first, last = tags.get(ASSET_PARTITION_RANGE_START_TAG, one), tags.get(ASSET_PARTITION_RANGE_END_TAG, one)
    if unit is None or first is None or last is None:
        return None
    return date.fromisoformat(first), shift(date.fromisoformat(last), unit, 1)


def _table_version(made: Mapping[str | None, Mapping[str, dg.MetadataValue[Any]]]) -> str:
    """The version of the Delta table that the run's last commit made: it can be read again with `VERSION AS OF`."""
    return str(max(int(str(metadata["delta_version"].value)) for metadata in made.values()))


def _total(made: Mapping[str | None, Mapping[str, dg.MetadataValue[Any]]], name: str) -> int | None:
    """The sum of a figure over the partitions; None where an earlier release recorded a partition without it."""
    figures = [metadata.get(name) for metadata in made.values()]
    return None if None in figures else sum(figure.value for figure in figures if figure is not None)
