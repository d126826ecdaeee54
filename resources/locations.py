"""From a path or URI to the store that it is in."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem
from fsspec.spec import AbstractFileSystem

from resources.errors import LocationError


def file_system(location: str) -> tuple[AbstractFileSystem, str]:
    """The store of a path or fsspec URI, and the path in it.

    It keeps no listings: engines and other processes write to the same folders, and files that an earlier listing
    lacks would count as missing.

    Raises LocationError if the kind of store is unknown, or if the package for it is not installed.
    """
    try:
        store, path = fsspec.core.url_to_fs(location, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise LocationError(
            f"{location} can't be opened: {reason}", "Install that package beside this project."
        ) from None
    return store, path


def files_below(store: AbstractFileSystem, path: str, with_folders: bool = False) -> dict[str, dict[str, Any]]:
    """What a store says of all files below a path, by their paths in order; nothing if there is no such folder.

    As the store's own `find`, which on a disk can't list folders that are nested as deep as Python's calls.
    """
    if not isinstance(store, LocalFileSystem):
        return cast(dict[str, dict[str, Any]], store.find(path, withdirs=with_folders, detail=True))
    found: dict[str, dict[str, Any]] = {}
    for entry in entries_below(path):
        with suppress(OSError):
            info = store.info(entry)
            if with_folders or info["type"] != "directory":
                found[info["name"]] = info
    return dict(sorted(found.items()))


def entries_below(folder: str) -> Iterator[os.DirEntry[str]]:
    """All files and folders below a folder on this machine, however deep. Links are not followed.

    What is in a folder that can't be listed is left out.
    """
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as listed:
                entries = list(listed)
            waiting += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        yield from entries


def open_landed(uri: str, block_size: int | None = None) -> IO[bytes]:
    """A file by the name it has: in a URI of fsspec, `::` would chain stores.

    An object store is asked for `block_size` bytes at a time, or for as many as is usual there.
    """
    store, _ = file_system(uri.partition("::")[0])
    return cast(IO[bytes], store.open(store._strip_protocol(uri), "rb", block_size=block_size))
