"""A real cluster makes the same tables, without this project on its machines; either engine goes on with the other's."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resources.settings import PROJECT
from tests.cluster.bare_python import started_in
from tests.cluster.conftest import FOREIGN, QUICK, SECOND, SMALL, Place
from tests.cluster.readers import READERS
from tests.cluster.servers import connect_server
from tests.support.modelled import assert_equal_to_model
from tests.support.reading import frames

pytestmark = [pytest.mark.system, pytest.mark.spark]


def days_made(told: str) -> list[str]:
    """The days that `c360 run` says it makes."""
    return [line.split()[-1] for line in told.splitlines() if line.startswith("run raw_")]


@pytest.fixture(scope="module")
def on_cluster(
    cluster: str, landings: tuple[Path, Path], python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Place:
    """A lake made by the cluster from nothing."""
    place = Place(landings[0], tmp_path_factory.mktemp("standalone") / "home")
    place.run("spark", {"spark.master": cluster, **SMALL, **QUICK}, python)
    return place


def test_a_standalone_cluster_makes_the_tables_of_the_model(on_cluster: Place) -> None:
    assert_equal_to_model(on_cluster)


def test_executors_had_python_but_not_the_project(on_cluster: Place, python: Path) -> None:
    folders = started_in(python)
    assert any("/worker-" in folder for folder in folders), "no executor started its Python"
    assert str(on_cluster.root) in folders, "nothing was planned beside the driver"


def test_sail_goes_on_with_the_clusters_tables(on_cluster: Place, landings: tuple[Path, Path], tmp_path: Path) -> None:
    place = Place(landings[1], tmp_path / "home")
    shutil.copytree(on_cluster.lake, place.lake)
    assert days_made(place.run("sail")) == [f"{SECOND}"]
    assert_equal_to_model(place)


@pytest.mark.slow
def test_executors_whose_language_has_capitals_of_its_own_are_refused(cluster: str, python: Path) -> None:
    java = f"{QUICK['spark.executor.extraJavaOptions']} -Duser.language=tr"
    config = {"spark.master": cluster, **SMALL, **QUICK, "spark.executor.extraJavaOptions": java}
    start = (
        "from resources.engine.session import Engine\n"
        "from resources.settings import EngineOptions\n"
        "Engine.of('spark', EngineOptions.from_environment()).session"
    )
    done = subprocess.run(
        [sys.executable, "-c", start],
        env={
            **os.environ,
            "C360_SPARK_CONFIG": json.dumps(config),
            "PYSPARK_PYTHON": str(python),
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "EngineError: This Spark upper-cases text differently" in done.stderr


@pytest.fixture(scope="module")
def connect(cluster: str, python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Spark Connect server on the cluster, set up by others; its URL."""
    settings = {"spark.master": cluster, "spark.ui.enabled": "false", **SMALL, **QUICK, **FOREIGN}
    with connect_server(tmp_path_factory.mktemp("server"), python, settings) as url:
        yield url


@pytest.mark.slow
def test_a_connect_server_of_others_makes_the_tables_of_the_model(
    on_cluster: Place, connect: str, python: Path, tmp_path: Path
) -> None:
    before = started_in(python)
    place = Place(on_cluster.landing, tmp_path / "home")
    place.run("spark", {"spark.remote": connect})
    assert_equal_to_model(place)
    folders = started_in(python) - before
    assert any("/worker-" in folder for folder in folders), "no executor started its Python"
    assert any("/connect/" in f"{folder}/" for folder in folders), "nothing was planned beside the server"


@pytest.mark.slow
def test_a_cluster_goes_on_with_sails_tables_and_every_reader_agrees(
    connect: str, landings: tuple[Path, Path], tmp_path: Path
) -> None:
    place = Place(landings[0], tmp_path / "home")
    place.run("sail")
    before = frames(place.lake)
    changed = Place(landings[1], place.root)
    assert days_made(changed.run("spark", {"spark.remote": connect})) == [f"{SECOND}"]
    assert_equal_to_model(changed)
    after = frames(changed.lake)
    assert not after["raw_content"].equals(before["raw_content"])
    for table, rows in after.items():
        for name, read in READERS.items():
            assert read(changed.lake / table).equals(rows), f"{name} reads {table} otherwise"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["tr", "el"])
def test_a_server_whose_language_has_capitals_of_its_own_is_refused(
    python: Path, landings: tuple[Path, Path], tmp_path: Path, language: str
) -> None:
    java = f"{QUICK['spark.driver.extraJavaOptions']} -Duser.language={language}"
    settings = {"spark.master": "local[1]", "spark.ui.enabled": "false", **QUICK, "spark.driver.extraJavaOptions": java}
    place = Place(landings[0], tmp_path / "home")
    with connect_server(tmp_path / "server", python, settings) as url:
        done = place.call("spark", {"spark.remote": url})
    assert done.returncode == 1
    assert "text differently from a Java in English (ải ά" in done.stdout + done.stderr
    assert "-Duser.language=en" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not list(place.lake.rglob("*.parquet"))
