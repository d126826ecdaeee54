"""Lakes to explain, made once for all tests."""

from collections.abc import Iterator

import pytest

from tests.strategies import dirty_landing
from tests.support.budget import IS_LONG
from tests.support.homes import Home
from tests.support.lakes import dirty_lake, made_once, two_months_lake


@pytest.fixture(scope="session", params=["two months", "dirty", *(["dirtier"] if IS_LONG else [])])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A lake of two months that follow each other, which is made sooner, and one of every kind of dirt. Not to be changed."""
    lakes = {
        "two months": two_months_lake,
        "dirty": dirty_lake,
        "dirtier": lambda factory: made_once(factory, "explained", dirty_landing(3, days=8, rows=60).write),
    }
    with lakes[request.param](tmp_path_factory) as home:
        yield home
