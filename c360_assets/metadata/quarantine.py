"""The figures of a quarantine: how many records broke each rule."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from resources.lake.sql import LakeQuery


def by_reason(lake: LakeQuery, table: str, reasons: Sequence[str], day: date | None) -> dict[str, Any]:
    """Records by reason, and their total. Every reason is named, so that the UI plots each over the days."""
    where = f"where log_date = DATE '{day}'" if day else ""
    rows = lake.rows([table], f"select reason, count(*) as records from {table} {where} group by reason")
    counts = dict.fromkeys(reasons, 0) | {row["reason"]: row["records"] for row in rows}
    return {"quarantined": sum(counts.values()), **counts}


def share_of_landed(lake: LakeQuery, raw: str, day: date, quarantined: int) -> dict[str, Any]:
    """The share of a day's landed records (0 to 1) that is quarantined; 0 if none landed."""
    if not quarantined:
        return {"quarantined_share": 0.0}
    landed = lake.rows([raw], f"select count(*) as records from {raw} where log_date = DATE '{day}'")[0]["records"]
    return {"quarantined_share": quarantined / landed}
