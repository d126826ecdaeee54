"""A wheel of the project, installed into an empty environment, and used in an empty folder far from any checkout."""

import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from c360_assets.tables import TABLES
from resources.settings import REFERENCE
from tests.dagster_ui.server import serving
from tests.package.environments import LOCK, PACKAGES, Environment, new_environment

pytestmark = pytest.mark.system


def test_the_wheel_holds_what_the_packages_read(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        "resources/dagster.yaml",
        *(f"{package}/py.typed" for package in PACKAGES),
        *(f"c360_assets/reference/data/{file.name}" for file in REFERENCE.iterdir()),
    }
    assert needed - names == set()
    folders = {name.partition("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == set(PACKAGES)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """An environment with the wheel and what it depends on, in the pinned versions."""
    root = tmp_path_factory.mktemp("installed") / "venv"
    try:
        environment = new_environment(Path(sys.executable), root)
        environment.install("--constraint", str(LOCK), str(wheel))
        yield environment
    finally:
        shutil.rmtree(root, ignore_errors=True)  # a gigabyte


@pytest.mark.slow
def test_it_goes_from_a_sample_to_a_profile_in_an_empty_folder(installed, tmp_path):
    sampled = installed.c360(tmp_path, "sample", "--out", "data/landing", "--days", "2", "--rows", "300")
    assert (sampled.status, sampled.err) == (0, "")
    made = installed.c360(tmp_path, "run")
    assert made.status == 0, made
    assert "Nothing has changed" in installed.c360(tmp_path, "run").out
    assert {path.name for path in tmp_path.iterdir()} == {".dagster", "data"}
    assert (tmp_path / ".dagster" / "dagster.yaml").exists()
    lake = tmp_path / "data" / "lake"
    assert {path.name for path in lake.iterdir() if not path.name.startswith("_")} == set(TABLES)

    customer = pl.scan_delta(str(lake / "customer360")).collect()["customer_id"][0]
    shown = installed.c360(tmp_path, "profile", customer, "--json")
    assert shown.status == 0, shown
    assert json.loads(shown.out)["customer_id"] == customer


@pytest.mark.slow
def test_dagster_loads_it_in_an_empty_folder(installed, tmp_path):
    home = installed.c360(tmp_path, "home").out.strip()
    assert home == str(tmp_path / ".dagster")
    command = [str(installed.bin / "dagster"), "dev", "-m", "c360_assets.definitions"]
    log = tmp_path.with_suffix(".log")
    with serving(command, tmp_path, installed.variables(DAGSTER_HOME=home), log) as server:
        assert server.ask("{ version }")["version"].startswith("1.13.")
        found = server.ask("{ assetNodes { assetKey { path } } }")["assetNodes"]
        assert {node["assetKey"]["path"][-1] for node in found} >= set(TABLES)


@pytest.mark.slow
def test_the_reference_data_can_be_copied_from_it(installed, tmp_path):
    folder = Path(installed.c360(tmp_path, "reference").out.strip())
    assert folder.is_relative_to(installed.root)
    assert {path.name for path in folder.iterdir()} == {path.name for path in REFERENCE.iterdir()}
