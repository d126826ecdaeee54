"""What all tests share: one engine per process, the reference data, and homes of a test's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from c360_assets.reference.model import load_reference
from resources.engine.session import stop_engine
from tests.support.homes import REFERENCE, Home, engine, home_at
from tests.support.lakes import copy_of


@pytest.fixture(scope="session", autouse=True)
def _engine_stops() -> Iterator[None]:
    yield
    stop_engine()


@pytest.fixture(scope="session", autouse=True)
def _events_together() -> Iterator[None]:
    """A step's events are stored together, as `c360` has them: one by one they take longer than the small tables."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DAGSTER_EVENT_BATCH_SIZE", "500")
        yield


@pytest.fixture(scope="session")
def session():
    """The engine's session."""
    return engine().session


@pytest.fixture(scope="session")
def reference():
    """The committed reference data."""
    return load_reference(REFERENCE)


@pytest.fixture
def home_in(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    """Makes homes below the test's folder, by name."""
    with ExitStack() as stack:
        yield lambda name="home", landing=None: stack.enter_context(home_at(tmp_path / name, landing))


@pytest.fixture
def home(home_in: Callable[..., Home]) -> Home:
    """One home."""
    return home_in()


@pytest.fixture
def made(made_once: Home, tmp_path: Path) -> Iterator[Home]:
    """A copy of the landing zone and lake that a folder's tests share (`made_once`, in its conftest), to change."""
    with copy_of(made_once, tmp_path / "made") as home:
        yield home
