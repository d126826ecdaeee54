"""Writes the files of a delivery again without their erased records: beside them first, then in their place."""

import os
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import IO

import pyarrow as pa

from resources.erasure.suppression import Suppression
from resources.errors import C360Error, LandingError, NotRewritable
from resources.landing.inspection import inspected, split_of
from resources.landing.layout import FileSplit, Layout
from resources.landing.opening import opened
from resources.landing.rewriting.csv_text import kept_records
from resources.landing.rewriting.erased import ErasedRecords
from resources.landing.rewriting.json_text import kept_elements, kept_lines
from resources.landing.rewriting.packing import packed
from resources.landing.rewriting.parquet_rows import require_same_footer, write_kept_rows
from resources.landing.rewriting.same_rows import held_by
from resources.landing.source import read_split
from resources.landing.zone import Delivery, LandedFile
from resources.local_files import sha256_of, to_disk
from resources.locations import entries_below, file_system

ENDING = ".c360-erase.tmp"
"""The end of the names of files that are being written. A landing zone passes over such a name."""
BESIDE_RECORDS = "it names an erased customer outside its records"
"""Why a file is left as it is, or still found, although none of its records has to go."""
_READ_AND_WRITE = 0o666
_TEXTS: dict[str, Callable[[Layout, FileSplit, IO[bytes], ErasedRecords], Iterator[bytes]]] = {
    "json": kept_lines,
    "array": kept_elements,
}


@dataclass(frozen=True)
class NewFile:
    """A file that was written beside a landed one, to take its place. `before` and `after` are SHA-256 of their bytes."""

    landed: LandedFile
    path: Path
    beside: Path
    state: tuple[int, ...]
    kept: int
    erased: int
    before: str
    after: str


@dataclass(frozen=True)
class Prepared:
    """The files of a delivery that were written again, and why others could not be."""

    files: tuple[NewFile, ...]
    refused: dict[str, str]


class Rewriter:
    """Writes deliveries again. `root` is the folder of the landing zone: files elsewhere are never written."""

    def __init__(self, root: str, suppression: Suppression) -> None:
        self._root, self._suppression = folder_of(root), suppression

    def prepare(self, layout: Layout, delivery: Delivery, names: Container[str]) -> Prepared:
        """Writes those of the named files beside themselves that hold an erased record. Nothing that landed is changed."""
        erased = ErasedRecords(layout, self._suppression)
        try:
            inspected(layout, delivery)
        except LandingError as error:
            what = f"the delivery can't be read: {error.what}"
            return Prepared((), {file.name: what for file in delivery.files if file.name in names})
        files: list[NewFile] = []
        refused: dict[str, str] = {}
        for file in (file for file in delivery.files if file.name in names):
            try:
                if new := self._written(layout, file, erased):
                    files.append(new)
            except C360Error as error:
                refused[file.name] = error.what
            except (OSError, pa.ArrowException) as error:
                refused[file.name] = (
                    f"it can't be written again ({getattr(error, 'strerror', None) or type(error).__name__})"
                )
        try:
            if files:
                _require_whole(layout, delivery, files)
        except C360Error as error:
            for new in files:
                new.beside.unlink(missing_ok=True)
                refused[new.landed.name] = error.what
            files = []
        return Prepared(tuple(files), refused)

    def _written(self, layout: Layout, file: LandedFile, erased: ErasedRecords) -> NewFile | None:
        """A file without its erased records and what is left of others, proven to hold all else; None if it has neither."""
        held, landed = held_by(layout, file, erased), split_of(layout, file)
        if not held.erased and not (landed and erased.unnamed(landed)):
            return None
        path = self._path(file)
        beside = path.with_name(f".{path.name}{ENDING}")
        state = _state(path)
        try:
            _write(layout, file, path, beside, erased)
            written = replace(file, uri=str(beside), size=beside.stat().st_size)
            found = held_by(layout, written, erased)
            if found.erased or (found.kept, found.digest) != (held.kept, held.digest):
                raise NotRewritable("without the erased records, its other records would read differently")
            split = split_of(layout, written)
            if split and landed and split.form == "parquet":
                require_same_footer(landed, split)
            if split and (erased.beside_records(split) or erased.unnamed(split)):
                raise NotRewritable(BESIDE_RECORDS)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return NewFile(file, path, beside, state, held.kept, held.erased, sha256_of(path), sha256_of(beside))

    def _path(self, file: LandedFile) -> Path:
        """Where the bytes of a file are. Raises NotRewritable if others may need them as they are."""
        path = Path(file.uri.removeprefix("file://")).resolve()
        if not path.is_relative_to(self._root):
            raise NotRewritable("it is a link to a file outside the landing zone")
        if path.stat().st_nlink > 1:
            raise NotRewritable("it has a second hard link")
        return path


