"""Files below a table that belong to nothing: what killed writers left unfinished, and checksums of files that are gone."""

import re
import time
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from fsspec.implementations.local import LocalFileSystem
from fsspec.spec import AbstractFileSystem

from resources.lake.provenance import FOLDER
from resources.locations import entries_below, file_system, files_below, refuse_unlisted

_STAGED = re.compile(r"#[0-9]+$")
"""How the engines written in Rust name a file until it is complete."""


@dataclass(frozen=True)
class StoredFile:
    """A file's size, and when it was last changed (seconds since 1970)."""

    bytes: int
    changed: float


class TableFolder:
    """All files below a table, whatever they are: data, log, provenance.

    Raises LocationError for what can't be listed: what is to be removed, and what must not be, may be in it.
    """

    def __init__(self, uri: str) -> None:
        self._store: AbstractFileSystem
        self._store, path = file_system(uri)
        self._start = path.rstrip("/") + "/"

    def files(self) -> dict[str, StoredFile]:
        """Every file, by its path below the table."""
        found = files_below(self._store, self._start, refuse_unlisted)
        return {
            path.removeprefix(self._start): StoredFile(int(info["size"] or 0), _changed(info))
            for path, info in found.items()
        }

    def read(self, name: str) -> bytes:
        """The bytes of a file; none if it is gone."""
        try:
            return bytes(self._store.cat_file(self._start + name))
        except FileNotFoundError:
            return b""

    def link(self) -> str | None:
        """A link below the table, if there is one: what it leads to belongs to others, and removal would follow it."""
        if not isinstance(self._store, LocalFileSystem):
            return None
        entries = entries_below(self._start, refuse_unlisted)
        links = (entry.path for entry in entries if entry.is_symlink())
        link = next(links, None)
        return None if link is None else link.removeprefix(self._start)

    def remove(self, names: Iterable[str]) -> None:
        """Removes files. One that is already gone is not an error."""
        for name in names:
            try:
                self._store.rm_file(self._start + name)
            except FileNotFoundError:
                continue


def orphan_files(files: Mapping[str, StoredFile], retention_hours: float) -> list[str]:
    """The files that belong to nothing and have lain unchanged for longer than the retention."""
    limit = time.time() - retention_hours * 3600
    return [name for name, file in files.items() if file.changed < limit and _belongs_to_nothing(name, files)]


def _belongs_to_nothing(name: str, files: Container[str]) -> bool:
    path = PurePosixPath(name)
    if _STAGED.search(path.name) or path.suffix == ".tmp":
        return True
    if path.parts[0] == FOLDER:
        return path.suffix == ".new"
    if path.suffix == ".crc":  # Spark's is a hidden file beside its file, Sail's is beside its commit
        of = path.name[1:-4] if path.name.startswith(".") else f"{path.stem}.json"
        return str(path.with_name(of)) not in files
    return False


def _changed(info: Mapping[str, Any]) -> float:
    """When a file was written, according to its store; if the store does not say, now, so that it is never old enough."""
    written = next((info[key] for key in ("mtime", "LastModified", "last_modified", "updated") if info.get(key)), None)
    if isinstance(written, str):
        written = datetime.fromisoformat(written)
    if isinstance(written, datetime):
        return (written if written.tzinfo else written.replace(tzinfo=UTC)).timestamp()
    return time.time() if written is None else float(written)
