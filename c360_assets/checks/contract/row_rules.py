"""What every row of a table must satisfy, beyond what its columns say of themselves.

Sums, orders, sides that belong together. A predicate is plain SQL over one row of the table, understood alike by both
engines. A row breaks the rule where the predicate is false or null. What a single column may hold (null, values,
bounds) stands in the table's contract and is made into checks by `row_checks.py`; what depends on reference data or
on other days is no rule for a row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from c360_assets.behaviour import activeness_segments, taste, watch_metrics
from c360_assets.landing import raw_content, raw_search
from c360_assets.reference.categories import CATEGORIES

_CLOSE = "1e-9"
"""How far two figures may lie apart that are equal but for the rounding of doubles."""


@dataclass(frozen=True)
class RowCheck:
    """One check of rows. `parts` are predicates that every row must satisfy, by what each is about.

    `personal`: what breaks it may tell of one person, so texts are masked where it is shown.
    """

    name: str
    doc: str
    parts: Mapping[str, str]
    personal: bool = False


def _all(predicates: Iterable[str]) -> str:
    return " and ".join(f"({predicate})" for predicate in predicates)


def _any_of(columns: Iterable[str]) -> str:
    """The first value of a line's fields; null where it has none."""
    return f"coalesce({', '.join(name for name in columns if name not in ('source_file', 'unparsed'))})"


def _together(side: str, columns: Iterable[str]) -> str:
    """Null exactly where the side is null."""
    return _all(f"({side} is null) = ({name} is null)" for name in columns)


def _in_month(first: str, last: str) -> str:
    return f"{first} <= {last} and trunc({first}, 'month') = month and trunc({last}, 'month') = month"


def _of(kind: str, prefix: str) -> str:
    """The figure of the category that a column names."""
    cases = " ".join(f"when '{code}' then {prefix}_{code}" for code in CATEGORIES)
    return f"case {kind} {cases} end"


_SECONDS = [f"seconds_{code}" for code in CATEGORIES]
_SHARES = [f"share_{code}" for code in CATEGORIES]
_WATCH_SIDE = [
    column.name
    for module in (watch_metrics, taste, activeness_segments)
    for column in module.TABLE.columns
    if column.name != "contract"
]
_ROWS = "balanced and landed_rows = accepted_rows + duplicate_rows + quarantined_rows"
_REASON_FITS = RowCheck(
    "reason_fits",
    "Exactly the lines that do not parse have that reason",
    {"unparsed": "(reason = 'unparseable') = (unparsed is not null)"},
)

