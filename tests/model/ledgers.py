"""The proof that no row and no second got lost: each figure counted from its own table."""

from datetime import date
from typing import Any

from . import clean_content

Row = dict[str, Any]


def content_ledger(day: date, raw: list[Row], clean: list[Row], refused: list[Row], copies: list[Row]) -> Row:
    """One day of the content log."""
    taken = [row for row in raw if clean_content.is_accepted(row)]
    row = {
        "log_date": day,
        "landed_rows": len(raw),
        "accepted_rows": sum(row["source_rows"] for row in clean),
        "duplicate_rows": len(copies),
        "quarantined_rows": len(refused),
        "erased_rows": sum(row["erased"] is True for row in raw),
        "landed_seconds": _seconds(taken),
        "clean_seconds": sum(row["seconds"] for row in clean),
        "duplicate_seconds": _seconds(copies),
        "capped_seconds": sum(row["capped_seconds"] for row in clean),
    }
    seconds = row["clean_seconds"] + row["capped_seconds"] + row["duplicate_seconds"]
    return {**row, "balanced": _rows_balance(row) and row["landed_seconds"] == seconds}


def search_ledger(day: date, raw: list[Row], clean: list[Row], refused: list[Row], copies: int) -> Row:
    """One day of the search log."""
    row = {
        "log_date": day,
        "landed_rows": len(raw),
        "accepted_rows": sum(row["source_rows"] for row in clean),
        "duplicate_rows": copies,
        "quarantined_rows": len(refused),
        "erased_rows": sum(row["erased"] is True for row in raw),
    }
    return {**row, "balanced": _rows_balance(row)}


def _seconds(raw: list[Row]) -> int:
    return sum(clean_content.seconds_of(row["total_duration"]) for row in raw)


def _rows_balance(row: Row) -> bool:
    parts = ("accepted_rows", "duplicate_rows", "quarantined_rows", "erased_rows")
    return row["landed_rows"] == sum(row[name] for name in parts)
