"""The lock of a lake: one erasure, upkeep or restore at a time.

Each of them removes files that no version needs, or puts versions back. Beside another it would remove files that are
not yet committed, or take a log that is being shortened for a damaged one.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from fsspec.implementations.local import LocalFileSystem

from resources.errors import LakeInUse, LocationError
from resources.locations import file_system

_WITHOUT_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EBADF)
"""What a file system says that has no locks, or none for folders."""


@contextmanager
def only_maintenance(lake: str, creates: bool = False) -> Iterator[None]:
    """Holds the lock of a lake on a disk, which the system takes back from a process that is gone.

    Raises LakeInUse while another process of this machine, or another thread, holds it, and LocationError if the lake can't
    be read. Object stores and some network disks have no locks, and a lake that is not there needs none, unless this
    `creates` it.
    """
    store, path = file_system(lake)
    if isinstance(store, LocalFileSystem) and creates:
        store.makedirs(path, exist_ok=True)
    if not isinstance(store, LocalFileSystem) or not store.isdir(path):
        yield
        return
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError as error:
        raise LocationError(f"{path} can't be read ({error.strerror})", "Make the lake readable for you.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeInUse(
                "an erasure, upkeep or a restore of this lake is in progress",
                "Wait until it ends, and run the same command again.",
            ) from None
        except OSError as error:
            if error.errno not in _WITHOUT_LOCKS:
                raise
        yield
    finally:
        os.close(handle)
