"""Commands that are killed before any of their changes: the same command again ends as if nothing had been.

`c360 run` over a lake of an earlier release, `upkeep`, `restore` and `erase` with landed files that are written again,
and a plain run with all that Dagster writes. Each is run once undisturbed, which counts its changes on disk; then it is
killed before some of them, one after the other on one lake, or each on a lake of its own. Long runs kill at any time, too.
"""

import os
import random
import shutil
import signal
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from c360_assets.tables import TABLES
from resources.lake.provenance import ProvenanceStore
from tests.maintenance.test_migration import RELEASES
from tests.reliability.killing import dying_command
from tests.support import small_landing as small
from tests.support.budget import IS_LONG, ON_BOTH_IF_LONG
from tests.support.commands import environment, quick_process
from tests.support.homes import ENGINE, home_at
from tests.support.lakes import make_once
from tests.support.processes import start
from tests.support.reading import differing, left_over

pytestmark = [pytest.mark.system, *ON_BOTH_IF_LONG]

KEY = "an erasure key of a test"
LATE = date(2022, 4, 3)
ALONE, AT_ANY_TIME = ((12, 8) if ENGINE == "sail" else (2, 1)) if IS_LONG else (0, 0)
"""How many places and times of each command are tried on a lake of their own, too."""


@dataclass(frozen=True)
class Case:
    """A command, and the folder that it starts from."""

    words: tuple[str, ...]
    prepare: Callable[[Path], None]


def _twice_made(root: Path) -> None:
    """A lake whose first day was made twice, the second time of fewer rows; that day is no longer landed."""
    with home_at(root) as home:
        small.land_one_month(home.landing)
        assert home.run_directly().ok
        small.land_content(home.landing, small.APRIL, small.WATCHED[:2])
        assert home.run_directly().ok
        small.content_path(home.landing, small.APRIL).unlink()


def _in_many_files(root: Path) -> None:
    """A lake with many versions and files out of use, and something that a killed writer left."""
    _twice_made(root)
    with home_at(root) as home:
        assert home.run_directly(everything=True).ok
    left = next((root / "lake" / "clean_content").rglob("*.parquet"))
    shutil.copy(left, left.with_name("part-left-by-a-killed-writer.parquet"))


def _to_erase(root: Path) -> None:
    with home_at(root) as home:
        small.land_one_month(home.landing)
        assert home.run_directly().ok


def _to_run(root: Path) -> None:
    """A lake with a day to make anew, and one to add."""
    _to_erase(root)
    small.land_content(root / "landing", small.APRIL, small.WATCHED[:3])
    small.land_content(root / "landing", LATE, small.WATCHED[1:])


def _of_an_earlier_release(root: Path) -> None:
    with tarfile.open(RELEASES / "0.1.0.tar.gz") as archive:
        archive.extractall(root, filter="data")


CASES = {
    "upkeep": Case(("upkeep", "--retention", "0", "--alone"), _in_many_files),
    "restore": Case(("restore", "raw_content", "--version", "2", "--yes"), _twice_made),
    "erase": Case(("erase", "HNH579912", "--landing", "rewrite", "--yes"), _to_erase),
    "migration": Case(("run",), _of_an_earlier_release),
    "run": Case(("run",), _to_run),
}
IN_EVERY_RUN = ("upkeep", "restore") if ENGINE == "sail" else ()
"""They start no engine."""


@dataclass(frozen=True)
class Undisturbed:
    """A folder before a command, and after it and a run; how many changes on disk the command made, and in what time."""

    root: Path
    changes: int
    seconds: float

    def begin(self, root: Path) -> Path:
        """Puts the folder as it was before the command, and returns where."""
        shutil.copytree(self.root / "before", root)
        return root


def environ(root: Path) -> dict[str, str]:
    """What a command gets: places, and the key of erasures."""
    return {**os.environ, **environment(root), "C360_ERASURE_KEY": KEY}


