"""The figures of a day's ledger, and a table of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from c360_assets.metadata.figures import small_table
from resources.lake.sql import LakeQuery

_ROWS = {
    "landed": ("landed_rows", "landed_seconds"),
    "accepted": ("accepted_rows", "clean_seconds"),
    "duplicate": ("duplicate_rows", "duplicate_seconds"),
    "quarantined": ("quarantined_rows", None),
    "erased": ("erased_rows", None),
    "above a device's day": (None, "capped_seconds"),
}


def ledger_figures(lake: LakeQuery, ledger: str, day: date) -> dict[str, Any]:
    """Each figure of a day's ledger, and all of them as a table."""
    row = lake.rows([ledger], f"select * from {ledger} where log_date = DATE '{day}'")[0]
    figures = {name: value for name, value in row.items() if name != "log_date"}
    return {**figures, "ledger": small_table(_lines(figures))}


def _lines(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ledger line by line; seconds only where the log has any."""
    with_seconds = "landed_seconds" in figures
    lines = []
    for name, (rows, seconds) in _ROWS.items():
        if rows or with_seconds:
            line = {"what": name, "rows": figures[rows] if rows else None}
            lines.append(line | ({"seconds": figures[seconds] if seconds else None} if with_seconds else {}))
    return lines
