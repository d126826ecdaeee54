"""The lake of two sampled months."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.commands import Done
from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.sampled import NAME, land_sampled_months


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two sampled months and the lake made from them. Not to be changed."""
    with shared(tmp_path_factory, NAME, land_sampled_months) as home:
        yield home


@pytest.fixture
def sql(c360: Callable[..., Done], made_once: Home) -> Callable[..., Done]:
    """`c360 sql` over that lake."""
    return lambda *words: c360("sql", *words, root=made_once.root)
