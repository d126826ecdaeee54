"""Homes with a daemon: an empty one, and copies of one whose lake is made."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.dagster.daemon import Daemon, daemon_of
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.lakes import made_once as shared

APRIL, MAY = date(2022, 4, 1), date(2022, 5, 1)
CONTENT, SEARCH = small.TWO_MONTHS


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two months and the lake made from them. Not to be changed."""
    with shared(tmp_path_factory, "two-months", small.land_two_months) as home:
        yield home


@pytest.fixture
def daemon(made: Home) -> Iterator[Daemon]:
    """The daemon over `made`, its sensor switched on."""
    with daemon_of(made) as daemon:
        daemon.switch_on()
        yield daemon
