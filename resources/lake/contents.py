"""What a table's partitions hold, as the table's log says it: to see whether it is what was committed.

A partition's content is a digest of its data files. Writers give each file a name of its own, and no file ever changes,
so equal digests mean equal rows.
"""

import re
import stat
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import xxhash
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from fsspec.implementations.local import LocalFileSystem

from resources.arrow import table_of
from resources.errors import LocationError
from resources.lake.damage import MALFORMED, actions_of, damaged_commit, damaged_log
from resources.locations import NotLookedAt, file_system, files_below

LOG = "_delta_log"
NOTHING_LEFT = "its rows are gone, and other tables were made from them"
NO_FILES = "no files"
"""The content of a partition without a data file."""
_DATA_VERSION = ", data version "
_OURS = re.compile(r"(dagster run|c360) ")
"""How the `userMetadata` of this project's own commits begin."""


def commit_message(run: str, partition: date | None, data_version: str) -> str:
    """The `userMetadata` of a run's commit: which partition it made, and from what."""
    return f"dagster run {run}: {partition.isoformat() if partition else 'all'}{_DATA_VERSION}{data_version}"


def content_of(paths: Iterable[str]) -> str:
    """The content of a partition with these data files."""
    names = sorted(unquote(path) for path in paths)
    return xxhash.xxh3_64("\0".join(names).encode()).hexdigest() if names else NO_FILES


def contents(delta: DeltaTable, column: str | None) -> dict[date | None, str]:
    """The content of each partition that has a data file. `column` is the one that the table is partitioned by."""
    paths: dict[date | None, list[str]] = {}
    for partition, path, _ in data_files(delta, column):
        paths.setdefault(partition, []).append(path)
    return {partition: content_of(names) for partition, names in paths.items()}


def data_files(delta: DeltaTable, column: str | None) -> Iterator[tuple[date | None, str, int]]:
    """The partition, path and bytes of each data file of a version of a table."""
    adds = table_of(delta.get_add_actions(flatten=True))
    partitions = adds.column(f"partition.{column}").to_pylist() if column and len(adds) else [None] * len(adds)
    paths, sizes = (adds.column(name).to_pylist() for name in ("path", "size_bytes"))
    for partition, path, size in zip(partitions, paths, sizes, strict=True):
        yield _day(partition), unquote(path), int(size)


def readable_table(uri: str, version: int | None = None) -> DeltaTable:
    """A table whose data files are to be read: its newest version, or another one.

    Raises LocationError if one of them on this machine is a pipe or a device: reading it may never end. And what `DeltaTable`
    raises.
    """
    delta = DeltaTable(uri, version=version)
    store, root = file_system(uri)
    if isinstance(store, LocalFileSystem):
        for _, path, _ in data_files(delta, None):
            file = Path(root, path)
            with suppress(OSError):  # whatever reads it says that it is gone
                if not stat.S_ISREG(mode := file.stat().st_mode) and not stat.S_ISDIR(mode):
                    raise _no_file(str(file))
    return delta


def _no_file(name: str) -> LocationError:
    return LocationError(f"{name} is in place of a data file, and is not a file", "Remove it, and run `c360 run`.")


@dataclass(frozen=True)
class Commit:
    """One commit of a table: who made it (`message`), what it did, and the data files that it added, by partition.

    `partitions` are those in which it changed rows; moving the same rows into other files changes none. `when` is its
    time, in milliseconds since 1970 (UTC).
    """

    version: int
    when: int
    operation: str
    message: str
    added: Mapping[date | None, tuple[str, ...]]
    partitions: frozenset[date | None]

    @property
    def data_version(self) -> str:
        """The data version that it made its partition from; the whole message if it has none."""
        return self.message.rpartition(_DATA_VERSION)[2]

    @property
    def is_ours(self) -> bool:
        """Whether this project made it."""
        return _OURS.match(self.message) is not None


class CommitLog:
    """The commits of a table, each read once when first asked for."""

    def __init__(self, uri: str, column: str | None) -> None:
        self._store, root = file_system(uri)
        self._folder, self._column = f"{root.rstrip('/')}/{LOG}", column
        self._known: dict[int, Commit | None] = {}

    def commit(self, version: int) -> Commit | None:
        """The commit that made a version; None if the log does not have it (any more)."""
        if version not in self._known:
            self._known[version] = self._read(version)
        return self._known[version]

    @cached_property
    def versions(self) -> frozenset[int]:
        """The versions whose commits the log has, by one listing."""
        try:
            there = self._store.ls(self._folder, detail=False, refresh=True)
        except FileNotFoundError:
            return frozenset()
        names = (PurePosixPath(path) for path in there)
        return frozenset(int(name.stem) for name in names if name.suffix == ".json" and name.stem.isdecimal())

    def _read(self, version: int) -> Commit | None:
        try:
            text = self._store.cat_file(f"{self._folder}/{version:020}.json")
        except FileNotFoundError:
            return None
        except IsADirectoryError:
            raise damaged_commit(f"{self._folder}/{version:020}.json", version) from None
        try:
            return self._commit_of(version, actions_of(text))
        except MALFORMED:
            raise damaged_commit(f"{self._folder}/{version:020}.json", version) from None

    def _commit_of(self, version: int, actions: list[Any]) -> Commit:
        info: Mapping[str, Any] = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
        added: dict[date | None, list[str]] = {}
        changed: set[date | None] = set()
        for action in actions:
            file = action.get("add") or action.get("remove")
            if not file:
                continue
            partition = _day((file.get("partitionValues") or {}).get(self._column))
            if "add" in action:
                added.setdefault(partition, []).append(str(file["path"]))
            if file.get("dataChange", True):
                changed.add(partition)
        return Commit(
            version,
            int(info.get("timestamp", 0)),
            str(info.get("operation", "unknown")),
            str(info.get("userMetadata") or ""),
            {partition: tuple(paths) for partition, paths in added.items()},
            frozenset(changed),
        )


