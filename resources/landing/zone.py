"""Which files belong to a day: finds what landed, and detects by a fingerprint whether it changed.

`resources/landing/readers/` reads what is in the files. Nothing here knows a table.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any

import fsspec
import xxhash
from fsspec.spec import AbstractFileSystem

from resources.errors import LandingError, Where
from resources.landing.layout import FileSplit, Layout
from resources.landing.source import SPLIT_BYTES
from resources.locations import file_system

_FORMS = {
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
    ".parquet": "parquet",
}
_KNOWN = ".json, .jsonl, .ndjson, .csv (each also .gz) or .parquet"
_Entry = tuple[str, dict[str, Any]]
_DIGESTS: dict[tuple[str, str], str] = {}
"""Digests of this process: a file in the same state is read for its digest only once."""
_DAY_NAME = re.compile(r"([0-9]{8})(\..*)?")


def form_of(name: str) -> str | None:
    """The form of a file according to its name: json, csv or parquet; None for any other."""
    lower = name.lower()
    plain = lower.removesuffix(".gz")
    for suffix, form in _FORMS.items():
        if plain.endswith(suffix) and (form != "parquet" or plain == lower):
            return form
    return None


@dataclass(frozen=True)
class LandedFile:
    """One data file. `state` changes whenever the file may have changed: size and times, or the store's ETag."""

    name: str
    uri: str
    size: int
    state: str
    has_checksum: bool


@dataclass(frozen=True)
class Delivery:
    """What is in the landing zone for one day (`day` is None for files that belong to no day).

    `error` says why it can't be read; then the day fails and the lake keeps what it held.
    """

    day: date | None
    files: tuple[LandedFile, ...] = ()
    error: LandingError | None = None

    @property
    def problem(self) -> str | None:
        """Why it can't be read, in words."""
        return str(self.error) if self.error else None

    @property
    def state(self) -> str:
        """Changes whenever any of the files may have changed."""
        return _digest(f"{file.name}\n{file.state}" for file in self.files)

    def splits(self) -> list[FileSplit]:
        """The files as splits to read, a large plain NDJSON file as several.

        Raises LandingError where the delivery can't be read.
        """
        if self.error:
            raise self.error
        return [split for file in self.files for split in _split(file)]


@dataclass(frozen=True)
class Landed:
    """Everything in one source's folder: deliveries by day, and names that belong to no day."""

    deliveries: Mapping[date, Delivery] = field(default_factory=dict)
    unrecognized_files: tuple[str, ...] = ()


