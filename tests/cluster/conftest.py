"""A cluster for the session, landings of one month, and `c360 run` on either engine as a user calls it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.bare_python import bare_python
from tests.cluster.servers import standalone_cluster
from tests.strategies.dirty import dirty_landing
from tests.strategies.landed import Landed
from tests.support.budget import IS_LONG
from tests.support.homes import ENGINE
from tests.support.reading import frame

FIRST, SECOND = date(2022, 5, 1), date(2022, 5, 30)
# Spark compiles code for each query, and Java what runs often: for a few rows that costs more than it gains.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
QUICK = {
    "spark.driver.extraJavaOptions": _JAVA,
    "spark.executor.extraJavaOptions": _JAVA,
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "1",
}
SMALL = {"spark.driver.memory": "640m", "spark.executor.memory": "640m"}
# A server as others may have set it up: another time zone, another language, no ANSI mode.
_FOREIGN_JAVA = f"{_JAVA} -Duser.timezone=Asia/Ho_Chi_Minh -Duser.language=vi -Duser.country=VN"
FOREIGN = {
    "spark.driver.extraJavaOptions": _FOREIGN_JAVA,
    "spark.executor.extraJavaOptions": _FOREIGN_JAVA,
    "spark.sql.session.timeZone": "Asia/Ho_Chi_Minh",
    "spark.sql.ansi.enabled": "false",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Java is only sure to be there where Spark is asked for; of the long tests those that can run are wanted."""
    if ENGINE == "spark" or (IS_LONG and (os.environ.get("JAVA_HOME") or shutil.which("java"))):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="a cluster needs Java: `make test-spark`"))


@dataclass(frozen=True)
class Place:
    """A landing root, and a lake with Dagster's home beside it."""

    landing: Path
    root: Path

    @property
    def lake(self) -> Path:
        """Where the tables are."""
        return self.root / "lake"

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table's rows, read by Polars."""
        return frame(self.lake, table).to_dicts()

    def run(self, engine: str, config: dict[str, str] | None = None, python: Path | None = None) -> str:
        """What `c360 run` prints. Fails the test unless its exit status is 0."""
        done = self.call(engine, config, python)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def call(
        self, engine: str, config: dict[str, str] | None = None, python: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`c360 run`, from a folder that is not the project's. `python` is what executors run."""
        self.root.mkdir(exist_ok=True)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("C360_", "PYSPARK_"))}
        env |= {"C360_ENGINE": engine, "C360_LANDING": str(self.landing), "C360_LAKE": str(self.lake)}
        env |= {"DAGSTER_HOME": str(self.root / "dagster"), "SPARK_LOCAL_IP": "127.0.0.1"}
        env |= {"C360_SPARK_CONFIG": json.dumps(config)} if config else {}
        env |= {"PYSPARK_PYTHON": str(python)} if python else {}
        command = [str(Path(sys.executable).with_name("c360")), "run"]
        return subprocess.run(command, env=env, cwd=self.root, capture_output=True, text=True)


@pytest.fixture(scope="session")
def landings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small dirty month, and the same with its second content day delivered again with other contents."""
    root = tmp_path_factory.mktemp("landings")
    first, other = _month(0), _month(9)
    replaced = first.of_day("content", SECOND).files  # under whatever name of the day
    kept = {path: data for path, data in first.files.items() if path not in replaced}
    again = other.of_day("content", SECOND).files
    return first.write(root / "first"), Landed({**kept, **again}).write(root / "again")


def _month(seed: int) -> Landed:
    landed = dirty_landing(seed, days=6, rows=40).only("content", [FIRST, SECOND]).only("search", [FIRST])
    # A file that belongs to no day is reported, and ends `c360 run` with status 1.
    return Landed({path: data for path, data in landed.files.items() if not path.endswith("readme.txt")})


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python without the project."""
    return bare_python(tmp_path_factory.mktemp("python") / "bare")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A standalone cluster; its master's URL."""
    with standalone_cluster(tmp_path_factory.mktemp("cluster")) as url:
        yield url
