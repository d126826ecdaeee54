"""Small files that are written whole or not at all."""

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from fsspec.implementations.local import LocalFileSystem
from fsspec.spec import AbstractFileSystem


def write_whole(store: AbstractFileSystem, path: str, data: bytes) -> None:
    """Writes a file. Who reads it, and who finds it after a failure, has the old one or the new one, never a part."""
    if not isinstance(store, LocalFileSystem):  # object stores replace an object whole
        store.pipe_file(path, data)
        return
    new = f"{path}.{uuid4().hex}.new"  # a name of its own: another process may write the same file
    try:
        store.pipe_file(new, data)
        Path(new).replace(path)  # not `store.mv`, which would put it into a folder of that name
    except OSError:
        with suppress(OSError):
            store.rm_file(new)
        raise
