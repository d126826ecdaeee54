"""Figures of a partition as Dagster's UI shows them: of its commit, of what landed for it, and small tables."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any

import dagster as dg

from resources.engine.failures import reason_of
from resources.lake.sql import LakeQuery
from resources.lake.tables import Committed
from resources.landing.delivery_reader import DeliveredRows

Figures = Callable[[LakeQuery, Any], Mapping[str, Any]]
"""Gives what the UI shows of a partition of one table, from the lake and the partition."""
_MOST_FILES = 50


def commit_figures(committed: Committed, seconds: float, version: str, location: str) -> dict[str, Any]:
    """What the UI shows of a partition of any table: rows, bytes, files, the commit, the data version, the table's folder."""
    return {
        "dagster/partition_row_count": committed.partition_rows,
        "dagster/row_count": committed.rows,
        "dagster/size_bytes": committed.table_bytes,
        "partition_bytes": committed.partition_bytes,
        "partition_files": committed.partition_files,
        "delta_version": committed.version,
        "committed_at": dg.MetadataValue.timestamp(committed.committed_at),
        "seconds_taken": round(seconds, 3),
        "data_version": version,
        "location": location,
    }


def delivery_figures(delivered: DeliveredRows) -> dict[str, Any]:
    """What the UI shows of a delivery: its files with their sizes and digests."""
    files = delivered.delivery.files
    return {
        "landed_files": len(files),
        "landed_bytes": sum(file.size for file in files),
        "fingerprint": delivered.fingerprint,
        "files": small_table(
            {"file": file.name, "bytes": file.size, "digest": digest}
            for file, digest in islice(zip(files, delivered.digests.values(), strict=True), _MOST_FILES)
        ),
    }


def partition_figures(figures: Figures | None, lake: LakeQuery, partition: date | None) -> Mapping[str, Any]:
    """A table's own figures of a partition, read from the lake.

    The partition is committed by then. If its figures can't be read, the UI shows the cause, and nothing fails.
    """
    if figures is None:
        return {}
    try:
        return figures(lake, partition)
    except Exception as error:
        return {"not_shown": f"The figures could not be read: {reason_of(error)}"}


def small_table(records: Iterable[Mapping[str, Any]]) -> dg.TableMetadataValue:
    """A few records as a table of the UI. All have the same fields, of text, numbers, booleans or None."""
    lines = [dg.TableRecord(dict(record)) for record in records]
    names = lines[0].data if lines else {}
    schema = dg.TableSchema([dg.TableColumn(name, _type(line.data[name] for line in lines)) for name in names])
    return dg.TableMetadataValue(lines, schema)


def _type(values: Iterable[Any]) -> str:
    kinds = {bool: "bool", int: "int", float: "float"}
    return next((kinds.get(type(value), "string") for value in values if value is not None), "string")
