"""What all tests share: one engine per process, the reference data, and homes of a test's own."""

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._time import get_current_datetime

from c360_assets.cli import main
from c360_assets.reference.model import load_reference
from resources.engine.session import Engine, stop_engine
from tests.support.commands import Done, environment
from tests.support.homes import REFERENCE, Home, engine, home_at
from tests.support.lakes import copy_of

TIERS = ("unit", "engine", "system")
FIRST = ("tests/transforms/", "tests/lake/", "tests/docs/")
"""What a change is most likely to break: looked at before all else."""
LONG = (
    "tests/reliability/",
    "tests/properties/",
    "tests/dagster_ui/test_browser.py",
    "tests/execution/test_failing.py",
)
"""The longest files: started before the others, so that no process is left with one at the end."""


gc.set_threshold(50_000, 20, 50)  # as the command sets it


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look at it again."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Holds each test to one tier, and starts early what takes long.

    Raises pytest.UsageError where a test has no tier, or several.
    """
    for item in items:
        tiers = [tier for tier in TIERS if item.get_closest_marker(tier)]
        if tiers == ["unit"] and {"session", "made_once", "dirty_home"} & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid}: is marked `unit`, and its fixtures start the engine.")
        if len(tiers) != 1:
            raise pytest.UsageError(f"{item.nodeid}: mark it with one of {', '.join(TIERS)}; it has {tiers or 'none'}.")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Transforms, the write path and the docs, then what takes long, then the rest of the engine's, then what takes no time."""
    for turn, files in enumerate((FIRST, LONG)):
        if item.nodeid.startswith(files):
            return turn
    return 2 + ("system", "engine", "unit").index(next(tier for tier in TIERS if item.get_closest_marker(tier)))


@pytest.fixture(autouse=True)
def _no_engine_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that says it needs no engine gets none."""

    def refused(_: Engine) -> None:
        raise AssertionError("This test is marked `unit`, and asks for the engine: mark it `engine`.")

    if request.node.get_closest_marker("unit"):
        monkeypatch.setattr(Engine, "session", property(refused))


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


@pytest.fixture(scope="session", autouse=True)
def _days_listed_once() -> Iterator[None]:
    """Dagster (1.13) lists all days since the first at each step of checks, an eighth of the CPU of small runs.

    Here a list is made once per day; can go once Dagster keeps it.
    """
    listed: dict[tuple, Sequence[str]] = {}
    list_days = dg.TimeWindowPartitionsDefinition.get_partition_keys

    def listed_once(days: dg.TimeWindowPartitionsDefinition, *arguments: Any, **named: Any) -> Sequence[str]:
        key = (days, get_current_datetime().date(), arguments, tuple(sorted(named.items(), key=str)))
        if key not in listed:
            listed[key] = list_days(days, *arguments, **named)
        return listed[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dg.TimeWindowPartitionsDefinition, "get_partition_keys", listed_once)
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


@pytest.fixture
def c360(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command in this process, over the test's folder or another; for what starts no engine, and it stops none."""
    for command in ("erase", "run.command"):  # the engine that they stop at their end is that of the other tests
        monkeypatch.setattr(f"c360_assets.commands.{command}.stop_engine", lambda: None)
    for name in ("C360_ENGINE", "C360_FIRST_DAY", "C360_REFERENCE"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str, root: Path = tmp_path) -> Done:
        for name, value in environment(root).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["c360", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    return call
