"""A lake that is made once, and copies of it to be spoiled."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.spoiling import land_all


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Three days of both logs, and the lake made from them: every contract check has passed. Not to be changed."""
    with shared(tmp_path_factory, "spoiling", land_all) as home:
        yield home


@pytest.fixture
def only(made_once: Home, tmp_path: Path) -> Callable[[str], Home]:
    """Gives a home with one of the tables that are made."""

    def copy(table: str) -> Home:
        shutil.copytree(made_once.lake / table, tmp_path / "lake" / table)
        return Home(tmp_path, tmp_path / "landing", tmp_path / "lake", made_once.instance)

    return copy