def put_in_place(new: NewFile) -> str | None:
    """Puts a file in the place of the landed one. Returns why not, if that one changed during rewriting."""
    try:
        if _state(new.path) != new.state:
            raise NotRewritable("it changed during rewriting")
        new.beside.replace(new.path)
    except (NotRewritable, OSError) as error:
        new.beside.unlink(missing_ok=True)
        return error.what if isinstance(error, NotRewritable) else f"it can't be replaced ({error.strerror})"
    to_disk(new.path.parent)
    return None


def remove_unfinished(root: str) -> None:
    """Removes what a rewriting that was killed left beside landed files. What can't be removed is left.

    So is what is in a folder that can't be listed: the proof names that folder as not searched.
    """
    for entry in entries_below(str(folder_of(root)), lambda path, error: None):
        if entry.name.startswith(".") and entry.name.endswith(ENDING):
            with suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    Path(entry.path).unlink()


def folder_of(root: str) -> Path:
    """The folder that the root of a landing zone is, a path or a URI such as `file:///landing`."""
    return Path(file_system(root)[1]).resolve()


def _write(layout: Layout, file: LandedFile, path: Path, beside: Path, erased: ErasedRecords) -> None:
    split = split_of(layout, file)
    if split is None:
        raise NotRewritable("it changed during rewriting")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        with packed(target, split) as sink:
            if split.form == "parquet":
                write_kept_rows(layout, split, sink, erased)
            else:
                for text in _texts(layout, split, erased):
                    sink.write(text)
        _like(path, target.fileno())
        target.flush()
        os.fsync(target.fileno())


def _texts(layout: Layout, split: FileSplit, erased: ErasedRecords) -> Iterator[bytes]:
    if split.form == "csv":
        yield from kept_records(layout, split, erased)
        return
    with opened(split) as stream:
        yield from _TEXTS[split.form](layout, split, stream, erased)


def _like(path: Path, target: int) -> None:
    """Gives a new file the group and, if that is allowed, the owner of the landed one, and who may read and write it.

    It can't be executed: a program that somebody else landed could then run as the account that erases.

    Raises NotRewritable if the group can't be kept: its members could no longer read the file.
    """
    there = path.stat()
    try:
        os.fchown(target, there.st_uid, there.st_gid)
    except OSError:
        try:
            os.fchown(target, -1, there.st_gid)
        except OSError:
            raise NotRewritable("its group can't be kept") from None
    os.fchmod(target, there.st_mode & _READ_AND_WRITE)


def _require_whole(layout: Layout, delivery: Delivery, files: list[NewFile]) -> None:
    """Raises LandingError or NotRewritable unless the delivery would be read as now, except for the erased records."""
    new = {one.landed.name: one for one in files}
    after = tuple(
        replace(file, uri=str(new[file.name].beside), size=new[file.name].beside.stat().st_size)
        if file.name in new
        else file
        for file in delivery.files
    )
    try:
        splits = inspected(layout, replace(delivery, files=after))
    except LandingError as error:
        raise NotRewritable(f"without the erased records, {error.what}") from None
    others = (split for split in splits if split.name not in new)
    if delivery.day is not None and not any(one.kept for one in files) and not _has_record(layout, others):
        raise NotRewritable("without the erased records, the day would count as not landed")


def _has_record(layout: Layout, splits: Iterator[FileSplit]) -> bool:
    return any(len(batch) for batch in chain.from_iterable(read_split(layout, split) for split in splits))


def _state(path: Path) -> tuple[int, ...]:
    there = path.stat()
    return there.st_dev, there.st_ino, there.st_size, there.st_mtime_ns
