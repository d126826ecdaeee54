"""The tables that are made: their columns, as SQL."""

from bench.rivals.duckdb_month.sql import each
from bench.rivals.reference import FIFTHS, SCORED

CLEAN = "contract VARCHAR, mac VARCHAR, app VARCHAR, seconds INTEGER, days UINTEGER"
"""Of `clean`: the content days of a month, until the month is summed up."""
FINAL = {
    "device_months": """month DATE, contract VARCHAR, mac VARCHAR, app_name VARCHAR, category VARCHAR, seconds BIGINT,
        active_days INTEGER, day_bits INTEGER, first_watched DATE, last_watched DATE""",
    "watch_metrics": f"""month DATE, contract VARCHAR, {each("seconds_{c} BIGINT")}, seconds_total BIGINT,
        active_days INTEGER, observed_days INTEGER, active_ratio DOUBLE, devices INTEGER, apps INTEGER,
        first_watched DATE, last_watched DATE, most_watch VARCHAR""",
    "taste": f"""month DATE, contract VARCHAR, taste VARCHAR, categories INTEGER, {each("share_{c} DOUBLE")},
        lift_category VARCHAR, lift DOUBLE""",
    "segment_thresholds": f"""month DATE, contracts BIGINT, q1 DOUBLE, median DOUBLE, q3 DOUBLE, iqr DOUBLE,
        upper_fence DOUBLE, activeness_low_max DOUBLE, activeness_medium_max DOUBLE, outliers BIGINT,
        {", ".join(f"{prefix}_p{percent} DOUBLE" for prefix in SCORED for percent in FIFTHS)}""",
    "activeness_segments": """month DATE, contract VARCHAR, user_type VARCHAR, activeness VARCHAR,
        clinginess VARCHAR, outlier BOOLEAN, lifecycle VARCHAR, watch_change DOUBLE, watch_trend VARCHAR""",
    "rfm": """month DATE, contract VARCHAR, recency_days INTEGER, recency_score INTEGER, frequency_score INTEGER,
        watch_score INTEGER, rfm VARCHAR, rfm_group VARCHAR""",
    "retention": """month DATE, cohort_month DATE, is_open BOOLEAN, months_since INTEGER, contracts BIGINT,
        watching BIGINT, retained DOUBLE, seconds BIGINT, has_gap BOOLEAN""",
    "search_metrics": """month DATE, user_id VARCHAR, searches BIGINT, entered BIGINT, quit BIGINT,
        search_days INTEGER, distinct_keywords INTEGER, first_searched DATE, last_searched DATE, most_search VARCHAR,
        most_search_key VARCHAR, search_category VARCHAR""",
    "search_trends": """month DATE, user_id VARCHAR, search_category VARCHAR, previous_category VARCHAR,
        trending_type VARCHAR, previous VARCHAR""",
    "keyword_demand": """month DATE, keyword_key VARCHAR, keyword VARCHAR, category VARCHAR, searches BIGINT,
        users BIGINT, entered BIGINT, quit BIGINT, quit_share DOUBLE, place INTEGER, previous_searches BIGINT,
        previous_users BIGINT, previous_place INTEGER, demand_trend VARCHAR""",
    "customer360": f"""month DATE, customer_id VARCHAR, contract VARCHAR, user_id VARCHAR, users INTEGER,
        as_of DATE, matched BOOLEAN, watch_month DATE, {each("seconds_{c} BIGINT")}, seconds_total BIGINT,
        active_days INTEGER, observed_days INTEGER, active_ratio DOUBLE, devices INTEGER, apps INTEGER,
        first_watched DATE, last_watched DATE, most_watch VARCHAR, taste VARCHAR, categories INTEGER,
        {each("share_{c} DOUBLE")}, lift_category VARCHAR, lift DOUBLE, user_type VARCHAR, activeness VARCHAR,
        clinginess VARCHAR, outlier BOOLEAN, lifecycle VARCHAR, watch_change DOUBLE, watch_trend VARCHAR, rfm VARCHAR,
        rfm_group VARCHAR, recency_days INTEGER, search_month DATE,
        searches BIGINT, entered BIGINT, quit BIGINT, search_days INTEGER, most_search VARCHAR,
        search_category VARCHAR, previous_category VARCHAR, trending_type VARCHAR, previous VARCHAR""",
    "audience_members": """month DATE, audience VARCHAR, customer_id VARCHAR, contract VARCHAR, user_id VARCHAR,
        entered BOOLEAN""",
}
"""Of each final table."""
