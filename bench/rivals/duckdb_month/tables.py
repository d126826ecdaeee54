"""The tables that are made: their columns, as SQL."""

from bench.rivals.duckdb_month.sql import each

CLEAN = "contract VARCHAR, mac VARCHAR, app VARCHAR, seconds INTEGER, days UINTEGER"
"""Of `clean`: the content days of a month, until the month is summed up."""
FINAL = {
    "watch_metrics": f"""month DATE, contract VARCHAR, {each("seconds_{c} BIGINT")}, seconds_total BIGINT,
        active_days INTEGER, observed_days INTEGER, active_ratio DOUBLE, devices INTEGER, apps INTEGER,
        first_watched DATE, last_watched DATE, most_watch VARCHAR""",
    "taste": f"""month DATE, contract VARCHAR, taste VARCHAR, categories INTEGER, {each("share_{c} DOUBLE")},
        lift_category VARCHAR, lift DOUBLE""",
    "segment_thresholds": """month DATE, contracts BIGINT, q1 DOUBLE, median DOUBLE, q3 DOUBLE, iqr DOUBLE,
        upper_fence DOUBLE, activeness_low_max DOUBLE, activeness_medium_max DOUBLE, outliers BIGINT""",
    "activeness_segments": """month DATE, contract VARCHAR, user_type VARCHAR, activeness VARCHAR,
        clinginess VARCHAR, outlier BOOLEAN, lifecycle VARCHAR""",
    "search_metrics": """month DATE, user_id VARCHAR, searches BIGINT, entered BIGINT, quit BIGINT,
        search_days INTEGER, distinct_keywords INTEGER, first_searched DATE, last_searched DATE, most_search VARCHAR,
        most_search_key VARCHAR, search_category VARCHAR""",
    "search_trends": """month DATE, user_id VARCHAR, search_category VARCHAR, previous_category VARCHAR,
        trending_type VARCHAR, previous VARCHAR""",
    "customer360": f"""month DATE, customer_id VARCHAR, contract VARCHAR, user_id VARCHAR, users INTEGER,
        as_of DATE, matched BOOLEAN, watch_month DATE, {each("seconds_{c} BIGINT")}, seconds_total BIGINT,
        active_days INTEGER, observed_days INTEGER, active_ratio DOUBLE, devices INTEGER, apps INTEGER,
        first_watched DATE, last_watched DATE, most_watch VARCHAR, taste VARCHAR, categories INTEGER,
        {each("share_{c} DOUBLE")}, lift_category VARCHAR, lift DOUBLE, user_type VARCHAR, activeness VARCHAR,
        clinginess VARCHAR, outlier BOOLEAN, lifecycle VARCHAR, recency_days INTEGER, search_month DATE,
        searches BIGINT, entered BIGINT, quit BIGINT, search_days INTEGER, most_search VARCHAR,
        search_category VARCHAR, previous_category VARCHAR, trending_type VARCHAR, previous VARCHAR""",
}
"""Of each final table."""
