"""From a path or URI to the store that it is in."""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, NoReturn, cast

import fsspec
from fsspec.asyn import AsyncFileSystem
from fsspec.implementations.local import LocalFileSystem
from fsspec.spec import AbstractFileSystem

from resources.errors import LocationError

Unlisted = Callable[[str, OSError], None]
"""Called with a path that can't be listed or looked at, and why: what is there, or in it, is not known."""


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


def files_below(
    store: AbstractFileSystem, path: str, unlisted: Unlisted, with_folders: bool = False
) -> dict[str, dict[str, Any]]:
    """What a store says of all files below a path, by their paths in order; nothing if there is no such folder.

    As the store's own `find`; but where that lists folder by folder, it leaves out what it can't look at without a word,
    and can't list folders that are nested as deep as Python's calls. Here that goes to `unlisted`.
    """
    if not isinstance(store, LocalFileSystem):
        if _finds_by_folder(store):
            return dict(sorted(_found_by_folder(store, path, unlisted, with_folders)))
        try:
            return cast(dict[str, dict[str, Any]], store.find(path, withdirs=with_folders, detail=True))
        except FileNotFoundError:
            return {}
    found: dict[str, dict[str, Any]] = {}
    for entry in entries_below(path, unlisted):
        with _told(entry.path, unlisted):
            info = store.info(entry)
            if with_folders or info["type"] != "directory":
                found[info["name"]] = info
    return dict(sorted(found.items()))


def _finds_by_folder(store: AbstractFileSystem) -> bool:
    """Whether a store's `find` is that of fsspec, and not one request for all that begins with a path."""
    if isinstance(store, AsyncFileSystem):
        return type(store)._find is AsyncFileSystem._find
    return type(store).find is AbstractFileSystem.find


def _found_by_folder(
    store: AbstractFileSystem, path: str, unlisted: Unlisted, with_folders: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        listed: list[dict[str, Any]] = []
        with _told(folder, unlisted):
            listed = store.ls(folder, detail=True)
        for info in listed:
            is_folder = info["type"] == "directory"
            if is_folder and info["name"].strip("/") != folder.strip("/"):
                waiting.append(info["name"])
            if with_folders or not is_folder:
                yield info["name"], info


def entries_below(folder: str, unlisted: Unlisted) -> Iterator[os.DirEntry[str]]:
    """All files and folders below a folder on this machine, however deep. Links are not followed.

    What can't be listed or looked at goes to `unlisted`, with the reason: a folder of another account, for instance, or a
    path that is longer than the system takes. Only the caller knows whether it may be left out.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        entries: list[os.DirEntry[str]] = []
        with _told(path, unlisted), os.scandir(path) as listed:
            entries.extend(listed)
        for entry in entries:
            with _told(entry.path, unlisted):
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
        yield from entries


@contextmanager
def _told(path: str, unlisted: Unlisted) -> Iterator[None]:
    """Reports what could not be looked at, but not what is missing or was removed meanwhile."""
    try:
        yield
    except FileNotFoundError:
        return
    except OSError as error:
        unlisted(path, error)


class NotLookedAt:
    """Takes the paths that can't be listed or looked at, so that what may be there does not count as gone."""

    def __init__(self) -> None:
        self._found: dict[str, OSError] = {}

    def __call__(self, path: str, error: OSError) -> None:
        """Remembers a path."""
        self._found[path.rstrip("/")] = error

    def refuse(self, path: str) -> None:
        """Raises LocationError if it is not known whether there is a file at this path."""
        for unlisted in (path, *map(str, PurePosixPath(path).parents)) if self._found else ():
            if unlisted in self._found:
                refuse_unlisted(unlisted, self._found[unlisted])


def refuse_unlisted(path: str, error: OSError) -> NoReturn:
    """Raises LocationError, where nothing may be left out."""
    reason = error.strerror or type(error).__name__
    raise LocationError(f"{path} can't be looked at ({reason})", "Make it readable for you, or remove it.") from None


def is_file(info: Mapping[str, Any]) -> bool:
    """Whether an entry of a store is a file, or a link to one. Reading a pipe or a device may never end."""
    if not info.get("islink"):
        return bool(info["type"] == "file")
    try:
        return Path(info["name"]).is_file()
    except OSError:  # what it leads to can't be looked at
        return False


def open_landed(uri: str, block_size: int | None = None) -> IO[bytes]:
    """A file by the name it has: in a URI of fsspec, `::` would chain stores.

    An object store is asked for `block_size` bytes at a time, or for as many as is usual there.
    """
    store, _ = file_system(uri.partition("::")[0])
    return open_file(store, store._strip_protocol(uri), block_size)


def open_file(store: AbstractFileSystem, path: str, block_size: int | None = None) -> IO[bytes]:
    """A file of a store.

    Raises OSError for a pipe or a device, which may have taken its place since it was listed: reading it may never end.
    """
    if not isinstance(store, LocalFileSystem):
        return cast(IO[bytes], store.open(path, "rb", block_size=block_size))
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise OSError(errno.EINVAL, "Not a regular file")
