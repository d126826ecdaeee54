"""A folder that is written whole or not at all."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from resources.errors import ExportRefused, Where
from resources.local_files import to_disk


@contextmanager
def whole_folder(parent: Path, name: str, ours: Collection[str]) -> Iterator[Path]:
    """A new folder to fill. It takes the place of `parent/name` when the block ends without an error.

    One at a time per parent. What is replaced may hold files of the names in `ours` only, and is put back by the next
    call if the process is killed between the two renames. Folder and files are their owner's only. Raises ExportRefused
    where it holds anything else, or can't be written.
    """
    try:
        with _whole_folder(parent, name, ours) as new:
            yield new
    except OSError as error:
        raise ExportRefused(
            f"can't be written ({error.strerror or type(error).__name__})",
            "Choose another folder, or make room.",
            Where(file=str(parent / name)),
        ) from error


@contextmanager
def _whole_folder(parent: Path, name: str, ours: Collection[str]) -> Iterator[Path]:
    parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        target, old = parent / name, parent / f".{name}.old"
        _clear(target, old)
        _require_replaceable(target, ours)
        new = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=".new", dir=parent))
        try:
            yield new
            _to_disk(new)
            _replace(target, old, new)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear(target: Path, old: Path) -> None:
    """Removes what a killed process left, and puts back what it had moved aside."""
    if old.exists() and not target.exists():
        old.rename(target)
    for left in target.parent.glob(f".{target.name}.*"):
        if left.suffix in (".new", ".old"):
            shutil.rmtree(left)


def _require_replaceable(target: Path, ours: Collection[str]) -> None:
    if not target.exists():
        return
    if not target.is_dir() or {path.name for path in target.iterdir()} - {*ours}:
        raise ExportRefused(
            "holds other files than those of an export", "Choose another folder.", Where(file=str(target))
        )


def _replace(target: Path, old: Path, new: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _to_disk(folder: Path) -> None:
    """Waits until all is on the disk, readable by its owner only."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o700 if path == folder else 0o600)
        to_disk(path)
