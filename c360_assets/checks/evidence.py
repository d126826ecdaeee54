"""What a check reports about its findings: figures, and a few examples in which nobody can be recognised."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from pyspark.sql import Row

from c360_assets.contracts.table import TableSpec
from c360_assets.metadata.redaction import redacted

Partition = TypeVar("Partition", bound=date | None)

MOST_EXAMPLES = 10
_LONGEST = 80
_LOOKED_AT = 200
"""Characters of a name in which digits are counted: no more of it is shown."""
_MOST_DIGITS = 5
"""Digits of a name in all, whatever separates them. Phone numbers and dates have more."""
_MAY_BE_AN_ID = re.compile(r"[0-9]{4}|@|(?<![^\W_])(?:[0-9A-Fa-f][\W_]{0,2}){11}[0-9A-Fa-f](?![^\W_])")
"""A number, an e-mail address, or a MAC with separators or without them."""


def as_json(value: object) -> Any:
    """A value of a table as JSON can hold it; long texts are truncated."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}…"
    return value


def shown_name(name: str) -> str:
    """A landed name of an app or a field, fit for display: if columns are swapped, it may be an id."""
    if not name.strip():
        return "(no name)"  # such as the index column that pandas writes
    return str(as_json(redacted(name) if _may_be_an_id(name) else name))


def _may_be_an_id(name: str) -> bool:
    begin = name[:_LOOKED_AT]
    digits = sum(map(str.isdigit, begin))
    plain = unicodedata.normalize("NFKC", begin)  # full-width letters and digits as plain ones
    return digits > _MOST_DIGITS or any(_MAY_BE_AN_ID.search(one) is not None for one in (name, plain))


def examples(table: TableSpec, rows: Iterable[Row], redact_texts: bool = False) -> list[dict[str, Any]]:
    """Rows of a table, fit for display.

    Personal columns are redacted; with `redact_texts`, so is every text column without a fixed list of values.
    """
    personal = {column.name for column in table.columns if column.personal}
    texts = {column.name for column in table.columns if column.type == "string" and not column.values}
    secret = personal | texts if redact_texts else personal
    return [
        {
            name: as_json(redacted(value) if name in secret and value is not None else value)
            for name, value in row.asDict().items()
        }
        for row in rows
    ]


def name_of(partition: date | None) -> str:
    """The name of a partition in metadata; `all` for a table without partitions."""
    return partition.isoformat() if partition else "all"


def in_order(partitions: Iterable[Partition]) -> list[Partition]:
    """Partitions from first to last."""
    return sorted(partitions, key=_start)


def days_in_order(partitions: Iterable[date | None]) -> list[date]:
    """The partitions of a daily or monthly table, from first to last."""
    return [partition for partition in in_order(partitions) if partition is not None]


def _start(partition: date | None) -> date:
    return partition or date.min


def by_name(figures: Mapping[Partition, Any]) -> dict[str, Any]:
    """Figures by the name of their partition, in order."""
    return {name_of(partition): figures[partition] for partition in in_order(figures)}


def listed(names: Iterable[str], most: int = MOST_EXAMPLES) -> str:
    """Names in a sentence; if there are many, the first few and the number of others."""
    every = list(names)
    rest = len(every) - most
    return ", ".join(every[:most]) + (f" and {rest} more" if rest > 0 else "")
