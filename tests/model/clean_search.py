"""One day of the search log: what is quarantined, what is a copy, what is clean."""

import re
from typing import Any

from . import json_text
from .keyword_text import keyword_key, normalised
from .masking import masked
from .raw import SEARCH_FIELDS
from .text import KEYWORD_NULL_MARKERS, WHITE_SPACE, as_null, trim, trimmed_or_none
from .wall_clock import searched_at

Row = dict[str, Any]

LONGEST_KEYWORD = 1000
CELLULAR = ("wwan", "3g", "4g", "5g", "cellular", "mobile")


def user_of(text: str | None) -> str | None:
    """The user's id: trimmed, no `.0` behind digits; None where there is none."""
    user = trimmed_or_none(as_null(text))
    whole = re.fullmatch(r"([0-9]+)\.0+", user or "")
    return whole[1] if whole else user


def refusal(row: Row, ui_texts: frozenset[str]) -> str | None:
    """Why the row is quarantined: the first reason that fits."""
    if row["unparsed"] is not None:
        return "unparseable"
    if user_of(row["user_id"]) is None:
        return "missing_user"
    landed = row["keyword"] or ""
    if len(landed) > LONGEST_KEYWORD:
        return "keyword_too_long"
    keyword = "" if trim(landed) in KEYWORD_NULL_MARKERS else normalised(landed)
    if not keyword:
        return "missing_keyword"
    return "not_a_search" if keyword.lower() in ui_texts else None


def quarantine(raw: list[Row], ui_texts: frozenset[str]) -> list[Row]:
    """The refused rows as they landed, with the reason."""
    found = []
    for row in raw:
        reason = None if row["erased"] else refusal(row, ui_texts)
        if reason:
            landed = {name: value for name, value in row.items() if name != "log_date"}
            found.append({"log_date": row["log_date"], "reason": reason, **landed})
    return found


def events(raw: list[Row], ui_texts: frozenset[str]) -> list[list[Row]]:
    """The accepted rows, those together that are equal but for their event_id."""
    same: dict[tuple, list[Row]] = {}
    for row in raw:
        if not row["erased"] and refusal(row, ui_texts) is None:
            fields = tuple(row[name] for name in SEARCH_FIELDS if name != "event_id")
            same.setdefault(fields, []).append(row)
    return list(same.values())


def outcome_of(text: str | None) -> str:
    """How the search ended."""
    outcome = trim(text or "").lower()
    return outcome if outcome in ("enter", "quit") else "unknown"


def network_of(text: str | None) -> str | None:
    """The kind of network; None where it is not known."""
    # choice: trimmed too, as its neighbours are.
    network = trim(text or "").lower()
    if network in CELLULAR:
        return "cellular"
    return network if network in ("wifi", "ethernet") else None


def platform_of(text: str | None) -> str | None:
    """The platform in lower case; None where blank."""
    platform = trimmed_or_none(as_null(text))
    return None if platform is None else platform.lower()


def plans_of(text: str | None) -> str | None:
    """The names of the user's plans; None where there are none."""
    landed = as_null(text)
    if landed is None:
        return None
    try:
        value = json_text.parse(landed)
    except ValueError:
        value = None
    if isinstance(value, list):
        plans = [_plan(item) for item in value]
    elif isinstance(value, dict):
        plans = list(value)
    else:
        plans = [piece.strip(WHITE_SPACE + "[]{}\"'") for piece in landed.split(",")]
    names = {trim(plan.partition(":")[0]) for plan in plans if plan is not None}
    return ", ".join(sorted(names - {""})) or None


def _plan(item: Any) -> str | None:
    """The plan that an item of a list names."""
    if isinstance(item, dict):
        if _is_text(item.get("key")):
            return item["key"]
        return next((value for value in item.values() if _is_text(value)), None)
    return item if _is_text(item) else None


def _is_text(value: Any) -> bool:
    """Whether a JSON value is a text: numbers are read as a kind of text, too."""
    return type(value) is str


def clean(raw: list[Row], ui_texts: frozenset[str]) -> list[Row]:
    """One row a search event."""
    return [_event(same) for same in events(raw, ui_texts)]


def _event(same: list[Row]) -> Row:
    row = same[0]
    landed_keyword = normalised(row["keyword"])
    keyword = masked(landed_keyword)
    time, clock_error = searched_at(as_null(row["datetime"]), row["log_date"])
    event_ids = [copy["event_id"] for copy in same if as_null(copy["event_id"]) is not None]
    return {
        "log_date": row["log_date"],
        "search_id": None,  # a hash; the contract leaves its input's layout open
        "event_id": min(event_ids, default=None),
        "user_id": user_of(row["user_id"]),
        "keyword": keyword,
        "keyword_key": keyword_key(keyword),
        "outcome": outcome_of(row["category"]),
        "searched_at": time,
        "clock_error": clock_error,
        "platform": platform_of(row["platform"]),
        "network": network_of(row["network_type"]),
        "isp": trimmed_or_none(as_null(row["proxy_isp"])),
        "action": trimmed_or_none(as_null(row["action"])),
        "plans": plans_of(row["user_plans_map"]),
        "masked": keyword != landed_keyword,
        "source_rows": 1,
    }
