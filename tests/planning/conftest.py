"""A lake of five months, made once, and copies of it for each test to change."""

from collections.abc import Iterator

import pytest

from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.small_landing import land_all
from tests.support.unexamined import unexamined


@pytest.fixture(scope="package", autouse=True)
def _unexamined() -> Iterator[None]:
    """These tests look at rows themselves, or not at all."""
    with unexamined():
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The small landing of five months and the lake made from it. Not to be changed."""
    with shared(tmp_path_factory, "five-months", land_all) as home:
        yield home
