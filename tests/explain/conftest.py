"""One lake with all kinds of dirt, made once."""

from collections.abc import Iterator

import pytest

from tests.strategies import dirty_landing
from tests.support.homes import Home
from tests.support.lakes import made_once


@pytest.fixture(scope="session")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A lake of every kind of dirt, over months with gaps. Not to be changed."""
    with made_once(tmp_path_factory, "dirty", lambda landing: dirty_landing(3, days=8, rows=60).write(landing)) as home:
        yield home
