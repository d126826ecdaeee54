"""Counts nulls in columns, from the statistics of a partition's files.

Not from the rows, because both engines take NOT NULL for granted: they answer `is null` with false without reading, and
fail, or read zero, if there is a null. The table's log has the null count of each file and column; if it lacks one, the
file's footer has it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from c360_assets.contracts.table import TableSpec
from resources.engine.failures import reason_of
from resources.errors import ContractError, Where
from resources.lake.tables import Lake
from resources.locations import file_system
from resources.threads import side_by_side

_READERS = 8


@dataclass(frozen=True)
class FileNulls:
    """A file of a partition with nulls in NOT NULL columns, and how many in each; or why it can't be read."""

    partition: date | None
    file: str
    columns: Mapping[str, int]
    problem: str | None = None


def files_with_nulls(table: TableSpec, lake: Lake, partitions: Collection[date | None]) -> list[FileNulls]:
    """The files of these partitions with nulls in NOT NULL columns of a table, and those that can't be read."""
    required = [column.name for column in table.columns if not column.nullable]
    found = [_file(partition, path, nulls) for partition, path, nulls in _counted(table, lake, partitions, required)]
    return sorted((file for file in found if file.columns or file.problem), key=lambda file: file.file)


def null_counts(
    table: TableSpec, lake: Lake, partitions: Collection[date | None], columns: Sequence[str]
) -> dict[date, dict[str, int]]:
    """The nulls in columns of a partitioned table, by partition.

    Raises ContractError if a file can't be read.
    """
    found: dict[date, dict[str, int]] = {}
    for partition, path, nulls in _counted(table, lake, partitions, columns):
        if isinstance(nulls, str):
            where = Where(table=table.name, partition=str(partition), file=path)
            raise ContractError(f"can't be read ({nulls})", "Run again: c360 run makes the partition again.", where)
        if partition is not None:
            counts = found.setdefault(partition, dict.fromkeys(columns, 0))
            for name, count in nulls.items():
                counts[name] += count
    return found


def _counted(
    table: TableSpec, lake: Lake, partitions: Collection[date | None], required: Sequence[str]
) -> list[tuple[date | None, str, dict[str, int] | str]]:
    """The files of these partitions, with their nulls by column, or why a file can't be read."""
    in_log: list[dict[str, Any]] = []
    in_footer: list[dict[str, Any]] = []
    for entry in _entries(table, lake, required):
        if _partition(table, entry) in partitions:
            known = all(entry.get(f"null_count.{name}") is not None for name in required)
            (in_log if known else in_footer).append(entry)
    counts: list[dict[str, int] | str] = [{name: entry[f"null_count.{name}"] for name in required} for entry in in_log]
    if in_footer:
        counts += _nulls_by_footer(lake.uri(table.name), required, [entry["path"] for entry in in_footer])
    pairs = zip(counts, in_log + in_footer, strict=True)
    return [(_partition(table, entry), entry["path"], nulls) for nulls, entry in pairs]


def _file(partition: date | None, path: str, nulls: Mapping[str, int] | str) -> FileNulls:
    if isinstance(nulls, str):
        return FileNulls(partition, path, {}, nulls)
    return FileNulls(partition, path, {name: count for name, count in nulls.items() if count})


def _entries(table: TableSpec, lake: Lake, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The table's files according to its log: path, partition, and nulls by column if they are recorded."""
    adds = lake.files(table)
    wanted = ["path", f"partition.{table.partition_column}", *(f"null_count.{name}" for name in columns)]
    entries: list[dict[str, Any]] = adds.select([name for name in wanted if name in adds.column_names]).to_pylist()
    return entries


def _partition(table: TableSpec, entry: Mapping[str, Any]) -> date | None:
    if table.partition_column is None:
        return None
    value = entry[f"partition.{table.partition_column}"]
    return value if isinstance(value, date) else date.fromisoformat(value)


def _nulls_by_footer(uri: str, columns: Sequence[str], paths: Sequence[str]) -> list[dict[str, int] | str]:
    """The nulls of each file by column, or why it can't be read."""
    fs, root = file_system(uri)

    def nulls(path: str) -> dict[str, int] | str:
        try:
            with fs.open(f"{root}/{path}", "rb") as stream:
                return _nulls_of(pq.read_metadata(stream), columns)
        except (OSError, pa.ArrowInvalid) as error:
            return reason_of(error)

    return side_by_side(nulls, paths, _READERS)


def _nulls_of(footer: pq.FileMetaData, columns: Sequence[str]) -> dict[str, int]:
    """Nulls by column. A column that the file lacks is null in every row."""
    nulls = dict.fromkeys(columns, 0)
    for group in map(footer.row_group, range(footer.num_row_groups)):
        chunks = {chunk.path_in_schema: chunk for chunk in map(group.column, range(group.num_columns))}
        for name in columns:
            nulls[name] += _null_count(chunks[name]) if name in chunks else group.num_rows
    return nulls


def _null_count(chunk: pq.ColumnChunkMetaData) -> int:
    statistics = chunk.statistics
    return int(statistics.null_count) if statistics is not None and statistics.has_null_count else 0
