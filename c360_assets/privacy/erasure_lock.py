"""One erasure at a time: another's purge would remove files that this one has written and not yet committed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from fsspec.implementations.local import LocalFileSystem

from resources.errors import ErasureRefused
from resources.locations import file_system


@contextmanager
def only_erasure(lake: str) -> Iterator[None]:
    """Holds the lock of a lake on a disk, which the system takes back from a process that is gone.

    Raises ErasureRefused while another process of this machine holds it. An object store has no locks.
    """
    store, path = file_system(lake)
    if not isinstance(store, LocalFileSystem):
        yield
        return
    store.makedirs(path, exist_ok=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ErasureRefused(
                "another erasure is in progress", "Wait until it ends, and run the same command again."
            ) from None
        yield
    finally:
        os.close(handle)
