"""One start of Apache Spark at a time, for the processes of one user on one machine.

On its first start Spark downloads its Delta jars, into a cache that the user's processes share. Two that do so at once
overwrite each other's files, and neither starts (Spark 4.2, with Ivy 2.5).
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def start_lock() -> Iterator[None]:
    """Waits until no other process of this user starts Spark. Where there can be no such lock, it does not wait."""
    lock = _open(Path(tempfile.gettempdir()) / f"c360-spark-start-{os.getuid()}.lock")
    if lock is None:
        yield
        return
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open(path: Path) -> int | None:
    """The file to lock; None where it can't be opened, or another user put it there to hold others up."""
    try:
        lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    except OSError:
        return None
    if os.fstat(lock).st_uid == os.getuid():
        return lock
    os.close(lock)
    return None
