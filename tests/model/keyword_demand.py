"""What many people search for."""

from collections import Counter
from datetime import date
from typing import Any

from .search_metrics import search_category

Row = dict[str, Any]

MIN_USERS = 5


def _figures(events: list[Row]) -> dict[str, Row]:
    """The figures of each key that enough users share, with its place."""
    by_key: dict[str, list[Row]] = {}
    for event in events:
        by_key.setdefault(event["keyword_key"], []).append(event)
    found = {}
    for key, of_key in by_key.items():
        users = len({event["user_id"] for event in of_key})
        if users >= MIN_USERS:
            spellings = Counter(event["keyword"] for event in of_key)
            found[key] = {
                "keyword": min(spellings, key=lambda text: (-spellings[text], text)),
                "searches": len(of_key),
                "users": users,
                "entered": sum(event["outcome"] == "enter" for event in of_key),
                "quit": sum(event["outcome"] == "quit" for event in of_key),
            }
            found[key]["quit_share"] = found[key]["quit"] / found[key]["searches"]
    order = sorted(found, key=lambda key: (-found[key]["users"], -found[key]["searches"], key))
    return {key: {**found[key], "place": place} for place, key in enumerate(order, 1)}


def _trend(place: int, before: int | None, comparable: bool) -> str:
    if not comparable:
        return "unknown"
    if before is None:
        return "new"
    return "rising" if place < before else "falling" if place > before else "steady"


def keyword_demand(
    month: date, now: list[Row], then: list[Row], comparable: bool, dictionary: dict[str, str]
) -> list[Row]:
    """One row per key; `comparable` where the month before has landed searches."""
    previous = _figures(then)
    rows = []
    for key, row in _figures(now).items():
        before = previous.get(key, {})
        rows.append(
            {
                "month": month,
                "keyword_key": key,
                "keyword": row["keyword"],
                "category": search_category(key, dictionary),
                **row,
                "previous_searches": before.get("searches"),
                "previous_users": before.get("users"),
                "previous_place": before.get("place"),
                "demand_trend": _trend(row["place"], before.get("place"), comparable),
            }
        )
    return rows
