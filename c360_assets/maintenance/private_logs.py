"""Takes personal values out of the logs of tables that an earlier release made: it kept statistics of every column.

The files whose statistics hold any are written again, by an ordinary commit: the newest version's log then has none. The
log before is removed once it has been out of use for as long as old data files are kept: no writer or reader needs it
then, and no version that could be restored is lost before its time.
"""

import json
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable

from c360_assets.contracts.table import TableSpec
from c360_assets.maintenance.history import LOG
from c360_assets.maintenance.orphan_files import StoredFile, TableFolder
from resources.lake.contents import data_files
from resources.lake.damage import MALFORMED, damaged_log
from resources.lake.table_schema import missing_columns, set_statistics

_CHECKPOINT = ".checkpoint.parquet"
_ENDS = ("minValues", "maxValues")


def rewrite_without_statistics(table: TableSpec, delta: DeltaTable, properties: CommitProperties) -> None:
    """Writes the partitions again whose statistics hold personal values, one by one. Rows stay as they are.

    A table that lacks columns of its contract is left: `c360 run` migrates it first. Raises CommitFailedError if other
    writers were faster.
    """
    found = _partitions(table, delta)
    if not found or missing_columns(table, delta):
        return
    set_statistics(table, delta)
    sorted_by = next((name for name in table.key if name != table.partition_column), table.names[0])
    for partition in found:
        where = [(str(table.partition_column), "=", str(partition))] if table.partition_column else None
        DeltaTable(delta.table_uri).optimize.z_order([sorted_by], where, commit_properties=properties)


def old_logs(table: TableSpec, folder: TableFolder, hours: float) -> list[str]:
    """The files of a log that are out of use for so long, if one of them holds personal values; otherwise none.

    They come before a checkpoint that holds none, and that has been there for that long itself.
    """
    files = folder.files()
    start = _old_checkpoint(files, time.time() - hours * 3600)
    if start is None:
        return []
    log = {name: version for name in files if (version := _version(name)) is not None}
    before = [name for name, version in log.items() if version < start]
    checkpoint = f"{LOG}/{start:020}{_CHECKPOINT}"
    return before if _private(table, folder, before) and not _private(table, folder, [checkpoint]) else []


def _partitions(table: TableSpec, delta: DeltaTable) -> list[date | str | None]:
    """The partitions with a file whose statistics hold personal values.

    Read from the log's files: what delta-rs shows of statistics are only those that later commits keep.
    """
    folder = TableFolder(delta.table_uri)
    log = [name for name in folder.files() if _version(name) is not None]
    private = _private(table, folder, log)
    found = {partition for partition, path, _ in data_files(delta, table.partition_column) if path in private}
    return sorted(found, key=str)


def _private(table: TableSpec, folder: TableFolder, log: Iterable[str]) -> set[str]:
    """The data files of which any of these files of a log has a least or greatest value of a personal column.

    Raises ContractError where one is damaged.
    """
    personal = frozenset(column.name for column in table.columns if column.personal)
    try:
        return {
            unquote(add["path"])
            for name in log
            for add in _adds(folder.read(name), name.endswith(_CHECKPOINT))
            if _has_values(_statistics(add), personal)
        }
    except MALFORMED:
        raise damaged_log(table.name) from None


def _old_checkpoint(files: Mapping[str, StoredFile], limit: float) -> int | None:
    """The version of the newest checkpoint in one piece that was made before a time."""
    return max(
        (
            version
            for name, file in files.items()
            if name.endswith(_CHECKPOINT) and (version := _version(name)) is not None and file.changed <= limit
        ),
        default=None,
    )


def _version(name: str) -> int | None:
    """The version that a file of the log is of."""
    folder, _, file = name.partition("/")
    digits = file.lstrip(".")[:20]
    return int(digits) if folder == LOG and len(digits) == 20 and digits.isdigit() else None


def _adds(data: bytes, is_checkpoint: bool) -> Iterator[Mapping[str, Any]]:
    """The data files that a commit or a checkpoint adds."""
    if is_checkpoint and data:
        rows = pq.read_table(pa.BufferReader(data), columns=["add"]).column("add").to_pylist()
        yield from filter(None, rows)
        return
    for line in data.splitlines():
        with suppress(ValueError):
            action = json.loads(line)
            if isinstance(action, dict) and action.get("add"):
                yield action["add"]


def _statistics(add: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield json.loads(add.get("stats") or "{}")
    yield add.get("stats_parsed") or {}


def _has_values(statistics: Iterable[Mapping[str, Any]], personal: Container[str]) -> bool:
    ends = (one.get(end) or {} for one in statistics for end in _ENDS)
    return any(name in personal and value is not None for values in ends for name, value in values.items())
