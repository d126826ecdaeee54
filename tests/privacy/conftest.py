"""What tests of erasures share: a lake to erase from, which a test gets a copy of."""

from collections.abc import Iterator

import pytest

from tests.support import small_landing as small
from tests.support.direct import DirectRunner
from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.unexamined import unexamined

KEY = b"an erasure key of a test"


@pytest.fixture(scope="package", autouse=True)
def _unexamined() -> Iterator[None]:
    """These tests look at rows themselves, or not at all."""
    with unexamined():
        yield


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A month and the lake made from it. Not to be changed."""
    with shared(tmp_path_factory, "one-month", small.land_one_month) as home:
        yield home


@pytest.fixture
def erasing(made: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A lake to erase in, with the key. Tables are made without Dagster's steps."""
    made.erasure_key = KEY
    monkeypatch.setenv("DAGSTER_HOME", str(made.root / "dagster"))
    monkeypatch.setattr(
        "c360_assets.privacy.erase.Runner", lambda _, __, planner, ___: DirectRunner(made.definitions(), planner)
    )
    return made
