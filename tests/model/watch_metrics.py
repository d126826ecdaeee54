"""What a contract watched in a month."""

from datetime import date
from fractions import Fraction
from typing import Any

Row = dict[str, Any]


def watched_rows(clean: list[Row]) -> dict[str, list[Row]]:
    """The clean rows of each contract; a row cut to 0 s counts in nothing."""
    found: dict[str, list[Row]] = {}
    for row in clean:
        if row["seconds"] > 0:
            found.setdefault(row["contract"], []).append(row)
    return found


def seconds_by_category(rows: list[Row], categories: list[str]) -> dict[str, int]:
    """The seconds in every category, in the fixed order."""
    return {code: sum(row["seconds"] for row in rows if row["category"] == code) for code in categories}


def ranked_categories(rows: list[Row], categories: list[str]) -> list[str]:
    """The categories watched, most seconds first; ties: more active days in it, then the fixed order."""
    seconds = seconds_by_category(rows, categories)
    days = {code: len({row["log_date"] for row in rows if row["category"] == code}) for code in categories}
    watched = [code for code in categories if seconds[code] > 0]
    return sorted(watched, key=lambda code: (-seconds[code], -days[code], categories.index(code)))


def watch_metrics(month: date, clean: list[Row], landed_days: list[date], categories: list[str]) -> list[Row]:
    """One row a contract that watched in the month."""
    return [
        {"month": month, "contract": contract, **_measures(rows, len(landed_days), categories)}
        for contract, rows in watched_rows(clean).items()
    ]


def _measures(rows: list[Row], observed_days: int, categories: list[str]) -> Row:
    seconds = seconds_by_category(rows, categories)
    days = {row["log_date"] for row in rows}
    return {
        **{f"seconds_{code}": seconds[code] for code in categories},
        "seconds_total": sum(seconds.values()),
        "active_days": len(days),
        "observed_days": observed_days,
        "active_ratio": float(Fraction(len(days), observed_days)),
        "devices": len({row["mac"] for row in rows} - {None}),
        "apps": len({row["app_name"] for row in rows}),
        "first_watched": min(days),
        "last_watched": max(days),
        "most_watch": ranked_categories(rows, categories)[0],
    }
