"""The customers of a month, as known at its end."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from .months import months_before
from .tables import SEARCH_SIDE, WATCH_SIDE

Row = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What the profile is made from: the tables by month, the links, the landed days by month."""

    watched: dict[date, dict[str, Row]]  # month -> contract -> watch_metrics, taste and segments in one row
    searched: dict[date, dict[str, Row]]  # month -> user -> search_metrics
    trends: dict[date, dict[str, Row]]  # month -> user -> search_trends
    contract_of: dict[str, str]  # user -> contract
    content_days: dict[date, list[date]]
    search_days: dict[date, list[date]]


def customer360(month: date, known: Known) -> list[Row]:
    """One row a contract with a watch profile or a linked search, and one a searching user without a link."""
    landed = known.content_days.get(month, []) + known.search_days.get(month, [])
    if not landed:
        return []
    as_of = max(landed)
    users = sorted(known.trends.get(month, {}))
    linked: dict[str, list[str]] = {}
    for user in users:
        if user in known.contract_of:
            linked.setdefault(known.contract_of[user], []).append(user)
    contracts = {contract for contract in _all_contracts(known) if watch_month_of(contract, month, known)}
    rows = []
    for contract in sorted(contracts | linked.keys()):
        of_contract = linked.get(contract, [])
        user = searcher(of_contract, month, known)
        rows.append(_row(f"contract:{contract}", contract, user, len(of_contract), month, as_of, known))
    for user in users:
        if user not in known.contract_of:
            rows.append(_row(f"user:{user}", None, user, 1, month, as_of, known))
    return rows


def _all_contracts(known: Known) -> set[str]:
    return {contract for rows in known.watched.values() for contract in rows}


def watch_month_of(contract: str | None, month: date, known: Known) -> date | None:
    """The newest month with a watch profile: this one or one of the three before."""
    candidates = [months_before(month, back) for back in range(4)]
    return next((found for found in candidates if contract in known.watched.get(found, {})), None)


def searcher(users: list[str], month: date, known: Known) -> str | None:
    """Of a contract's users the one with most searches now; ties: in the month before, then text order."""

    def searches(user: str, of_month: date) -> int:
        row = known.searched.get(of_month, {}).get(user)
        return row["searches"] if row else 0

    # choice: only users that search_trends holds are chosen from; with none of them the user is null.
    before = months_before(month, 1)
    return min(users, key=lambda user: (-searches(user, month), -searches(user, before), user), default=None)


def _row(
    customer: str, contract: str | None, user: str | None, users: int, month: date, as_of: date, known: Known
) -> Row:
    watch_month = watch_month_of(contract, month, known)
    return {
        "month": month,
        "customer_id": customer,
        "contract": contract,
        "user_id": user,
        "users": users,
        "as_of": as_of,
        "matched": watch_month is not None and user is not None,
        "watch_month": watch_month,
        **_watch_side(contract, watch_month, month, as_of, known),
        **_search_side(user, month, known),
    }


def _watch_side(contract: str | None, watch_month: date | None, month: date, as_of: date, known: Known) -> Row:
    if watch_month is None:
        return {**dict.fromkeys(WATCH_SIDE), "recency_days": None}
    profile = known.watched[watch_month][contract]
    side = {name: profile[name] for name in WATCH_SIDE}
    if watch_month < month and month in known.content_days:
        side["lifecycle"] = "dormant"
    return {**side, "recency_days": (as_of - profile["last_watched"]).days}


def _search_side(user: str | None, month: date, known: Known) -> Row:
    trend = known.trends.get(month, {}).get(user)
    searched = known.searched.get(month, {}).get(user)
    return {
        "search_month": month if searched else None,
        **{name: searched[name] if searched else None for name in SEARCH_SIDE},
        **{name: trend[name] if trend else None for name in ("previous_category", "trending_type", "previous")},
    }
