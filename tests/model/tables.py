"""The columns of the data contract, stated a second time: each with its type, and `?` where null is allowed.

The contracts of the real tables are checked against this list, so it is not made from them. Only the keys are: rows are
laid side by side by them, and what is wrong in a key shows in the rows.

s text, i and n whole number, d double, D date, T time, b boolean.
"""

from datetime import date, datetime

from c360_assets.contracts.table import TableSpec
from c360_assets.tables import TABLES

_CONTENT = """source_file s, doc_index s?, doc_type s?, doc_id s?, doc_score s?,
    contract s?, mac s?, total_duration s?, app_name s?, unparsed s?, other_fields s?, erased b?"""
_SEARCH = """source_file s, event_id s?, datetime s?, user_id s?, keyword s?, category s?, proxy_isp s?,
    platform s?, network_type s?, action s?, user_plans_map s?, unparsed s?, other_fields s?, erased b?"""
_METRICS = """seconds_tv i, seconds_movies i, seconds_entertainment i, seconds_kids i, seconds_sports i,
    seconds_other i, seconds_total i, active_days n, observed_days n, active_ratio d, devices n, apps n,
    first_watched D, last_watched D, most_watch s"""
_TASTE = """taste s, categories n, share_tv d, share_movies d, share_entertainment d, share_kids d,
    share_sports d, share_other d, lift_category s, lift d"""
_SEGMENTS = "user_type s, activeness s, clinginess s, outlier b, lifecycle s, watch_change d?, watch_trend s"
_FIGURES = "searches i, entered i, quit i, search_days n"
_LEDGER = "landed_rows i, accepted_rows i, duplicate_rows i, quarantined_rows i, erased_rows i"


def _names(columns: str) -> list[str]:
    return [column.split()[0] for column in columns.split(",")]


WATCH_SIDE = [*_names(f"{_METRICS}, {_TASTE}, {_SEGMENTS}"), "rfm", "rfm_group"]
SEARCH_SIDE = _names(f"{_FIGURES}, most_search s, search_category s")


def _nullable(columns: str) -> str:
    return ", ".join(f"{column.strip().rstrip('?')}?" for column in columns.split(","))


_COLUMNS = {
    "raw_content": f"log_date D, {_CONTENT}",
    "raw_search": f"log_date D, {_SEARCH}",
    "clean_content": """log_date D, contract s, mac s?, app_name s, category s, seconds i, capped_seconds i,
        source_rows i""",
    "clean_search": """log_date D, search_id s, event_id s?, user_id s, keyword s, keyword_key s, outcome s,
        searched_at T?, clock_error b, platform s?, network s?, isp s?, action s?, plans s?, masked b,
        source_rows i""",
    "watch_metrics": f"month D, contract s, {_METRICS}",
    "taste": f"month D, contract s, {_TASTE}",
    "activeness_segments": f"month D, contract s, {_SEGMENTS}",
    "customer360": f"""month D, customer_id s, contract s?, user_id s?, users n, as_of D, matched b,
        watch_month D?, {_nullable(_METRICS)}, {_nullable(_TASTE)}, {_nullable(_SEGMENTS)}, rfm s?, rfm_group s?, recency_days n?,
        search_month D?, {_nullable(_FIGURES)}, most_search s?, search_category s?, previous_category s?,
        trending_type s?, previous s?""",
    "quarantine_content": f"log_date D, reason s, {_CONTENT}",
    "quarantine_search": f"log_date D, reason s, {_SEARCH}",
    "ledger_content": f"""log_date D, {_LEDGER}, landed_seconds i, clean_seconds i, duplicate_seconds i,
        capped_seconds i, balanced b""",
    "ledger_search": f"log_date D, {_LEDGER}, balanced b",
    "segment_thresholds": """month D, contracts i, q1 d, median d, q3 d, iqr d, upper_fence d,
        activeness_low_max d, activeness_medium_max d, outliers i, recency_p20 d, recency_p40 d, recency_p60 d,
        recency_p80 d, active_days_p20 d, active_days_p40 d, active_days_p60 d, active_days_p80 d,
        seconds_p20 d, seconds_p40 d, seconds_p60 d, seconds_p80 d""",
    "device_months": """month D, contract s, mac s?, app_name s, category s, seconds i, active_days n, day_bits n,
        first_watched D, last_watched D""",
    "rfm": """month D, contract s, recency_days n, recency_score n, frequency_score n, watch_score n, rfm s,
        rfm_group s""",
    "retention": """month D, cohort_month D, is_open b, months_since n, contracts i, watching i, retained d,
        seconds i, has_gap b""",
    "keyword_demand": """month D, keyword_key s, keyword s, category s, searches i, users i, entered i, quit i,
        quit_share d, place n, previous_searches i?, previous_users i?, previous_place n?, demand_trend s""",
    "audience_members": "month D, audience s, customer_id s, contract s?, user_id s?, entered b?",
    "search_metrics": f"""month D, user_id s, {_FIGURES}, distinct_keywords n, first_searched D,
        last_searched D, most_search s, most_search_key s, search_category s""",
    "search_trends": """month D, user_id s, search_category s?, previous_category s?, trending_type s,
        previous s""",
    "identity_map": "contract s, user_id s, source s?",
    "quarantine_identity": "reason s, contract s?, user_id s?, source s?",
}

COLUMNS: dict[str, dict[str, str]] = {
    table: dict(column.split() for column in columns.split(",")) for table, columns in _COLUMNS.items()
}


def _key(table: TableSpec) -> tuple[str, ...]:
    """The columns that no two rows of the whole table share; none where the table has no key."""
    partition = (table.partition_column,) if table.partition_column and table.key else ()
    return tuple(dict.fromkeys((*partition, *table.key)))


KEYS: dict[str, tuple[str, ...]] = {name: _key(table) for name, table in TABLES.items()}

_TYPES = {"s": str, "i": int, "n": int, "d": float, "D": date, "T": datetime, "b": bool}


def fits(value: object, kind: str) -> bool:
    """Whether a value is of the kind a column has, such as `i?`."""
    if value is None:
        return kind.endswith("?")
    return type(value) is _TYPES[kind[0]]
