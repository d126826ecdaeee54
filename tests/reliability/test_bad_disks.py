"""Disks that are full, read only or forbidden, landed files that change under the reader: told, and healed by the next run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from deltalake import DeltaTable

from c360_assets.build import build
from c360_assets.maintenance.restore import restore
from c360_assets.privacy.erase import Eraser
from resources.errors import DiskFull, LakeNotWritable
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake
from tests.reliability import rights
from tests.support import small_landing as small
from tests.support.commands import Done, environment
from tests.support.homes import Home
from tests.support.modelled import assert_equal_to_model
from tests.support.processes import start
from tests.support.reach import CONTENT_DAY, WATCH_MONTH
from tests.support.reading import frame

pytestmark = pytest.mark.system

DAY, OTHER = date(2022, 4, 1), date(2022, 4, 2)
NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MiB of its own, where a lake may lie."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a disk can only be mounted by root: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.fixture
def home(home_in: Callable[..., Home], small_disk: Path) -> Home:
    """A landing zone, and a lake on the small disk, made once; then a day is landed that is to be made."""
    home = home_in("home")
    home.lake = small_disk / "lake"
    small.land_all(home.landing, (DAY,), ())
    assert home.run_directly().ok
    small.land_content(home.landing, OTHER)
    return home


def assert_healed(home: Home) -> None:
    """The next run makes all that there is to make."""
    assert home.run_directly().ok
    assert_equal_to_model(home)


def test_a_full_disk_is_told_and_the_next_run_heals(home: Home) -> None:
    before = {table: home.rows(table) for table in ("clean_content", "customer360")}
    ballast = home.lake.parent / "ballast"
    subprocess.run(["dd", "if=/dev/zero", f"of={ballast}", "bs=4k"], capture_output=True)  # until nothing fits any more
    outcome = home.run()
    assert not outcome.ok
    assert "no space is left on the disk" in outcome.failed["raw_content", OTHER]
    assert {table: home.rows(table) for table in before} == before
    ballast.unlink()
    assert_healed(home)


@pytest.mark.slow  # in every run a disk is full
def test_a_read_only_lake_is_told_and_the_next_run_heals(home: Home) -> None:
    subprocess.run(["mount", "-o", "remount,ro", home.lake.parent], check=True)
    outcome = home.run()
    subprocess.run(["mount", "-o", "remount,rw", home.lake.parent], check=True)
    assert not outcome.ok
    assert "Read-only file system" in outcome.failed["raw_content", OTHER]
    assert_healed(home)


def without_rights(root: Path, *words: str) -> Done:
    """The command without root's right to pass over the modes of files."""
    running = start(rights.run, *words, env={**os.environ, **environment(root)}, folder=root)
    out, errors = running.communicate()
    return Done(running.returncode or 0, out, errors)


def test_erasures_and_restores_name_a_disk_that_is_full_or_read_only(
    home: Home, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.erasure_key = b"an erasure key of a test"
    monkeypatch.setenv("DAGSTER_HOME", str(home.root / "dagster"))
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    eraser = Eraser(home.settings, home.instance, job, lambda text: None)
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb") as full:
        while True:
            full.write(b"x" * 4096)
            full.flush()
    with pytest.raises(DiskFull):
        eraser.erase([("contract", "ZZZ000009")])
    filler.unlink()
    newest = DeltaTable(str(home.lake / "raw_content")).version()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(LakeNotWritable):
        eraser.erase([("contract", "ZZZ000009")])
    with pytest.raises(LakeNotWritable):
        restore(str(home.lake), "raw_content", "log_date", newest - 1)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert_healed(home)


@pytest.fixture
def landed(tmp_path: Path) -> Path:
    """A folder with two landed days."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("only root can give a file away, and only Linux takes single rights from it")
    small.land_all(tmp_path / "landing", (DAY, OTHER), ())
    return tmp_path


def forbid(path: Path, mode: int) -> None:
    """Gives a file or folder to somebody else."""
    path.chmod(mode)
    os.chown(path, NOBODY, NOBODY)


def test_a_landed_file_that_may_not_be_read_fails_alone_and_is_named(landed: Path) -> None:
    forbid(small.content_path(landed / "landing", OTHER), 0o400)
    told = without_rights(landed, "run")
    assert told.status == 1
    assert "Traceback" not in told.err
    assert "20220402.json: can't be read (Permission denied). Make it readable, or land it again." in told.out
    assert (landed / "lake" / "clean_content" / f"log_date={DAY}").exists()


@pytest.mark.parametrize("mode", [0o500, 0o555], ids=["not even read", "only read"])
def test_a_lake_that_may_not_be_written_is_told(landed: Path, mode: int) -> None:
    (landed / "lake").mkdir()
    forbid(landed / "lake", mode)
    told = without_rights(landed, "run")
    assert told.status == 1
    assert "Traceback" not in told.err
    if mode == 0o500:
        assert "Permission denied" in told.err
        return
    lines = [line for line in told.out.splitlines() if line.startswith(("failed", "left as it was"))]
    assert len(lines) == 1, "one cause, one line"
    assert "the lake can't be written" in lines[0]
    assert all(table in lines[0] for table in (*CONTENT_DAY, *WATCH_MONTH))


def change_it(path: Path) -> None:
    """Another delivery, while the first one is read."""
    small.land_content(path.parent.parent, OTHER, small.WATCHED[:1])


def take_it_away(path: Path) -> None:
    """The delivery is gone while it is read."""
    path.unlink()


@pytest.mark.parametrize(
    "meanwhile",
    [change_it, pytest.param(take_it_away, marks=pytest.mark.slow)],  # in every run the first; both end the same way
)
def test_a_landed_file_that_changes_while_it_is_read_does_not_count(
    home_in: Callable[..., Home], monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Path], None]
) -> None:
    home = home_in("home")
    small.land_all(home.landing, (DAY, OTHER), ())
    assert home.run_directly().ok
    provenance, before = (
        ProvenanceStore(str(home.lake)).read("raw_content")[OTHER],
        Path(shutil.copytree(home.lake, home.lake.parent / "before")),
    )
    small.land_content(home.landing, OTHER, small.WATCHED[:2])
    write = Lake.write

    def writing(lake, table, partition, frame, why, **more):
        done = write(lake, table, partition, frame, why, **more)
        if (table.name, partition) == ("raw_content", OTHER):
            meanwhile(small.content_path(home.landing, OTHER))
        return done

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "write", writing)
        outcome = home.run()
    assert outcome.failed == {
        ("raw_content", OTHER): "20220402.json: changed while it was read. Run again once the delivery is complete."
    }
    assert ("clean_content", OTHER) not in home.commits
    assert ProvenanceStore(str(home.lake)).read("raw_content")[OTHER] == provenance
    assert frame(home.lake, "raw_content").equals(frame(before, "raw_content"))
    small.land_content(home.landing, OTHER, small.WATCHED[:1])
    assert_healed(home)
