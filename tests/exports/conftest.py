"""The lake of two sampled months."""

from collections.abc import Iterator

import pytest

from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.sampled import NAME, land_sampled_months


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two sampled months and the lake made from them. Not to be changed."""
    with shared(tmp_path_factory, NAME, land_sampled_months) as home:
        yield home
