"""A dirty landing and the lake made from it."""

from collections.abc import Iterator

import pytest

from tests.strategies.dirty import dirty_landing
from tests.support.homes import Home
from tests.support.lakes import made_once


@pytest.fixture(scope="session")
def dirty_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose lake was made from files with all the dirt there is. Not to be changed."""
    with made_once(tmp_path_factory, "dirty", dirty_landing(7, days=2, rows=80).write) as home:
        yield home
