"""The files below a folder of the landing zone, folder by folder."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fsspec.spec import AbstractFileSystem

from resources.errors import LandingError, Where
from resources.landing.zone.delivery import LandedFile
from resources.landing.zone.listing import Entry, Listing
from resources.landing.zone.names import is_passed_over, printable, table_kind

_MOST_NAME_BYTES = 8 << 20
"""The names and states of a delivery's files are kept with its partition, in a file of a bounded size."""
_STATE_BYTES = 150
_DEEPEST = 32
"""Folders in one another below a day's folder. No writer makes that many; a program that runs in a circle may."""
_MOST_LINKED = 1_000
"""Folders of a day that links lead to. Links to folders with links may double them at each step, without an end."""
_MOST_PASSED_OVER = 1_000_000
_TOO_MANY_BESIDE = f"has more than {_MOST_PASSED_OVER:,} files that are passed over"
_TABLE_REMEDY = "Its files are not all current: export its rows as plain files, and land those."


@dataclass
class Found:
    """What is below a folder. `error` is the first thing that keeps its files from being read together.

    `linked` counts the folders that links lead to, each as often as they do. Once there is too much below the folder, it
    is not looked at any further.
    """

    files: list[LandedFile] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    error: LandingError | None = None
    has_success: bool = False
    linked: int = 0
    is_too_much: bool = False
    _kept_bytes: int = 0

    @property
    def is_delivery(self) -> bool:
        """Whether anything was delivered: a folder without files is a day without records if it holds `_SUCCESS`."""
        return bool(self.files or self.error or self.has_success)

    def refuse(self, error: LandingError) -> None:
        """Keeps the first error."""
        self.error = self.error or error

    def add(self, file: LandedFile) -> LandingError | None:
        """Adds a file. Returns why there are too many, if their names and states could not be kept."""
        self.files.append(file)
        self._kept_bytes += len(json.dumps(file.name)) + _STATE_BYTES
        if self._kept_bytes <= _MOST_NAME_BYTES:
            return None
        self.is_too_much = True
        many = f"has more than {len(self.files) - 1:,} files, whose names are too long together to be kept"
        return LandingError(many, "Join its files, or give them shorter names.")


class FolderWalk:
    """Walks the folders below a log's folder in one store. `folder` is the log's; messages begin with it."""

    def __init__(self, store: AbstractFileSystem, listing: Listing, folder: str) -> None:
        self._store, self._listing, self._folder = store, listing, folder
        self._real = cache(os.path.realpath)

    def take(self, found: Found, entry: Entry) -> None:
        """Adds a file of the log's folder, or everything below a folder in it."""
        self._take(found, entry, entry.name, ())

    def _take(self, found: Found, entry: Entry, name: str, above: tuple[str, ...]) -> None:
        """One entry that is not passed over; `name` is its path below the log's folder."""
        if found.is_too_much:
            return
        if entry.error:
            found.refuse(self._at(name, entry.error))
        elif not entry.is_folder:
            if too_many := found.add(self._file(name, entry)):
                found.refuse(self._at(name.partition("/")[0], too_many))
        elif entry.is_link and (error := self._refused_link(found, entry, above)):
            found.refuse(self._at(name, error))
        elif len(above) > _DEEPEST:
            deep = LandingError(
                f"has more than {_DEEPEST} folders in one another", "Move its files up, or move it away."
            )
            found.refuse(self._at(name.partition("/")[0], deep))
        else:
            self._enter(found, entry, name, above)

    def _refused_link(self, found: Found, entry: Entry, above: tuple[str, ...]) -> LandingError | None:
        """Why a linked folder is not entered; None if it is."""
        found.linked += 1
        if found.linked > _MOST_LINKED:
            found.is_too_much = True
            return LandingError(f"has links to more than {_MOST_LINKED:,} folders", "Remove some of them.")
        target, way = self._real(entry.path), (*above, entry.path.rpartition("/")[0])
        if any(os.path.commonpath([target, self._real(folder)]) == target for folder in way):
            return LandingError("is a link that leads back to a folder above it", "Remove it.")
        return None

    def _enter(self, found: Found, entry: Entry, name: str, above: tuple[str, ...]) -> None:
        try:
            inner = self._listing.entries(entry.path)
        except LandingError as error:
            found.refuse(self._at(name, error))
            return
        if table := table_error(f"{self._folder}/{name}", entry.name, inner):
            found.refuse(table)
        for one in inner:
            if is_passed_over(one.name):
                found.passed_over.append(f"{name}/{one.name}")
                if len(found.passed_over) > _MOST_PASSED_OVER:
                    found.is_too_much = True
                    found.refuse(self._at(name.partition("/")[0], LandingError(_TOO_MANY_BESIDE, "Remove them.")))
                    return
                found.has_success |= one.name == "_SUCCESS"
                if one.is_folder and not one.is_link and not found.error:
                    self._look_for_table(found, one, f"{name}/{one.name}", len(above))
            else:
                self._take(found, one, f"{name}/{one.name}", (*above, entry.path))

    def _look_for_table(self, found: Found, entry: Entry, name: str, depth: int) -> None:
        """Refuses a day for a table in a folder that is passed over: the files beside it may be the table's."""
        if depth > _DEEPEST:
            return  # as deep as this, there is no table that has files beside this folder
        try:
            inner = self._listing.entries(entry.path)
        except LandingError:
            return  # what is passed over need not be readable
        if table := table_error(f"{self._folder}/{name}", entry.name, inner):
            found.refuse(table)
        for one in inner:
            if one.is_folder and not one.is_link:
                self._look_for_table(found, one, f"{name}/{one.name}", depth + 1)

    def _at(self, name: str, error: LandingError) -> LandingError:
        return LandingError(error.what, error.remedy, Where(file=printable(f"{self._folder}/{name}")))

    def _file(self, name: str, entry: Entry) -> LandedFile:
        size = int(entry.info["size"] or 0)
        checksum = _checksum(entry.info)
        state = f"{size} {checksum}" if checksum else " ".join([str(size), *_times(entry.info)])
        return LandedFile(name, self._store.unstrip_protocol(entry.path), size, state, checksum is not None)


def table_error(path: str, name: str, entries: Iterable[Entry]) -> LandingError | None:
    """Refuses a folder that holds the marker of a table; `path` is its path below the landing root."""
    kind = next((kind for entry in entries if (kind := table_kind(name, entry.name))), None)
    return LandingError(f"belongs to {kind}", _TABLE_REMEDY, Where(file=printable(path))) if kind else None


def _checksum(info: Mapping[str, Any]) -> str | None:
    """The digest that a store keeps of an object's bytes."""
    return next((str(info[key]) for key in ("ETag", "etag", "md5Hash", "content_md5") if info.get(key)), None)


def _times(info: Mapping[str, Any]) -> list[str]:
    return [str(info[key]) for key in ("mtime", "created", "LastModified", "ino") if info.get(key) is not None]
