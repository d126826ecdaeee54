"""The rules of what a user searched for: the columns of search_metrics and search_trends."""

from collections.abc import Callable

from c360_assets.contracts.months import add_months
from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figure import Explained, Rule
from c360_assets.explain.searching import KeywordMonth, Searching
from c360_assets.explain.words import days, listed
from c360_assets.reference.vocabulary import CHANGED, ENTER, LOST, NEW, QUIT, UNCHANGED, UNKNOWN
from resources.lake.sql import Row

_CLEAN = ("log_date", "searched_at", "keyword", "keyword_key", "outcome")
NO_SEARCH_SIDE = "no user of this customer searched in the month or in the one before"


def _month_rule(rule: Callable[[Searching], Explained]) -> Rule:
    """A rule of the month's searches, null where the user did not search in it."""

    def explain(evidence: Evidence) -> Explained:
        searching = evidence.searching
        if searching is None:
            return Explained(None, NO_SEARCH_SIDE)
        if not searching.searches:
            return _searched(searching, None, f"the user did not search in {searching.month:%Y-%m}")
        return rule(searching)

    return explain


def _searched(searching: Searching, value: object, rule: str) -> Explained:
    return Explained(value, rule, _rows_of(searching), searching.records)


def _rows_of(searching: Searching) -> dict[str, list[Row]]:
    """The rows of tables that come between a month's figures and its records."""
    days = [{name: row[name] for name in _CLEAN} for row in searching.searches]
    months = [searching.metrics] if searching.metrics else []
    return {f"search_metrics of {searching.month:%Y-%m}": months, f"clean_search of {searching.month:%Y-%m}": days}


def _searches(searching: Searching) -> Explained:
    return _searched(searching, len(searching.searches), "distinct searches, whatever their outcome")


def _entered(searching: Searching) -> Explained:
    found = sum(row["outcome"] == ENTER for row in searching.searches)
    return _searched(searching, found, "searches whose outcome is enter")


def _quit(searching: Searching) -> Explained:
    found = sum(row["outcome"] == QUIT for row in searching.searches)
    return _searched(searching, found, "searches whose outcome is quit")


def _search_days(searching: Searching) -> Explained:
    found = sorted({row["log_date"] for row in searching.searches})
    return _searched(searching, len(found), f"the days with a search: {days(found)}")


def _search_month(searching: Searching) -> Explained:
    return _searched(searching, searching.month, f"the user searched in {searching.month:%Y-%m}")


def _most_search(searching: Searching) -> Explained:
    most = searching.keywords[0]
    rule = f"the keyword with the most entered searches, in its most frequent spelling: {_standing(most)}"
    if len(searching.keywords) > 1:
        second = searching.keywords[1]
        rule += f"; runner-up {second.keyword!r}: {_standing(second)}{_tie(most, second)}"
    return _searched(searching, most.keyword, rule)


def _standing(keyword: KeywordMonth) -> str:
    return f"{keyword.entered} of {keyword.searches} entered"


def _tie(one: KeywordMonth, other: KeywordMonth) -> str:
    """How a tie for the most entered keyword fell."""
    if one.entered != other.entered:
        return ""
    if one.searches != other.searches:
        return "; tie: more searches"
    return "; tie: the later last search" if one.latest != other.latest else "; tie: text order"


def _category(searching: Searching | None) -> tuple[str | None, str]:
    """The category of a month's searches, and where it comes from."""
    if searching is None:
        return None, NO_SEARCH_SIDE
    if not searching.searches:
        return None, f"the user did not search in {searching.month:%Y-%m}"
    category, phrase = searching.category()
    if phrase is None:
        return category, f"no phrase of the keyword dictionary is in most_search of {searching.month:%Y-%m}"
    return category, f"most_search of {searching.month:%Y-%m} holds the phrase {phrase!r} of the keyword dictionary"


def _search_category(evidence: Evidence) -> Explained:
    return _of_months(evidence, *_category(evidence.searching), months=(evidence.searching,))


def _previous_category(evidence: Evidence) -> Explained:
    return _of_months(evidence, *_category(evidence.searching_before), months=(evidence.searching_before,))


def _trend(evidence: Evidence) -> tuple[str | None, str]:
    if evidence.searching is None:
        return None, NO_SEARCH_SIDE
    before = add_months(evidence.month, -1)
    now, earlier = _category(evidence.searching)[0], _category(evidence.searching_before)[0]
    if not evidence.landed_days("search", before):
        return UNKNOWN, f"no searches landed in {before:%Y-%m}"
    if earlier is None:
        return NEW, f"the user did not search in {before:%Y-%m}"
    if now is None:
        return LOST, f"the user searched in {before:%Y-%m}, and not in {evidence.month:%Y-%m}"
    if UNKNOWN in (now, earlier):
        return UNKNOWN, f"a category is unknown: {earlier} in {before:%Y-%m}, {now} in {evidence.month:%Y-%m}"
    trend = UNCHANGED if now == earlier else CHANGED
    return trend, f"{earlier} in {before:%Y-%m}, {now} in {evidence.month:%Y-%m}"


def _trending_type(evidence: Evidence) -> Explained:
    return _of_months(evidence, *_trend(evidence), months=(evidence.searching, evidence.searching_before))


def _previous(evidence: Evidence) -> Explained:
    trend, why = _trend(evidence)
    now, earlier = _category(evidence.searching)[0], _category(evidence.searching_before)[0]
    known = [category for category in (now, earlier) if category not in (None, UNKNOWN)]
    value = None if trend is None else f"{earlier} -> {now}" if trend == CHANGED else (*known, UNKNOWN)[0]
    rule = f"trending_type is {trend}: {why}" if trend else why
    return _of_months(evidence, value, rule, months=(evidence.searching, evidence.searching_before))


def _of_months(_: Evidence, value: object, rule: str, months: tuple[Searching | None, ...]) -> Explained:
    known = [month for month in months if month is not None]
    rows = {title: found for month in known for title, found in _rows_of(month).items()}
    records = [record for month in reversed(known) for record in month.records]
    return Explained(value, rule, rows, records)


def _users(evidence: Evidence) -> Explained:
    users = evidence.users
    found = listed([f"{one.user_id} (searches: {one.searches:,})" for one in users])
    return Explained(len(users), f"the customer's users with searches in the month or the one before: {found}")


def _user_id(evidence: Evidence) -> Explained:
    if not evidence.users:
        return Explained(None, NO_SEARCH_SIDE)
    first, *others = evidence.users
    if not others:
        return Explained(first.user_id, "the only user of the customer with searches in the month or the one before")
    standing = ", ".join(f"{one.user_id}: {one.searches}, before {one.searches_before}" for one in evidence.users)
    rule = f"the user with the most searches in the month, then in the month before, then in text order: {standing}"
    return Explained(first.user_id, rule)


RULES: dict[str, Rule] = {
    "user_id": _user_id,
    "users": _users,
    "search_month": _month_rule(_search_month),
    "searches": _month_rule(_searches),
    "entered": _month_rule(_entered),
    "quit": _month_rule(_quit),
    "search_days": _month_rule(_search_days),
    "most_search": _month_rule(_most_search),
    "search_category": _search_category,
    "previous_category": _previous_category,
    "trending_type": _trending_type,
    "previous": _previous,
}
