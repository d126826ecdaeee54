"""Lakes that are made once per run of the suite, whichever of its processes asks first, and copies of them."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from tests.strategies.dirty import dirty_landing
from tests.support.homes import ENGINE, Home, home_at
from tests.support.small_landing import land_two_months

_MADE = "made"
"""The file that says that a shared folder is complete."""
_FAILED = "failed"
"""The file that says why a shared folder could not be made: no other process tries it again."""
_COMMITS = "commits"
"""The file that lists what a shared lake's only run committed: a table and a partition per line."""


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder that all processes of this run of the suite share."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once per run of the suite. Not to be changed by who gets it."""
    folder = run_folder(factory) / f"{name}-{ENGINE}"
    with FileLock(f"{folder}.lock"):
        if not (folder / _MADE).exists():
            if (folder / _FAILED).exists():
                pytest.fail(f"{name} could not be made, in another test: {(folder / _FAILED).read_text()}")
            shutil.rmtree(folder, ignore_errors=True)  # what another process was killed over
            folder.mkdir()
            try:
                make(folder)
            except Exception as error:
                (folder / _FAILED).write_text(repr(error))
                raise
            (folder / _MADE).touch()
    return folder


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str, land: Callable[[Path], object]) -> Iterator[Home]:
    """A home whose lake is made once per run of the suite from what `land` puts into its landing zone. Not to be changed."""

    def make(folder: Path) -> None:
        with home_at(folder) as home:
            land(home.landing)
            outcome = home.run_directly()
            assert not outcome.failed, outcome
            (folder / _COMMITS).write_text("".join(f"{table} {day or ''}\n" for table, day in home.commits))

    folder = make_once(factory, name, make)
    with home_at(folder) as home:
        commits = (line.partition(" ") for line in (folder / _COMMITS).read_text().splitlines())
        home.commits = [(table, date.fromisoformat(day) if day else None) for table, _, day in commits]
        yield home


def dirty_lake(factory: pytest.TempPathFactory) -> AbstractContextManager[Home]:
    """A lake of two days per log with every kind of dirt, shared by all tests that only read it."""
    return made_once(factory, "dirty", dirty_landing(7, days=2, rows=80).write)


def two_months_lake(factory: pytest.TempPathFactory) -> AbstractContextManager[Home]:
    """A lake of a few rows in April and May, shared by all tests that only read or copy it."""
    return made_once(factory, "two-months", land_two_months)


@contextmanager
def copy_of(made: Home, root: Path) -> Iterator[Home]:
    """A home of a test's own with the landing zone and the lake of another, to change."""
    for source in (made.landing, made.lake):
        shutil.copytree(source, root / source.name)
    with home_at(root) as home:
        yield home
