"""A landing zone, a lake and a Dagster instance of a test's own, and the engine that all tests of a process share."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from c360_assets.build import build
from c360_assets.contracts.partitions import Partitions
from c360_assets.execution.runner import Outcome, Runner
from c360_assets.planning.plan import DayRange
from c360_assets.planning.planner import Planner
from c360_assets.reference.model import load_reference
from resources.engine.session import Engine
from resources.lake.provenance import Item, ProvenanceStore
from resources.landing.zone import LandingZone
from resources.settings import REFERENCE, EngineOptions, Settings
from tests.support.direct import DirectRunner
from tests.support.instances import quick_instance

ENGINE = os.environ.get("C360_ENGINE", "sail")
FIRST_DAY = date(2022, 4, 1)
COMMITTED = load_reference(REFERENCE).fingerprints
"""Of the committed reference data, which no test changes: reading it takes longer than most plans."""


def engine() -> Engine:
    """The engine of this process, whoever asks first: as C360_ENGINE and C360_SPARK_CONFIG say."""
    return Engine.of(ENGINE, EngineOptions.from_environment())


@dataclass
class Home:
    """A landing zone, a lake and a Dagster instance of a test's own."""

    root: Path
    landing: Path
    lake: Path
    opened: dg.DagsterInstance | None = None
    commits: list[Item] = field(default_factory=list)
    first_day: date = FIRST_DAY
    erasure_key: bytes | None = None
    reference: Path = REFERENCE
    webhook: str | None = None
    ui: str | None = None
    _built: tuple[Settings, dg.Definitions] | None = None

    @property
    def instance(self) -> dg.DagsterInstance:
        """The Dagster instance; made on first use, since a test of tables needs none."""
        if self.opened is None:
            self.opened = quick_instance(self.root / "dagster")
        return self.opened

    @property
    def settings(self) -> Settings:
        """What the definitions are built from."""
        options = EngineOptions.from_environment()
        places = (str(self.landing), str(self.lake), self.reference)
        return Settings(*places, ENGINE, self.first_day, options, self.erasure_key, webhook=self.webhook, ui=self.ui)

    @property
    def planner(self) -> Planner:
        """A planner over this home."""
        reference = COMMITTED if self.reference == REFERENCE else load_reference(self.reference).fingerprints
        return Planner(
            LandingZone(str(self.landing)), ProvenanceStore(str(self.lake)), reference, Partitions(self.first_day)
        )

    def definitions(self) -> dg.Definitions:
        """Definitions that note each commit: built once, as by a code server, and again for other settings."""
        settings = self.settings
        if self._built is None or self._built[0] != settings:
            noted = build(settings, on_commit=lambda table, partition, rows: self.commits.append((table, partition)))
            self._built = settings, noted
        return self._built[1]

    def run(self, first: date | None = None, last: date | None = None, everything: bool = False) -> Outcome:
        """Makes what has to be made, as `c360 run` does; the commits are in `commits`."""
        self.commits.clear()
        job = self.definitions().resolve_implicit_global_asset_job_def()
        runner = Runner(job, self.instance, self.planner)
        return runner.run_all(DayRange(first, last), everything, lambda total: None, lambda text: None)

    def run_directly(self, first: date | None = None, last: date | None = None, everything: bool = False) -> Outcome:
        """The same without Dagster, in half the time: for tests of what is in the tables."""
        self.commits.clear()
        runner = DirectRunner(self.definitions(), self.planner)
        return runner.run_all(DayRange(first, last), everything, lambda total: None, lambda text: None)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table's rows, read by another reader than the one that wrote them."""
        if not (self.lake / table / "_delta_log").exists():
            return []
        return pl.scan_delta(str(self.lake / table)).collect().to_dicts()


@contextmanager
def home_at(root: Path, landing: Path | None = None) -> Iterator[Home]:
    """A home below a folder, which is made where it is missing."""
    (root / "dagster").mkdir(parents=True, exist_ok=True)
    home = Home(root, landing or root / "landing", root / "lake")
    try:
        yield home
    finally:
        if home.opened is not None:
            with home.opened:  # ends it
                pass


@contextmanager
def new_home() -> Iterator[Home]:
    """A home in a folder that is gone afterwards, for one example of a property."""
    root = Path(tempfile.mkdtemp(prefix="c360-property-"))
    try:
        with home_at(root) as home:
            yield home
    finally:
        shutil.rmtree(root)
