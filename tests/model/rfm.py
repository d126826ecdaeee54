"""How recently, how often and how much contracts watched, against each other."""

from datetime import date
from fractions import Fraction
from typing import Any

from .thresholds import quantile

Row = dict[str, Any]

GROUPS = {
    5: ("new", "promising", "potential_loyal", "champions", "champions"),
    4: ("promising", "potential_loyal", "potential_loyal", "loyal", "champions"),
    3: ("about_to_sleep", "about_to_sleep", "needs_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    1: ("lost", "lost", "hibernating", "at_risk", "cannot_lose"),
}


def recency_of(row: Row, landed_days: list[date]) -> int:
    """Days from the last day the contract watched to the last that landed."""
    return (max(landed_days) - row["last_watched"]).days


def fifths(values: list[int]) -> list[Fraction]:
    """The percentiles 20, 40, 60 and 80."""
    return [quantile(values, Fraction(fifth, 5)) for fifth in (1, 2, 3, 4)]


def _below(value: int, cuts: list[Fraction]) -> int:
    return sum(cut < value for cut in cuts)


def rfm(month: date, metrics: list[Row], landed_days: list[date]) -> list[Row]:
    """One row per contract that watched in the month."""
    if not metrics:
        return []
    recency = fifths([recency_of(row, landed_days) for row in metrics])
    days, seconds = (fifths([row[name] for row in metrics]) for name in ("active_days", "seconds_total"))
    rows = []
    for row in metrics:
        r = 5 - _below(recency_of(row, landed_days), recency)
        f, w = 1 + _below(row["active_days"], days), 1 + _below(row["seconds_total"], seconds)
        rows.append(
            {
                "month": month,
                "contract": row["contract"],
                "recency_days": recency_of(row, landed_days),
                "recency_score": r,
                "frequency_score": f,
                "watch_score": w,
                "rfm": f"{r}{f}{w}",
                "rfm_group": GROUPS[r][(f + w + 1) // 2 - 1],
            }
        )
    return rows
