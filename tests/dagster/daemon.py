"""Dagster's daemon at work on a home of a test's own. What Dagster keeps private stands here, and nowhere else.

Sensors, backfills and the queue are stepped by hand through the daemon's own code; the clock is set, not waited for.
Runs are executed in this process, when they are launched: what a test sees is settled.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.scheduler.instigation import InstigatorTick
from dagster._core.test_utils import freeze_time
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.utils import make_new_backfill_id
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._time import get_current_timestamp
from dagster._utils.hosted_user_process import recon_repository_from_origin
from dagster_graphql.schema import create_schema

from c360_assets.automation.landed_changes import NAME
from resources.home import dagster_home
from resources.lake.provenance import Item
from tests.support.homes import Home

LOCATION = "customer360"
LOGGER = logging.getLogger("tests.dagster")
SCHEMA = create_schema()
CONFIG = """
telemetry: {enabled: false}
run_launcher: {module: dagster._core.launcher.sync_in_memory_run_launcher, class: SyncInMemoryRunLauncher}
run_coordinator: {module: dagster._core.run_coordinator, class: DefaultRunCoordinator}
compute_logs: {module: dagster._core.storage.noop_compute_log_manager, class: NoOpComputeLogManager}
"""
DEFINITIONS = """
from datetime import date
from pathlib import Path
from c360_assets.build import build
from resources.settings import EngineOptions, Settings
options = EngineOptions.from_environment()
places = ({landing!r}, {lake!r}, Path({reference!r}))
defs = build(Settings(*places, {engine!r}, date.fromisoformat({first_day!r}), options, {key!r}, webhook={webhook!r}, ui={ui!r}))
"""


@dataclass
class Daemon:
    """A Dagster instance over a home, with the project's location loaded as the daemon loads it."""

    instance: dg.DagsterInstance
    process: WorkspaceProcessContext
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    seen: set[str] = field(default_factory=set)

    def switch_on(self) -> None:
        """Switches the sensor on."""
        self.instance.start_sensor(self._repository().get_sensor(NAME))

    def tick(self, after: timedelta = timedelta(seconds=61)) -> InstigatorTick:
        """One iteration of the sensor daemon, some time after the last; its runs are executed at once."""
        self.now += after
        with freeze_time(self.now):
            list(execute_sensor_iteration(self.process, LOGGER, None, None))
        return self.last_tick(NAME)

    def last_tick(self, name: str) -> InstigatorTick:
        """The newest tick of a sensor."""
        sensor = self._repository().get_sensor(name)
        return self.instance.get_ticks(sensor.get_remote_origin_id(), sensor.selector_id, limit=1)[0]

    def settle(self, after: timedelta = timedelta(seconds=61)) -> InstigatorTick:
        """Ticks until one asks for nothing, which it gives; the first comes `after` the last."""
        for _ in range(20):
            tick = self.tick(after)
            if not tick.run_ids:
                return tick
            after = timedelta(seconds=61)
        raise AssertionError("the sensor asks for runs without end")

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer to a GraphQL query, as the UI asks it; one that is refused fails the test."""
        with freeze_time(self.now):
            context = self.process.create_request_context()
            answer = asyncio.run(SCHEMA.execute_async(query, context_value=context, variable_values=variables))
        assert not answer.errors, answer.errors
        found: dict[str, Any] = answer.data
        return found

    def request_backfill(self, tables: Iterable[str], partitions: Iterable[date], everything: bool = False) -> str:
        """A backfill as the UI launches it; its id."""
        graph = self._repository().asset_graph
        names = [day.isoformat() for day in partitions]
        backfill = PartitionBackfill.from_asset_partitions(
            backfill_id=make_new_backfill_id(),
            asset_graph=graph,
            partition_names=None if everything else names,
            asset_selection=[dg.AssetKey(table) for table in tables],
            backfill_timestamp=get_current_timestamp(),
            tags={},
            dynamic_partitions_store=self.instance,
            all_partitions=everything,
            title=None,
            description=None,
            run_config=None,
        )
        self.instance.add_backfill(backfill)
        return backfill.backfill_id

    def backfill(self, backfill_id: str) -> BulkActionStatus:
        """Iterations of the backfill daemon until the backfill has ended."""
        for _ in range(20):
            list(execute_backfill_iteration(self.process, LOGGER))
            status = self.instance.get_backfill(backfill_id).status
            if status not in (BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING):
                return status
        raise AssertionError("the backfill does not end")

    def start(self, job: str, config: Mapping[str, Any] | None = None) -> dg.DagsterRun:
        """Runs a job as the launchpad does, to its end."""
        definition = recon_repository_from_origin(self._repository().get_python_origin()).get_reconstructable_job(job)
        with dg.execute_job(definition, self.instance, dict(config or {}), raise_on_error=False) as result:
            run = self.instance.get_run_by_id(result.run_id)
        assert run is not None
        return run

    def new_runs(self) -> list[dg.DagsterRun]:
        """The runs since this was last asked, in order."""
        runs = [run for run in reversed(self.instance.get_runs()) if run.run_id not in self.seen]
        self.seen |= {run.run_id for run in runs}
        return runs

    def made(self, runs: Iterable[dg.DagsterRun] | None = None) -> list[Item]:
        """What the new runs (or those given) materialised, sorted; each as often as it was."""
        items = [item for run in (self.new_runs() if runs is None else runs) for item in self._made(run)]
        return sorted(items, key=str)

    def _made(self, run: dg.DagsterRun) -> list[Item]:
        """What a run made, each once: where a step takes long, what it made is reported meanwhile, and at its end."""
        kind = dg.DagsterEventType.ASSET_MATERIALIZATION
        found: list[Item] = []
        for record in self.instance.get_records_for_run(run.run_id, of_type=kind).records:
            made = record.event_log_entry.asset_materialization
            found.append((made.asset_key.path[-1], date.fromisoformat(made.partition) if made.partition else None))
        return list(dict.fromkeys(found))

    def _repository(self):
        location = self.process.create_request_context().get_code_location(LOCATION)
        return next(iter(location.get_repositories().values()))


@contextmanager
def daemon_of(home: Home, file: str = "location") -> Iterator[Daemon]:
    """A daemon over a home, or the same once more. Its instance lies below the home, on SQLite, as a user's does.

    Dagster loads a file's definitions once per process: changed ones need another `file`.
    """
    folder = home.root / "dagster_home"
    folder.mkdir(exist_ok=True)
    (folder / "dagster.yaml").write_text(CONFIG)
    settings = home.settings
    location = home.root / f"{file}.py"
    location.write_text(
        DEFINITIONS.format(
            landing=settings.landing,
            lake=settings.lake,
            reference=str(settings.reference),
            engine=settings.engine,
            first_day=settings.first_day.isoformat(),
            key=settings.erasure_key,
            webhook=settings.webhook,
            ui=settings.ui,
        )
    )
    origin = LoadableTargetOrigin(python_file=str(location), attribute="defs", working_directory=str(home.root))
    target = InProcessWorkspaceLoadTarget(InProcessCodeLocationOrigin(origin, location_name=LOCATION))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DAGSTER_HOME", str(folder))
        dagster_home()  # SQLite as `make dev` has it: it does not wait for the disk at each event
        with dg.DagsterInstance.get() as instance, WorkspaceProcessContext(instance, target) as process:
            yield Daemon(instance, process)
