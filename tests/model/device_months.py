"""What a device watched in an app in a month."""

from datetime import date
from typing import Any

Row = dict[str, Any]


def device_months(month: date, clean: list[Row]) -> list[Row]:
    """One row per contract, known or unknown device and app."""
    found: dict[tuple, list[Row]] = {}
    for row in clean:
        if row["seconds"] > 0:
            found.setdefault((row["contract"], row["mac"], row["app_name"]), []).append(row)
    return [
        {
            "month": month,
            "contract": contract,
            "mac": mac,
            "app_name": app,
            "category": rows[0]["category"],
            "seconds": sum(row["seconds"] for row in rows),
            "active_days": len({row["log_date"] for row in rows}),
            "day_bits": sum(2 ** (day.day - 1) for day in {row["log_date"] for row in rows}),
            "first_watched": min(row["log_date"] for row in rows),
            "last_watched": max(row["log_date"] for row in rows),
        }
        for (contract, mac, app), rows in found.items()
    ]
