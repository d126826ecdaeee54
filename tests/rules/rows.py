"""Rows as either side gives them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.model.tables import COLUMNS, KEYS

Row = dict[str, Any]


def in_order(table: str, rows: Iterable[Row]) -> list[Row]:
    """The rows in the order of their key, then of all that they hold, nulls last. An engine has no order of its own.

    The model gives no `search_id`: it does not count.
    """
    names = [name for name in (*KEYS[table], *COLUMNS[table]) if name != "search_id"]

    def place(row: Row) -> Sequence[tuple[bool, Any]]:
        return [(row[name] is None, row[name]) for name in names]

    return sorted(rows, key=place)


def plain(row: Row) -> Row:
    """An engine's row with its times as the model has them: in UTC, without a zone."""
    return {
        name: value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
