"""What the tests share: one engine a test process, and lakes in temporary folders made through the real path."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from c360_assets.definitions import build
from c360_assets.operations.plan import Item, Planner, Range
from c360_assets.operations.runner import Outcome, Runner
from c360_assets.reference import load_reference
from resources.engine import Engine, spark_config_from_environment, stop_engine
from resources.landing_zone import LandingZone
from resources.marks import Marks
from resources.settings import PROJECT, Settings

REFERENCE = PROJECT / "data" / "reference"
ENGINE = os.environ.get("C360_ENGINE", "sail")


@pytest.fixture(scope="session", autouse=True)
def _engine_stops() -> Iterator[None]:
    yield
    stop_engine()


def engine() -> Engine:
    """The engine of this process, whoever asks first: as C360_ENGINE and C360_SPARK_CONFIG say."""
    return Engine(kind=ENGINE, spark_config=spark_config_from_environment())


@pytest.fixture(scope="session")
def session():
    """The engine's session."""
    return engine().session


@pytest.fixture(scope="session")
def reference():
    """The committed reference data."""
    return load_reference(REFERENCE)


@dataclass
class Home:
    """A landing zone, a lake and a Dagster instance of a test's own."""

    root: Path
    landing: Path
    lake: Path
    instance: dg.DagsterInstance
    commits: list[Item] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """What the definitions are built from."""
        return Settings(str(self.landing), str(self.lake), REFERENCE, ENGINE, date(2022, 4, 1))

    @property
    def planner(self) -> Planner:
        """A planner over this home."""
        return Planner(LandingZone(str(self.landing)), Marks(str(self.lake)), load_reference(REFERENCE).fingerprint)

    def definitions(self) -> dg.Definitions:
        """Definitions that note each commit."""
        return build(self.settings, on_commit=lambda table, partition, rows: self.commits.append((table, partition)))

    def run(self, first: date | None = None, last: date | None = None, everything: bool = False) -> Outcome:
        """Makes what has to be made, as `c360 run` does; the commits are in `commits`."""
        self.commits.clear()
        job = self.definitions().resolve_implicit_global_asset_job_def()
        runner = Runner(job, self.instance, self.planner)
        return runner.run_all(Range(first, last), everything, lambda total: None, lambda text: None)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table's rows, read by another reader than the one that wrote them."""
        if not (self.lake / table / "_delta_log").exists():
            return []
        return pl.scan_delta(str(self.lake / table)).collect().to_dicts()


@pytest.fixture
def home_in(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    """Makes homes below the test's folder, by name."""
    instances: list[dg.DagsterInstance] = []

    def make(name: str = "home", landing: Path | None = None) -> Home:
        root = tmp_path / name
        (root / "dagster").mkdir(parents=True)
        instance = dg.DagsterInstance.ephemeral(tempdir=str(root / "dagster"))
        instances.append(instance)
        return Home(root, landing or root / "landing", root / "lake", instance)

    yield make
    for instance in instances:
        instance.dispose()


@pytest.fixture
def home(home_in: Callable[..., Home]) -> Home:
    """One home."""
    return home_in()


@pytest.fixture
def made(made_once: Home, home_in: Callable[..., Home]) -> Home:
    """A copy of the landing zone and lake that a folder's tests share (`made_once`, in its conftest), to change."""
    home = home_in("made")
    for folder in ("landing", "lake"):
        shutil.copytree(made_once.root / folder, home.root / folder)
    return home
