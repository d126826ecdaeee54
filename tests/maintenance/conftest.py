"""A lake of a month, made once, and copies of it for each test to change."""

from collections.abc import Iterator

import pytest

from resources.engine.session import Engine
from tests.support import small_landing as small
from tests.support.homes import ENGINE, Home
from tests.support.lakes import made_once as shared
from tests.support.unexamined import unexamined


@pytest.fixture(scope="package", autouse=True)
def _unexamined() -> Iterator[None]:
    """These tests look at rows themselves, or not at all."""
    with unexamined():
        yield


@pytest.fixture(scope="package", autouse=True)
def _several_files_a_partition() -> Iterator[None]:
    """As large partitions have them: Spark makes one file of each of these small ones, which leaves upkeep nothing to do."""
    with pytest.MonkeyPatch.context() as patched:
        if ENGINE == "spark":
            patched.setattr(Engine, "writable", lambda engine, frame, keeps_every_row: frame.repartition(2))
        yield


@pytest.fixture(scope="package")
def made_once(tmp_path_factory: pytest.TempPathFactory, _several_files_a_partition: None) -> Iterator[Home]:
    """A month and the lake made from it. Not to be changed."""
    with shared(tmp_path_factory, "one-month", small.land_one_month) as home:
        yield home
