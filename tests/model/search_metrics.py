"""What a user searched in a month."""

from collections import Counter
from datetime import date, datetime, time
from typing import Any

Row = dict[str, Any]


def when(event: Row) -> datetime:
    """When a search was; its day's midnight where its clock tells nothing."""
    return event["searched_at"] or datetime.combine(event["log_date"], time())


def most_search(events: list[Row]) -> tuple[str, str]:
    """The user's top keyword: its key, and its most frequent spelling."""

    def rank(key: str) -> tuple:
        of_key = [event for event in events if event["keyword_key"] == key]
        entered = sum(event["outcome"] == "enter" for event in of_key)
        last = max(map(when, of_key))
        return -entered, -len(of_key), datetime.max - last, key

    key = min({event["keyword_key"] for event in events}, key=rank)
    spellings = Counter(event["keyword"] for event in events if event["keyword_key"] == key)
    return key, min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def search_category(key: str, dictionary: dict[str, str]) -> str:
    """The category of a key: its own, else that of the longest phrase in it, else unknown."""
    if key in dictionary:
        return dictionary[key]
    phrases = [phrase for phrase in dictionary if f" {phrase} " in f" {key} "]
    longest = min(phrases, key=lambda phrase: (-len(phrase), phrase), default=None)
    return "unknown" if longest is None else dictionary[longest]


def search_metrics(month: date, clean: list[Row], dictionary: dict[str, str]) -> list[Row]:
    """One row a user who searched in the month."""
    users: dict[str, list[Row]] = {}
    for event in clean:
        users.setdefault(event["user_id"], []).append(event)
    return [{"month": month, "user_id": user, **_measures(events, dictionary)} for user, events in users.items()]


def _measures(events: list[Row], dictionary: dict[str, str]) -> Row:
    key, spelling = most_search(events)
    days = {event["log_date"] for event in events}  # choice: a search is on its file's date
    return {
        "searches": len(events),  # choice: events, of any outcome
        "entered": sum(event["outcome"] == "enter" for event in events),
        "quit": sum(event["outcome"] == "quit" for event in events),
        "search_days": len(days),
        "distinct_keywords": len({event["keyword_key"] for event in events}),
        "first_searched": min(days),
        "last_searched": max(days),
        "most_search": spelling,
        "most_search_key": key,
        "search_category": search_category(key, dictionary),
    }
