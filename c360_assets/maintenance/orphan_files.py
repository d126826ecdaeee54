"""Files that lie below a table and belong to nothing: what killed writers left half made, checksums of what is gone."""

import re
import time
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from fsspec.spec import AbstractFileSystem

from resources.lake.provenance import FOLDER
from resources.locations import file_system

_STAGED = re.compile(r"#[0-9]+$")
"""How the engines written in Rust name a file until it is whole."""


@dataclass(frozen=True)
class StoredFile:
    """A file's size, and when it was last changed (seconds since 1970)."""

    bytes: int
    changed: float


class TableFolder:
    """All files below a table, whatever they are: data, log, marks."""

    def __init__(self, uri: str) -> None:
        self._store: AbstractFileSystem
        self._store, path = file_system(uri)
        self._start = path.rstrip("/") + "/"

    def files(self) -> dict[str, StoredFile]:
        """Every file, by its path below the table."""
        self._store.invalidate_cache()
        found = self._store.find(self._start, detail=True)
        return {
            path.removeprefix(self._start): StoredFile(int(info["size"] or 0), _changed(info))
            for path, info in found.items()
        }

    def remove(self, names: Iterable[str]) -> None:
        """Removes files; one that is gone already is no error."""
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
    if path.suffix == ".crc":  # Spark's lies hidden beside its file, Sail's beside its commit
        of = path.name[1:-4] if path.name.startswith(".") else f"{path.stem}.json"
        return str(path.with_name(of)) not in files
    return False


def _changed(info: Mapping[str, Any]) -> float:
    """When a file was written, as its store tells; now, where it does not: then it is never old enough."""
    told = next((info[key] for key in ("mtime", "LastModified", "last_modified", "updated") if info.get(key)), None)
    if isinstance(told, str):
        told = datetime.fromisoformat(told)
    if isinstance(told, datetime):
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    return time.time() if told is None else float(told)
