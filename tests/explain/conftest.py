"""One lake with all kinds of dirt, made once."""

from collections.abc import Iterator

import pytest

from tests.strategies import dirty_landing
from tests.support.budget import IS_LONG
from tests.support.homes import Home
from tests.support.lakes import made_once

DAYS, ROWS = (8, 60) if IS_LONG else (4, 24)


@pytest.fixture(scope="session")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A lake of every kind of dirt, over months with gaps. Not to be changed."""
    landing = dirty_landing(3, days=DAYS, rows=ROWS)
    with made_once(tmp_path_factory, "explained", landing.write) as home:
        yield home