RULES: Mapping[str, RowCheck] = {
    "raw_content": RowCheck("unparsed_alone", "A line that does not parse has no fields", {
        "unparsed": f"unparsed is null or {_any_of(raw_content.TABLE.names)} is null",
    }),
    "raw_search": RowCheck("unparsed_alone", "A line that does not parse has no fields", {
        "unparsed": f"unparsed is null or {_any_of(raw_search.TABLE.names)} is null",
    }, personal=True),
    "identity_map": RowCheck("one_form", "A link has a contract and a user in their one form", {
        "contract": "contract rlike '^[A-Z0-9]+$'",
        "user_id": "user_id <> ''",
    }),
    "quarantine_content": _REASON_FITS,
    "quarantine_search": _REASON_FITS,
    "clean_content": RowCheck("one_form", "Contracts, devices and apps stand in their one form", {
        "contract": "contract rlike '^[A-Z0-9]+$'",
        "mac": "mac is null or mac rlike '^[0-9A-F]{12}$'",
        "app_name": "app_name <> ''",
    }),
    "clean_search": RowCheck("one_form", "Searches stand in their one form, and their keywords hold no personal number", {
        "search_id": "search_id rlike '^[0-9a-f]{64}$'",
        "user_id": "user_id <> ''",
        "keyword": "keyword <> '' and keyword_key <> ''",
        "clock_error": "not clock_error or searched_at is null",
        "masked": "not masked or keyword rlike '<(email|card|phone)>'",
        "phone": "not keyword rlike '(^|[^0-9])(0|84|840)[35789][0-9]{8}($|[^0-9])'",
        "card": "not keyword rlike '[0-9]{13}'",
        "email": "not keyword rlike '[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+[.])+[A-Za-z]{2,}'",
    }, personal=True),
    "ledger_content": RowCheck("balanced", "No record and no second was lost or counted twice", {
        "rows": _ROWS,
        "seconds": "landed_seconds = clean_seconds + capped_seconds + duplicate_seconds",
    }),
    "ledger_search": RowCheck("balanced", "No record was lost or counted twice", {"rows": _ROWS}),
    "watch_metrics": RowCheck("adds_up", "Categories sum to the total; ratio, days and most_watch follow from the rest", {
        "seconds_total": f"seconds_total = {' + '.join(_SECONDS)}",
        "active_ratio": f"abs(active_ratio - active_days / nullif(observed_days, 0)) <= {_CLOSE}",
        "active_days": "active_days <= observed_days",
        "first_watched": _in_month("first_watched", "last_watched"),
        "most_watch": f"{_of('most_watch', 'seconds')} = greatest({', '.join(_SECONDS)})",
    }),
    "taste": RowCheck("shares_sum_to_one", "The shares sum to 1; categories and lift_category are among those watched", {
        "shares": f"abs({' + '.join(_SHARES)} - 1) <= {_CLOSE}",
        "categories": f"categories = {' + '.join(f'if({share} > 0, 1, 0)' for share in _SHARES)}",
        "lift_category": f"{_of('lift_category', 'share')} > 0",
    }),
    "segment_thresholds": RowCheck("cuts_in_order", "q1 <= median <= q3 <= upper_fence; low before medium", {
        "quartiles": "q1 <= median and median <= q3 and q3 <= upper_fence",
        "iqr": f"abs(iqr - (q3 - q1)) <= {_CLOSE} * greatest(q3, 1)",
        "activeness": "activeness_low_max <= activeness_medium_max",
        "outliers": "outliers <= contracts",
    }),
    "activeness_segments": RowCheck("outliers_are_high", "Who lies above the upper fence lies above q3", {
        "outlier": "not outlier or user_type = 'high'",
    }),
    "search_metrics": RowCheck("adds_up", "No part is more than all searches; days lie in the month", {
        "outcomes": "entered + quit <= searches",
        "distinct_keywords": "distinct_keywords <= searches",
        "search_days": "search_days <= searches",
        "first_searched": _in_month("first_searched", "last_searched"),
    }),
    "search_trends": RowCheck("trend_fits", "The trend follows from the two categories", {
        "trending_type":
            "case trending_type"
            " when 'new' then previous_category is null and search_category is not null"
            " when 'lost' then previous_category is not null and search_category is null"
            " when 'changed' then previous_category <> search_category"
            " when 'unchanged' then previous_category = search_category"
            " else coalesce(previous_category, search_category) is not null end",
        "previous": "trending_type <> 'changed' or previous = concat(previous_category, ' -> ', search_category)",
    }),
    "customer360": RowCheck("sides_fit", "A side is known as a whole or not at all, and the rest follows from the sides", {
        "customer_id": "customer_id = coalesce(concat('contract:', contract), concat('user:', user_id))",
        "matched": "matched = (watch_month is not null and user_id is not null)",
        "users": "(users > 0) = (user_id is not null)",
        "watch_side": _together("watch_month", _WATCH_SIDE),
        "search_side": _together("search_month", ("searches", "entered", "quit", "search_days", "most_search")),
        "trend_side": _together("user_id", ("trending_type", "previous")),
        "as_of": "trunc(as_of, 'month') = month",
        "watch_month": "watch_month is null or watch_month <= month",
        "search_month": "search_month is null or search_month = month",
        "recency_days": "coalesce(recency_days, -1) = coalesce(datediff(as_of, last_watched), -1)",
    }),
}  # fmt: skip
"""By table; one without an entry has no such rule."""