def is_killed(root: Path, case: Case, place: int = 0, seconds: float = 0.0) -> bool:
    """Runs the command in a folder, killed before its change of this number or after this time, if at all."""
    dying = (dying_command, place, seconds, root, root.with_suffix(".tally"))
    process = start(*dying, *case.words, env=environ(root), folder=root)
    printed, errors = process.communicate(timeout=900)
    assert process.returncode in (0, -signal.SIGKILL), (place, seconds, printed, errors)
    return process.returncode != 0


def made_undisturbed(factory: pytest.TempPathFactory, name: str) -> Undisturbed:
    """What a case comes to if nothing disturbs it; made once."""

    def make(folder: Path) -> None:
        CASES[name].prepare(folder / "before")
        shutil.copytree(folder / "before", folder / "after")
        assert not is_killed(folder / "after", CASES[name])
        finish(folder / "after")

    root = make_once(factory, f"undisturbed-{name}", make)
    changes, seconds = (root / "after.tally").read_text().split()
    return Undisturbed(root, int(changes), float(seconds))


def finish(root: Path) -> None:
    """The run that comes after each command."""
    with home_at(root) as home:
        home.erasure_key = KEY.encode()
        assert home.run_directly().ok
        assert home.run_directly().planned == 0


def spread(changes: int, count: int) -> list[int]:
    """So many places among the changes of a command, the first and the last with them."""
    return sorted({1 + round(step * (changes - 1) / (count - 1)) for step in range(count)})


def assert_healed(root: Path, case: Case, expected: Undisturbed) -> None:
    """What holds once the same command has ended."""
    assert not is_killed(root, case)
    finish(root)
    assert differing(root / "lake", expected.root / "after" / "lake") == []
    assert landed(root) == landed(expected.root / "after")
    provenances = ProvenanceStore(str(root / "lake"))
    assert not [one for table in TABLES for one in provenances.read(table).values() if one.failed_check]
    done = quick_process(root, "upkeep", "--retention", "0", "--alone")
    assert (done.status, left_over(root / "lake")) == (0, []), done
    assert differing(root / "lake", expected.root / "after" / "lake") == []
    with dg.DagsterInstance.from_config(str(root / "dagster")) as instance:
        assert {run.status for run in instance.get_runs()} <= {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}


def landed(root: Path) -> dict[str, bytes]:
    """Every landed file."""
    return {str(path.relative_to(root)): path.read_bytes() for path in (root / "landing").rglob("*") if path.is_file()}


CHAINS = [pytest.param(name, id=name, marks=() if name in IN_EVERY_RUN else pytest.mark.slow) for name in CASES]


@pytest.mark.parametrize("name", CHAINS)
def test_the_same_command_again_ends_as_if_nothing_had_been(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    """Three kills one after the other on one lake: each takes up what the one before left."""
    expected = made_undisturbed(tmp_path_factory, name)
    root = expected.begin(tmp_path / "home")
    first, *others = spread(expected.changes, 5)[1:4]
    assert is_killed(root, CASES[name], first)
    for place in others:  # the command may have less to do by now
        is_killed(root, CASES[name], place)
    assert_healed(root, CASES[name], expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("step", range(ALONE))  # of a command with fewer changes, the last ones come again
def test_so_it_does_wherever_it_is_killed(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str, step: int
) -> None:
    expected = made_undisturbed(tmp_path_factory, name)
    root = expected.begin(tmp_path / "home")
    places = spread(expected.changes, ALONE)
    place = places[min(step, len(places) - 1)]
    was_killed = is_killed(root, CASES[name], place)
    assert was_killed or place == places[-1]  # of two runs, one may make some changes fewer
    assert_healed(root, CASES[name], expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(AT_ANY_TIME))
def test_so_it_does_whenever_it_is_killed(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str, seed: int
) -> None:
    """It may come too late: then nothing was to be healed."""
    expected = made_undisturbed(tmp_path_factory, name)
    root = expected.begin(tmp_path / "home")
    is_killed(root, CASES[name], seconds=random.Random(seed).uniform(0.001, expected.seconds))
    assert_healed(root, CASES[name], expected)
