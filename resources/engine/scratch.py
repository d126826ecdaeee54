"""Folders for what Spark leaves behind on the driver's machine: one per process, removed when it ends.

A killed process leaves its folder. A lock distinguishes it from one in use: the system releases the lock of a process that
is gone.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

_PREFIX = "c360-spark-"
_LOCK = "in-use"
_held: list[int] = []
"""The open lock of this process."""


@cache
def scratch_folder() -> str:
    """This process's folder, below the machine's temporary folder."""
    folder = tempfile.mkdtemp(prefix=_PREFIX)
    lock = os.open(Path(folder) / _LOCK, os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    _held.append(lock)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def abandoned_folders(older_than_hours: float) -> list[Path]:
    """The folders of this user that are so old and belong to no running process."""
    limit = time.time() - older_than_hours * 3600
    folders = [(path, path.lstat()) for path in sorted(Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"))]
    old = [path for path, stat in folders if stat.st_mtime < limit and stat.st_uid == os.getuid()]
    return [path for path in old if not _is_in_use(path)]


def _is_in_use(folder: Path) -> bool:
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by a process; or there are no locks here, and nobody can know
        return True
    finally:
        os.close(lock)
    return False
