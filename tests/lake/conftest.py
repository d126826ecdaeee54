"""A dirty landing and the lake made from it."""

from collections.abc import Iterator

import pytest

from tests.support.homes import Home
from tests.support.lakes import dirty_lake


@pytest.fixture(scope="session")
def dirty_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose lake was made from files with all the dirt there is. Not to be changed."""
    with dirty_lake(tmp_path_factory) as home:
        yield home
