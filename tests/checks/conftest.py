"""A lake that is made once, and copies of it to be spoiled."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from tests.checks.lakes import land_all
from tests.conftest import Home


@pytest.fixture(scope="session")
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = tmp_path_factory.mktemp("made")
    with dg.DagsterInstance.ephemeral() as instance:
        home = Home(root, root / "landing", root / "lake", instance)
        land_all(home.landing)
        outcome = home.run()
        assert outcome.ok, outcome
        yield home


@pytest.fixture
def made(_made_once: Home, tmp_path: Path) -> Iterator[Home]:
    """A home of the test's own in which everything is made, and every contract check has passed."""
    root = tmp_path / "home"
    shutil.copytree(_made_once.landing, root / "landing")
    shutil.copytree(_made_once.lake, root / "lake")
    with dg.DagsterInstance.ephemeral() as instance:
        yield Home(root, root / "landing", root / "lake", instance)


@pytest.fixture
def only(_made_once: Home, tmp_path: Path) -> Callable[[str], Home]:
    """Gives a home with one of the tables that are made."""

    def copy(table: str) -> Home:
        shutil.copytree(_made_once.lake / table, tmp_path / "lake" / table)
        return Home(tmp_path, tmp_path / "landing", tmp_path / "lake", _made_once.instance)

    return copy
