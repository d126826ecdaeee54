"""Upkeep of one table in the lake: fewer and larger files, no files that nobody needs, a short log.

It is safe while others write and read: compaction is a commit like any other, which changes no row and gives way to a
faster writer, and what is removed has been out of use for longer than any of them runs.
"""

import math
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import date

from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import CommitFailedError

from c360_assets.contracts.table import TableSpec
from c360_assets.maintenance.history import LOG, history
from c360_assets.maintenance.orphan_files import TableFolder, orphan_files
from c360_assets.maintenance.private_logs import old_logs, rewrite_without_statistics
from c360_assets.tables import TABLES
from resources.arrow import table_of
from resources.errors import RetentionTooShort
from resources.lake.contents import NO_FILES, CommitLog, LakeContents, contents, readable_table
from resources.lake.provenance import ProvenanceStore
from resources.threads import side_by_side

TARGET_BYTES = 128 << 20
"""The size up to which compaction joins the files of a partition, so that a day of real size is one file."""
RETENTION_HOURS = 168.0
"""A week: how long files that the newest version does not use are kept, for readers and for `c360 restore`."""
FLOOR_HOURS = 24.0
"""The longest that a run may take (resources/dagster.yaml). A younger file may still be in use by its writer."""
_LONGEST_HOURS = 24 * 365 * 100
WHY = "c360 upkeep"
REST_SECONDS = 60
"""A writer that has committed is done with its checkpoint after this time."""
_BY = CommitProperties(custom_metadata={"userMetadata": WHY})
_TRIES = 5
_WRITERS = 16


@dataclass(frozen=True)
class TableUpkeep:
    """What upkeep did to a table, or would do. Files and bytes are data files of the newest version.

    `removed_files` and `freed_bytes` count files of all kinds: old data, what killed writers left, expired log.
    `versions` counts those that can still be restored. `problem` says what could not be done.
    """

    table: str
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    removed_files: int
    freed_bytes: int
    versions: int
    problem: str | None = None


def check_retention(hours: float, short: bool, alone: bool) -> None:
    """Raises RetentionTooShort if a retention is not safe while others may be at work."""
    if not 0 <= hours <= _LONGEST_HOURS:
        raise RetentionTooShort(f"--retention {hours:g}", f"use a number of hours, from 0 to {_LONGEST_HOURS:,}.")
    if hours < FLOOR_HOURS and not alone:
        raise RetentionTooShort(
            f"--retention {hours:g}: a run may take {FLOOR_HOURS:g} hours, and its files belong to no version until "
            "it commits: younger ones may be its own",
            f"Use {FLOOR_HOURS:g} or more; or --alone, if nobody writes or reads the lake until this ends.",
        )
    if hours < RETENTION_HOURS and not (short or alone):
        raise RetentionTooShort(
            f"--retention {hours:g}: versions out of use for longer can't be restored then, and their readers fail",
            f"Use {RETENTION_HOURS:g} or more, or add --short.",
        )


def upkeep(
    lake: str, table: str, column: str | None, retention_hours: float = RETENTION_HOURS, dry_run: bool = False
) -> TableUpkeep | None:
    """Compacts a table, removes what is out of use for longer than the retention, makes a checkpoint, trims the log.

    `column` is the column that the table is partitioned by. Returns None if the lake does not hold the table. A dry run
    changes nothing, and reports what would be done, as far as that is known beforehand.
    """
    uri = f"{lake}/{table}"
    if not DeltaTable.is_deltatable(uri):
        return None
    folder = TableFolder(uri)
    there, before = folder.files(), _data_files(DeltaTable(uri), column)
    problem = None
    if dry_run:
        gone = _out_of_use(DeltaTable(uri), retention_hours, there) | {*_unneeded(table, folder, retention_hours)}
        after, bytes_after = _joined(before), _bytes(before)
    else:
        problem = _clean_up(lake, table, column, folder, retention_hours)
        gone = there.keys() - folder.files().keys()
        files = _data_files(DeltaTable(uri), column)
        after, bytes_after = len(files), _bytes(files)
    versions = history(uri, column)
    if versions[0].missing:
        problem = f"{versions[0].missing} data files of the newest version are gone: restore another, or make it again"
    return TableUpkeep(
        table=table,
        files_before=len(before),
        files_after=after,
        bytes_before=_bytes(before),
        bytes_after=bytes_after,
        removed_files=len(gone),
        freed_bytes=sum(there[name].bytes for name in gone if name in there),
        versions=sum(version.is_restorable for version in versions),
        problem=problem,
    )


def _compact(uri: str, sleep: Callable[[float], None] = time.sleep, table: TableSpec | None = None) -> str | None:
    """Joins the small files of each partition. Returns why that was not done, if it was not. Each try starts afresh.

    Files whose statistics hold personal values are written again first.
    """
    for attempt in range(_TRIES):
        try:
            if table:
                rewrite_without_statistics(table, readable_table(uri), _BY)
            readable_table(uri).optimize.compact(target_size=TARGET_BYTES, commit_properties=_BY)
            return None
        except CommitFailedError:
            sleep(0.2 * 2**attempt)
    return "not compacted: other writers were faster each time; run it again when they are done"


