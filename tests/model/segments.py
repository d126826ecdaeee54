"""What a contract's measures say of its behaviour."""

from datetime import date
from fractions import Fraction
from typing import Any

from .months import months_before
from .thresholds import LOW_MAX, MEDIUM_MAX, Cuts, cuts

Row = dict[str, Any]

CLINGINESS = {
    ("low", "low"): "low",
    ("low", "medium"): "low",
    ("low", "high"): "medium",
    ("middle", "low"): "low",
    ("middle", "medium"): "medium",
    ("middle", "high"): "high",
    ("high", "low"): "medium",
    ("high", "medium"): "high",
    ("high", "high"): "high",
}


def user_type_of(seconds: int, found: Cuts) -> str:
    """How much: below, between or above the quartiles."""
    if seconds < found.q1:
        return "low"
    return "high" if seconds > found.q3 else "middle"


def activeness_of(active_days: int, observed_days: int) -> str:
    """How often: by thirds of the days observed."""
    ratio = Fraction(active_days, observed_days)
    if ratio <= LOW_MAX:
        return "low"
    return "medium" if ratio <= MEDIUM_MAX else "high"


def lifecycle_of(contract: str, month: date, metrics: dict[date, list[Row]], landed: set[date]) -> str:
    """Where the contract comes from, told by the three months before."""
    if months_before(month, 1) not in landed:
        return "unknown"
    watched = [
        any(row["contract"] == contract for row in metrics.get(months_before(month, back), [])) for back in (1, 2, 3)
    ]
    if watched[0]:
        return "returning"
    return "resurrected" if any(watched) else "new"


def watch_change_of(row: Row, month: date, metrics: dict[date, list[Row]], landed: set[date]) -> Row:
    """How much the contract watches on an observed day, against the month before."""
    before = months_before(month, 1)
    same = [other for other in metrics.get(before, []) if other["contract"] == row["contract"]]
    if before not in landed or not same:
        return {"watch_change": None, "watch_trend": "unknown"}
    now, then = (Fraction(one["seconds_total"], one["observed_days"]) for one in (row, same[0]))
    change = now / then
    trend = "falling" if change <= Fraction(1, 2) else "rising" if change >= 2 else "steady"
    return {"watch_change": float(change), "watch_trend": trend}


def activeness_segments(month: date, metrics: dict[date, list[Row]], landed: set[date]) -> list[Row]:
    """One row a contract that watched in the month; `landed` are the months with landed content."""
    rows = []
    found = cuts(metrics[month]) if metrics[month] else None
    for row in metrics[month]:
        user_type = user_type_of(row["seconds_total"], found)
        activeness = activeness_of(row["active_days"], row["observed_days"])
        rows.append(
            {
                "month": month,
                "contract": row["contract"],
                "user_type": user_type,
                "activeness": activeness,
                "clinginess": CLINGINESS[user_type, activeness],
                "outlier": row["seconds_total"] > found.upper_fence,
                "lifecycle": lifecycle_of(row["contract"], month, metrics, landed),
                **watch_change_of(row, month, metrics, landed),
            }
        )
    return rows
