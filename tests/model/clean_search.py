"""One day of the search log: what is quarantined, what is a copy, what is clean."""

from typing import Any

from . import json_text
from .keyword_text import keyword_key, normalised
from .masking import masked
from .raw import SEARCH_FIELDS
from .text import is_blank, trim, trimmed_or_none
from .wall_clock import searched_at

Row = dict[str, Any]

CELLULAR = ("wwan", "3g", "4g", "5g", "cellular", "mobile")


def refusal(row: Row, ui_texts: frozenset[str]) -> str | None:
    """Why the row is quarantined: the first reason that fits."""
    if row["unparsed"] is not None:
        return "unparseable"
    if is_blank(row["user_id"]):
        return "missing_user"
    keyword = normalised(row["keyword"] or "")
    if not keyword:
        return "missing_keyword"
    return "not_a_search" if keyword.lower() in ui_texts else None


def quarantine(raw: list[Row], ui_texts: frozenset[str]) -> list[Row]:
    """The refused rows as they landed, with the reason."""
    found = []
    for row in raw:
        reason = refusal(row, ui_texts)
        if reason:
            landed = {name: value for name, value in row.items() if name != "log_date"}
            found.append({"log_date": row["log_date"], "reason": reason, **landed})
    return found


def events(raw: list[Row], ui_texts: frozenset[str]) -> list[list[Row]]:
    """The accepted rows, those together that are equal but for their event_id."""
    same: dict[tuple, list[Row]] = {}
    for row in raw:
        if refusal(row, ui_texts) is None:
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
    platform = trimmed_or_none(text)
    return None if platform is None else platform.lower()


def plans_of(text: str | None) -> str | None:
    """The names of the user's plans; None where there are none."""
    try:
        items = json_text.parse(text or "")
    except ValueError:
        return None
    if not isinstance(items, list):
        return None
    names = {trim(item.partition(":")[0]) for item in items if isinstance(item, str)}
    return ", ".join(sorted(names - {""})) or None


def clean(raw: list[Row], ui_texts: frozenset[str]) -> list[Row]:
    """One row a search event."""
    return [_event(same) for same in events(raw, ui_texts)]


def _event(same: list[Row]) -> Row:
    row = same[0]
    landed_keyword = normalised(row["keyword"])
    keyword = masked(landed_keyword)
    time, clock_error = searched_at(row["datetime"], row["log_date"])
    event_ids = [copy["event_id"] for copy in same if copy["event_id"] is not None]
    return {
        "log_date": row["log_date"],
        "search_id": None,  # a hash; the contract leaves its input's layout open
        "event_id": min(event_ids, default=None),
        "user_id": trim(row["user_id"]),
        "keyword": keyword,
        "keyword_key": keyword_key(keyword),
        "outcome": outcome_of(row["category"]),
        "searched_at": time,
        "clock_error": clock_error,
        "platform": platform_of(row["platform"]),
        "network": network_of(row["network_type"]),
        "isp": trimmed_or_none(row["proxy_isp"]),
        "action": trimmed_or_none(row["action"]),
        "plans": plans_of(row["user_plans_map"]),
        "masked": keyword != landed_keyword,
        "source_rows": 1,
    }