def record_held(lake: str, table: str, column: str | None) -> None:
    """Records in provenance which files hold the rows now, so that the log need not be kept for it.

    That is for partitions whose rows were moved to other files, and for those whose commit is no longer in the log, from
    which a later move could not be told from a change. A partition in which rows changed since its commit keeps what its
    provenance says, and is made again.
    """
    provenances, uri = ProvenanceStore(lake), f"{lake}/{table}"
    delta = DeltaTable(uri)
    now, newest, known = contents(delta, column), delta.version(), CommitLog(uri, column).versions
    held = {partition: one for partition, one in provenances.read(table).items() if one.content}
    moved = {partition: one for partition, one in held.items() if now.get(partition, NO_FILES) != one.content}
    recorded = {partition: (one.commit, one.content) for partition, one in moved.items()}
    changed = LakeContents(lake).differences(table, column, recorded)

    def record(partition: date | None) -> None:
        one = held[partition]
        if provenances.get(table, partition) == one:
            provenances.write(table, partition, replace(one, commit=newest, content=now.get(partition, NO_FILES)))

    forgotten = {
        partition
        for partition, one in held.items()
        if one.commit != newest and (one.commit is None or one.commit + 1 not in known)
    }
    side_by_side(record, (moved.keys() | forgotten) - changed.keys(), _WRITERS)


def _clean_up(lake: str, table: str, column: str | None, folder: TableFolder, hours: float) -> str | None:
    """Compacts a table, and removes what is out of use. Returns what was not done, and why, if anything."""
    uri, there = f"{lake}/{table}", folder.files()
    record_held(lake, table, column)
    problem = _compact(uri, table=TABLES.get(table))
    record_held(lake, table, column)
    link = folder.link()
    # Otherwise there would be two commits for nothing.
    if link is None and _out_of_use(DeltaTable(uri), hours, there):
        _vacuum(DeltaTable(uri), hours)
    _trim_log(uri, folder.files())
    record_held(lake, table, column)  # from here on, the log may no longer tell of earlier commits
    if link is not None:
        return f"nothing was removed: {link} is a link, and what it leads to would be removed too. Take it away"
    folder.remove(_unneeded(table, folder, hours))
    return problem


def _unneeded(table: str, folder: TableFolder, hours: float) -> list[str]:
    """Files that belong to nothing, and old logs that hold personal values."""
    private = old_logs(TABLES[table], folder, hours) if table in TABLES else []
    return [*private, *orphan_files(folder.files(), hours)]


def _out_of_use(delta: DeltaTable, hours: float, there: Container[str]) -> set[str]:
    """Data files that no version younger than the retention uses, and older ones that no commit ever named.

    Only those that exist: the log may still name what an earlier vacuum removed.
    """
    return {name for name in _vacuum(delta, hours, dry_run=True) if name in there}


def _vacuum(delta: DeltaTable, hours: float, dry_run: bool = False) -> list[str]:
    return delta.vacuum(
        math.ceil(hours), dry_run=dry_run, enforce_retention_duration=False, full=True, commit_properties=_BY
    )


def _trim_log(uri: str, there: Container[str]) -> None:
    """Makes a checkpoint, where readers then start, and removes the expired part of the log before it.

    Not for another writer's newest commit: that writer may be making the same checkpoint, and a reader of a checkpoint
    that is being replaced fails. Expired means older than the table's `delta.logRetentionDuration`, 30 days by default.
    """
    delta = DeltaTable(uri)
    newest = next(iter(delta.history(1)), None)
    if newest is None:
        return
    is_at_rest = newest.get("userMetadata") == WHY or time.time() - newest["timestamp"] / 1000 > REST_SECONDS
    if is_at_rest and f"{LOG}/{delta.version():020}.checkpoint.parquet" not in there:
        delta.create_checkpoint()
    DeltaTable(uri).cleanup_metadata()


_DataFile = tuple[date | str | None, int]
"""The partition and the bytes of a data file."""


def _data_files(delta: DeltaTable, column: str | None) -> list[_DataFile]:
    adds = table_of(delta.get_add_actions(flatten=True)).to_pylist()
    return [(add.get(f"partition.{column}"), int(add["size_bytes"])) for add in adds]


def _bytes(files: list[_DataFile]) -> int:
    return sum(size for _, size in files)


def _joined(files: list[_DataFile]) -> int:
    """How many files there would be if those of each partition were joined up to the target size."""
    small: dict[date | str | None, int] = {}
    for partition, size in files:
        if size < TARGET_BYTES:
            small[partition] = small.get(partition, 0) + size
    return sum(math.ceil(size / TARGET_BYTES) for size in small.values()) + sum(s >= TARGET_BYTES for _, s in files)