@dataclass(frozen=True)
class Alteration:
    """What happened to a partition that does not hold what was committed, in words.

    `is_unfinished` where a process of this project was stopped before it had recorded what it made. `is_earlier` where a raw
    day is as it was committed, and other tables were made from a later delivery.
    """

    what: str
    is_unfinished: bool = False
    is_earlier: bool = False

    def __str__(self) -> str:
        return self.what


class LakeContents:
    """Compares what the tables below a lake's root hold with what was committed. Starts no engine."""

    def __init__(self, lake: str) -> None:
        self._lake = lake.rstrip("/")

    def differences(
        self,
        table: str,
        column: str | None,
        recorded: Mapping[date | None, tuple[int | None, str]],
        by_others: bool = False,
        is_made_next: Callable[[date | None], bool] | None = None,
        used: Collection[date | None] = (),
    ) -> dict[date | None, Alteration]:
        """The partitions that do not hold what was committed, each with what happened.

        `recorded` gives, for each partition, the version that its commit made and its content; without a content, it
        is not compared. With `by_others`, later commits of this project do not count: another run may be making the
        partition at this moment, and has not recorded it yet. With `is_made_next`, partitions differ too that hold rows and
        that `recorded` does not have: those of others, and those of this project unless they are made next anyway. So do
        partitions in `used`, those that other tables were made from, of which there are neither rows nor a record.
        """
        known = {partition: pair for partition, pair in recorded.items() if pair[1]}
        if not known and is_made_next is None:
            return {}
        uri = f"{self._lake}/{table}"
        try:
            delta = DeltaTable(uri)
        except TableNotFoundError:
            return dict.fromkeys(known, Alteration("the table's log is gone")) | _gone(used, recorded, is_made_next)
        except DeltaError:
            raise damaged_log(table) from None
        found, log, newest = contents(delta, column), CommitLog(uri, column), delta.version()
        differing: dict[date | None, Alteration] = {}
        for partition, (version, content) in known.items():
            if found.get(partition, NO_FILES) != content:
                cause = _cause(log, partition, version, newest, by_others)
                if cause:
                    differing[partition] = cause
        if is_made_next:
            differing |= _unrecorded(log, newest, found.keys() - recorded.keys(), is_made_next)
            differing |= _gone(used, found.keys() | recorded.keys(), is_made_next)
        for path, partition in lost_files(uri, delta, column).items():
            if partition in known:
                differing.setdefault(partition, Alteration(f"its data file {path} is gone or damaged"))
        return differing


def lost_files(uri: str, delta: DeltaTable, column: str | None) -> dict[str, date | None]:
    """Data files of a table that are not there, or not of the size that the log says, each with its partition.

    Raises LocationError for one that can't be looked at: its partition is not to be made again for that. Also for a pipe
    in its place, since reading it may never end.
    """
    store, root = file_system(uri)
    start, unlisted = root.rstrip("/") + "/", NotLookedAt()
    found = files_below(store, start, unlisted)
    lost: dict[str, date | None] = {}
    for partition, path, size in data_files(delta, column):
        info = found.get(start + path)
        if info is None or info["size"] != size:
            unlisted.refuse(start + path)
            if info and info["type"] not in ("file", "directory") and not info.get("islink"):
                raise _no_file(start + path)
            lost[path] = partition
    return lost


def _unrecorded(
    log: CommitLog, newest: int, partitions: Iterable[date | None], is_made_next: Callable[[date | None], bool]
) -> dict[date | None, Alteration]:
    """The partitions that hold rows without provenance, each with the last commit.

    If that is one of this project, its process was stopped before it could record what it made, or the record is lost.
    What is made next anyway is left out then.
    """
    found: dict[date | None, Alteration] = {}
    for partition in partitions:
        commits = (log.commit(version) for version in range(newest, -1, -1))
        last = next((one for one in commits if one is not None and partition in one.partitions), None)
        if last is not None and not last.is_ours:
            found[partition] = Alteration(f"rows of others, by commit {last.version}, {last.operation}")
        elif not is_made_next(partition):
            number = f"commit {last.version}" if last else "its commit"
            found[partition] = Alteration(f"{number} has no provenance", is_unfinished=True)
    return found


def _gone(
    used: Iterable[date | None], there: Container[date | None], is_made_next: Callable[[date | None], bool] | None
) -> dict[date | None, Alteration]:
    """The partitions that were used and are not there, unless they are made next: a copy from before lacks them."""
    if is_made_next is None:
        return {}
    return {one: Alteration(NOTHING_LEFT) for one in used if one not in there and not is_made_next(one)}


def _cause(
    log: CommitLog, partition: date | None, since: int | None, newest: int, by_others: bool = False
) -> Alteration | None:
    """Why a partition's files are others than those of its commit; None if the same rows were only moved.

    With `by_others`, also if commits of this project replaced them.
    """
    moved = False
    for version in range((since or 0) + 1, newest + 1):
        commit = log.commit(version)
        if commit is None:
            return Alteration(f"commit {version} is no longer in the table's log")
        if by_others and commit.is_ours and partition in commit.partitions:
            moved = True
            continue
        if partition in commit.partitions:
            ours = ", by a process of this project that was stopped" if commit.is_ours else ""
            return Alteration(f"commit {version}, {commit.operation}{ours}", commit.is_ours)
        moved |= partition in commit.added
    return None if moved else Alteration("its commit is no longer in the table's log")


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
