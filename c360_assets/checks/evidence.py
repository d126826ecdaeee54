"""What a check shows of what it found: figures, and few examples in which no person can be recognised."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from pyspark.sql import Row

from c360_assets.contracts.table import TableSpec

Partition = TypeVar("Partition", bound=date | None)

MOST_EXAMPLES = 10
_LONGEST = 80
_SHOWN = 3


def masked(value: object) -> str:
    """A personal value with its middle left out: `HNH***912`. Of a short one even less is shown, a third at each end."""
    text = str(value)
    shown = min(_SHOWN, len(text) // 3)
    return f"{text[:shown]}***{text[len(text) - shown :]}" if shown else "***"


def as_json(value: object) -> Any:
    """A value of a table as JSON holds it; long texts are cut."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}…"
    return value


def examples(table: TableSpec, rows: Iterable[Row], mask_texts: bool = False) -> list[dict[str, Any]]:
    """Rows of a table as they may be shown: personal columns masked, and with `mask_texts` all texts but reasons."""
    personal = {column.name for column in table.columns if column.personal}
    texts = {column.name for column in table.columns if column.type == "string" and not column.values}
    hidden = personal | texts if mask_texts else personal
    return [
        {
            name: masked(value) if name in hidden and value is not None else as_json(value)
            for name, value in row.asDict().items()
        }
        for row in rows
    ]


def name_of(partition: date | None) -> str:
    """A partition as metadata name it; `all` for a table without partitions."""
    return partition.isoformat() if partition else "all"


def in_order(partitions: Iterable[Partition]) -> list[Partition]:
    """Partitions, first to last."""
    return sorted(partitions, key=_start)


def _start(partition: date | None) -> date:
    return partition or date.min


def by_name(figures: Mapping[Partition, Any]) -> dict[str, Any]:
    """Figures of partitions, by name and in order."""
    return {name_of(partition): figures[partition] for partition in in_order(figures)}


def listed(names: Iterable[str], most: int = MOST_EXAMPLES) -> str:
    """Names in a sentence; of many, the first and how many more."""
    shown = list(names)
    rest = len(shown) - most
    return ", ".join(shown[:most]) + (f" and {rest} more" if rest > 0 else "")
