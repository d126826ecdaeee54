"""An erasure, upkeep and a restore are done one at a time: each removes files, or puts back what another has removed."""

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from c360_assets.automation.table_upkeep import table_upkeep
from resources.errors import LakeInUse
from resources.lake.lock import only_maintenance
from tests.support.commands import Done
from tests.support.homes import Home

pytestmark = pytest.mark.engine

Command = Callable[..., Done]
REFUSED = "an erasure, upkeep or a restore of this lake is in progress. Wait until it ends"


@pytest.mark.parametrize(
    "words",
    [
        ("upkeep",),
        ("restore", "clean_content", "--version", "1", "--yes"),
        ("erase", "HNH579912", "--yes"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_is_refused_while_the_lake_is_locked(
    made_once: Home, c360: Command, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("C360_ERASURE_KEY", "0123456789abcdef0123456789abcdef")
    before = files(made_once.lake)
    with only_maintenance(str(made_once.lake)):
        told = c360(*words, root=made_once.root)
    assert told.status == 1
    assert REFUSED in told.err
    assert "damaged" not in told.out + told.err
    assert files(made_once.lake) == before


def test_the_job_is_refused_while_the_lake_is_locked(made_once: Home) -> None:
    job = made_once.definitions().resolve_job_def(table_upkeep.name)
    with only_maintenance(str(made_once.lake)), pytest.raises(dg.Failure, match=REFUSED):
        job.execute_in_process(instance=made_once.instance)


def test_what_only_looks_is_not_refused(made_once: Home, c360: Command) -> None:
    with only_maintenance(str(made_once.lake)):
        assert c360("upkeep", "--dry-run", root=made_once.root).status == 0
        assert c360("restore", "clean_content", "--version", "1", root=made_once.root).status == 0


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    holding = "import sys\nfrom resources.lake.lock import only_maintenance\n"
    holding += "with only_maintenance(sys.argv[1]):\n    print('held', flush=True)\n    sys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", holding, str(tmp_path)], stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LakeInUse), only_maintenance(str(tmp_path)):
            pass
        holder.kill()
    with only_maintenance(str(tmp_path)):
        pass


def test_a_disk_without_locks_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refused)
    with only_maintenance(str(tmp_path)):
        pass


def test_upkeep_makes_no_lake(c360: Command, tmp_path: Path) -> None:
    assert c360("upkeep").status == 0
    assert not (tmp_path / "lake").exists()


def files(lake: Path) -> dict[str, int]:
    """The files of a lake, and when each changed."""
    return {str(path): path.stat().st_mtime_ns for path in lake.rglob("*") if path.is_file()}