class LandingZone:
    """A landing zone below a root, which is a folder or an fsspec URI."""

    def __init__(self, root: str) -> None:
        self.root = root.rstrip("/")
        self._fs: AbstractFileSystem
        self._fs, self._path = file_system(self.root)

    def check(self, folders: Iterable[str]) -> None:
        """Raises LandingError if there is no landing root, or nothing in the named folders below it."""
        names = list(folders)
        if not self._fs.isdir(self._path):
            raise LandingError(
                f"No landing folder at {self.root}", f"Set C360_LANDING to the folder that holds {', '.join(names)}."
            )
        if not any(not _is_hidden(_name(info)) for name in names for info in self._list(f"{self._path}/{name}")):
            raise LandingError(
                f"Nothing lies in {', '.join(names)} below {self.root}", "Land files there, or set C360_LANDING."
            )

    def days(self, folder: str) -> Landed:
        """What landed in a source's folder, day by day."""
        found, unrecognized_files = self._entries(folder)
        deliveries = {day: self._delivery(folder, day, entries) for day, entries in sorted(found.items())}
        return Landed({day: one for day, one in deliveries.items() if one}, tuple(sorted(unrecognized_files)))

    def day(self, folder: str, day: date) -> Delivery | None:
        """What landed for one day; None if nothing did."""
        entries = self._entries(folder)[0].get(day)
        return self._delivery(folder, day, entries) if entries else None

    def _entries(self, folder: str) -> tuple[dict[date, list[_Entry]], list[str]]:
        """The names in a source's folder by their day, and those without a day."""
        found: dict[date, list[_Entry]] = {}
        unrecognized_files: list[str] = []
        for info in self._list(f"{self._path}/{folder}"):
            name = _name(info)
            if _is_hidden(name):
                continue
            day = _day_of(name)
            if day is None:
                unrecognized_files.append(f"{folder}/{name}")
            else:
                found.setdefault(day, []).append((name, info))
        return found, unrecognized_files

    def folder(self, folder: str, forms: tuple[str, ...]) -> Delivery:
        """All files of a folder that has no days, such as identity/."""
        files: list[LandedFile] = []
        errors: list[LandingError] = []
        for info in self._list(f"{self._path}/{folder}"):
            name = _name(info)
            if _is_hidden(name):
                continue
            where = Where(file=f"{folder}/{name}")
            if info["type"] == "directory":
                errors.append(LandingError("is a folder", f"Put its files directly in {folder}.", where))
                continue
            if form_of(name) not in forms:
                errors.append(LandingError(f"not one of the forms {', '.join(forms)}", "Move it away.", where))
            files.append(self._file(name, info))
        ordered = tuple(sorted(files, key=lambda file: file.name))
        return Delivery(None, ordered, errors[0] if errors else None)

    def fingerprint(self, delivery: Delivery, known: Mapping[str, str] | None = None) -> tuple[str, dict[str, str]]:
        """A digest of names and contents, and the digest of each file in its state, to be passed as `known` next time.

        A file whose state is known is not read again. A touched file with the same bytes gives the same digest.
        Raises LandingError if a file can't be read.
        """
        digests: dict[str, str] = {}
        for file in delivery.files:
            key = f"{file.name} {file.state}"
            if file.has_checksum:
                digests[key] = file.state
            else:
                digests[key] = (known or {}).get(key) or self._content_digest(file)
        pairs = zip(delivery.files, digests.values(), strict=True)
        return _digest(f"{file.name}\n{digest}" for file, digest in pairs), digests

    def _content_digest(self, file: LandedFile) -> str:
        key = (file.uri, file.state)
        if key not in _DIGESTS:
            _DIGESTS[key] = self._read_digest(file)
        return _DIGESTS[key]

    def _read_digest(self, file: LandedFile) -> str:
        digest = xxhash.xxh3_128()
        try:
            with fsspec.open(file.uri, "rb") as stream:
                while block := stream.read(4 << 20):
                    digest.update(block)
        except OSError as error:
            raise LandingError(
                f"can't be read ({_reason(error)})", "Make it readable, or land it again.", Where(file=file.name)
            ) from None
        return digest.hexdigest()

    def _list(self, path: str) -> list[dict[str, Any]]:
        try:
            entries = self._fs.ls(path, detail=True, refresh=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LandingError(f"can't be listed ({_reason(error)})", "Make it readable.", Where(file=path)) from None
        return sorted((info for info in entries if _name(info)), key=_name)

    def _file(self, name: str, info: Mapping[str, Any]) -> LandedFile:
        checksum = next((info[key] for key in ("ETag", "etag", "md5Hash", "content_md5") if info.get(key)), None)
        times = [str(info[key]) for key in ("mtime", "created", "LastModified", "ino") if info.get(key) is not None]
        size = int(info["size"] or 0)
        state = f"{size} {checksum}" if checksum else " ".join([str(size), *times])
        return LandedFile(name, self._fs.unstrip_protocol(info["name"]), size, state, checksum is not None)

    def _delivery(self, folder: str, day: date, entries: list[_Entry]) -> Delivery | None:
        """What was delivered for a day. A folder without data files is a delivery only if it contains `_SUCCESS`."""
        names = [name for name, _ in entries]
        if len(entries) > 1:
            twice = f"{day} was delivered more than once, as {' and '.join(names)}"
            return Delivery(day, (), LandingError(twice, "Keep one of them.", _where(folder, day)))
        name, info = entries[0]
        if info["type"] != "directory":
            files: tuple[LandedFile, ...] = (self._file(name, info),)
        else:
            try:
                parts = self._list(info["name"])
            except LandingError as error:
                told = f"{day}: {error.where}: {error.what}"
                return Delivery(day, (), LandingError(told, error.remedy, _where(folder, day)))
            shown = [part for part in parts if not _is_hidden(_name(part))]
            inner = [_name(part) for part in shown if part["type"] == "directory"]
            if inner:
                told = f"holds folders ({', '.join(inner)})"
                where = _where(f"{folder}/{name}", day)
                return Delivery(day, (), LandingError(told, "Put its files directly in it.", where))
            if not shown and "_SUCCESS" not in map(_name, parts):
                return None
            files = tuple(self._file(f"{name}/{_name(part)}", part) for part in shown)
        return Delivery(day, files, _error(folder, day, files))


def _where(file: str, day: date) -> Where:
    return Where(file=file, partition=day.isoformat())


def _error(folder: str, day: date, files: tuple[LandedFile, ...]) -> LandingError | None:
    """Why the files of a day can't be read together; None where they can."""
    forms: dict[str, str] = {}
    for file in files:
        form = form_of(file.name)
        if form is None:
            where = _where(f"{folder}/{file.name}", day)
            return LandingError(f"{day} is in no known form", f"Use {_KNOWN}.", where)
        forms.setdefault(form, file.name)
    if len(forms) > 1:
        shown = " and ".join(f"{name} ({form})" for form, name in sorted(forms.items()))
        return LandingError(f"{day} mixes forms: {shown}", "Land the day in one form.", _where(folder, day))
    return None


def _split(file: LandedFile) -> list[FileSplit]:
    form = form_of(file.name) or ""
    if form != "json" or file.name.lower().endswith(".gz") or file.size <= SPLIT_BYTES:
        return [FileSplit(file.uri, file.name, form, file.size)]
    cores = os.cpu_count() or 1
    count = ceil(file.size / SPLIT_BYTES / cores) * cores  # equal work for each of this machine's cores
    starts = [file.size * part // count for part in range(count)]
    ends = [*starts[1:], None]
    # Each becomes a task of its own: splits of this size are not packed together.
    return [
        FileSplit(file.uri, file.name, form, SPLIT_BYTES, start, end) for start, end in zip(starts, ends, strict=True)
    ]


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _name(info: Mapping[str, Any]) -> str:
    return str(info["name"]).rstrip("/").rpartition("/")[2]


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "_")) or name.endswith(".crc")


def _day_of(name: str) -> date | None:
    match = _DAY_NAME.fullmatch(name)
    if not match:
        return None
    try:
        return date(int(name[:4]), int(name[4:6]), int(name[6:8]))
    except ValueError:
        return None


def _digest(parts: Iterable[str]) -> str:
    return xxhash.xxh3_128("\0".join(parts).encode()).hexdigest()


__all__ = ["Delivery", "Landed", "LandedFile", "LandingZone", "Layout", "form_of"]
