"""What a user searches for now against the month before."""

from datetime import date
from typing import Any

Row = dict[str, Any]


def trend(now: str | None, then: str | None, comparable: bool) -> tuple[str, str]:
    """The trending_type and `previous`; `comparable` where the month before has landed searches."""
    known = [side for side in (now, then) if side not in (None, "unknown")]
    if not comparable:
        return "unknown", known[0] if known else "unknown"
    if then is None:
        return "new", now
    if now is None:
        return "lost", then
    if "unknown" in (now, then):
        return "unknown", known[0] if known else "unknown"
    return ("unchanged", now) if now == then else ("changed", f"{then} -> {now}")


def search_trends(month: date, now: list[Row], then: list[Row], landed: bool, comparable: bool) -> list[Row]:
    """One row a user of this month or the one before; none where this month has no landed searches."""
    if not landed:
        return []
    current = {row["user_id"]: row["search_category"] for row in now}
    previous = {row["user_id"]: row["search_category"] for row in then}
    rows = []
    for user in sorted(current.keys() | previous.keys()):
        kind, told = trend(current.get(user), previous.get(user), comparable)
        rows.append(
            {
                "month": month,
                "user_id": user,
                "search_category": current.get(user),
                "previous_category": previous.get(user),
                "trending_type": kind,
                "previous": told,
            }
        )
    return rows
