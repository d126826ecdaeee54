"""Every supported Python makes the same tables of the committed sample, with the pinned packages."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from c360_assets.tables import TABLES
from resources.settings import PROJECT
from tests.package.environments import LOCK, Environment, new_environment
from tests.support.reading import differing, frames
from tools.pythons import project, python_of, supported

pytestmark = pytest.mark.system
RUNNING = "{}.{}".format(*sys.version_info)
OTHERS = [version for version in supported() if version != RUNNING]


def test_the_supported_versions_are_one_list():
    versions = supported()
    bounds = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", str(project()["requires-python"]))
    assert bounds
    assert versions == [f"3.{minor}" for minor in range(int(bounds[1]), int(bounds[2]))]
    tried = re.search(r"^PYTHONS := (.+)$", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert tried
    assert tried[1].split() == [f"python{version}" for version in versions]


def make_sample(environment: Environment, folder: Path) -> Path:
    """The lake that an environment makes of the committed sample."""
    landing = {"C360_LANDING": str(PROJECT / "data" / "landing")}
    places = {"C360_LAKE": str(folder / "lake"), "DAGSTER_HOME": str(folder / "dagster")}
    for command in ("run", "status"):
        done = environment.c360(folder, command, variables={**landing, **places})
        assert done.status == 0, done
    return folder / "lake"


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake that this Python makes, which all other tests run on."""
    return make_sample(Environment(Path(sys.prefix)), tmp_path_factory.mktemp(RUNNING))


@pytest.mark.slow
@pytest.mark.parametrize("version", OTHERS)
def test_another_python_makes_the_same_tables(version, wheel, expected, tmp_path):
    python = python_of(version)
    if not python:
        pytest.skip(f"no Python {version} here that can make environments")
    root = tmp_path / "venv"
    try:
        environment = new_environment(python, root)
        environment.install("--no-deps", "-r", str(LOCK), str(wheel))
        environment.check()
        (tmp_path / "made").mkdir()
        lake = make_sample(environment, tmp_path / "made")
    finally:
        shutil.rmtree(root, ignore_errors=True)  # a gigabyte
    assert set(frames(expected)) == set(TABLES)
    assert differing(expected, lake) == []
