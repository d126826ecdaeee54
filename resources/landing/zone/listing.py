"""What is in the folders of a store: one listing per folder, links as what they point to."""

import stat
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from fsspec.spec import AbstractFileSystem

from resources.errors import LandingError, Where
from resources.landing.zone.names import printable


class Entry(NamedTuple):
    """A name in a folder. `error` says why it can't be read, whatever it is: a link to nothing, a pipe."""

    name: str
    path: str
    info: Mapping[str, Any]
    is_folder: bool
    is_link: bool = False
    error: LandingError | None = None


class Listing:
    """Lists the folders of one store. Only a local disk has links."""

    def __init__(self, store: AbstractFileSystem) -> None:
        self._store = store

    def entries(self, path: str) -> list[Entry]:
        """What is in a folder, by name; nothing if there is no such folder.

        Raises LandingError if it can't be listed.
        """
        try:
            infos = self._store.ls(path, detail=True, refresh=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LandingError(f"can't be listed ({reason(error)})", "Make it readable.", Where(file=path)) from None
        # An object store may hold an empty object that represents the folder itself.
        own = path.rstrip("/")
        return sorted((entry for info in infos if (entry := _entry(info)).path != own), key=attrgetter("name"))


def reason(error: OSError) -> str:
    """Why the system refuses something, without what it quotes."""
    return error.strerror or type(error).__name__


def _entry(info: Mapping[str, Any]) -> Entry:
    path = str(info["name"]).rstrip("/")
    name = path.rpartition("/")[2]
    if info.get("islink"):
        return _linked(name, path, info)
    error = _unreadable(name, info["type"])
    return Entry(name, path, info, info["type"] == "directory", error=error)


def _linked(name: str, path: str, info: Mapping[str, Any]) -> Entry:
    """A link, with the size, times and kind of what it points to."""
    try:
        target = Path(path).stat()
    except OSError as error:
        broken = LandingError(
            f"is a link that leads nowhere ({reason(error)})", "Restore what it points to, or remove it."
        )
        return Entry(name, path, info, False, True, broken)
    is_folder = stat.S_ISDIR(target.st_mode)
    kind = "directory" if is_folder else "file" if stat.S_ISREG(target.st_mode) else "other"
    seen = {
        **info,
        "type": kind,
        "size": target.st_size,
        "mtime": target.st_mtime,
        "created": target.st_ctime,
        "ino": target.st_ino,
    }
    return Entry(name, path, seen, is_folder, True, _unreadable(name, kind))


def _unreadable(name: str, kind: str) -> LandingError | None:
    if kind not in ("file", "directory"):
        return LandingError("is neither a file nor a folder", "Move it away.")
    if not name.isascii() and any("\ud800" <= char <= "\udfff" for char in name):
        return LandingError("has a name that is not in UTF-8", "Rename it.", Where(file=printable(name)))
    return None
