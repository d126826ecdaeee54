"""Searches: landed records to the favourites of a month, and how they changed."""

from collections.abc import Iterable
from datetime import date

import duckdb

from bench.rivals.duckdb_month.sql import (
    SEVERAL,
    WHITE,
    csv_source,
    lines_with,
    of_several,
    quoted,
    register,
    user_of,
    wrongly_encoded,
)
from bench.rivals.landed import SEARCH_FIELDS, LandedDay, month_before
from bench.rivals.reference import CUTS, REFERENCE
from bench.rivals.texts import categories_of, clock_times, keyword_forms

_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_REST = ":[0-9]{2}:[0-9]{2}([.][0-9]{1,4})?"
_FORMS = f"{_DATE} [01][0-9]{_REST}|{_DATE} 2[0-3]{_REST}"
KNOWN_CLOCK = f"regexp_full_match(datetime, '{_FORMS}') AND datetime BETWEEN '0100' AND '2400'"
"""SQL: whether DuckDB itself can read the clock of a search."""


def search_source(days: list[LandedDay]) -> str:
    """SQL: all landed searches with their day; the parquet parts of all days by one reader."""
    day = r"strptime(regexp_extract(filename, '/log_search/(\d{8})[/.]', 1), '%Y%m%d')::DATE AS log_date"
    names = ", ".join(name for name in SEARCH_FIELDS if name != "userPlansMap")
    parquet = [file for landed in days if landed.form == "parquet" for file in landed.files]
    parts = []
    if parquet:
        parts.append(
            f"SELECT {day}, {names}, userPlansMap::VARCHAR AS userPlansMap "
            f"FROM read_parquet({parquet}, filename=true, union_by_name=true)"
        )
    for landed in days:
        log_date = f"{quoted(landed.day)}::DATE AS log_date"
        if landed.form == "csv":
            parts += [f"SELECT {log_date}, {names}, userPlansMap FROM {csv_source(file)}" for file in landed.files]
        elif landed.form == "json":
            fields = ", ".join(f"json->>'{name}' AS {name}" for name in SEARCH_FIELDS)
            parts.append(
                f"SELECT {log_date}, {fields} FROM read_json_objects({list(landed.files)}, "
                "format='newline_delimited', ignore_errors=true) WHERE json IS NULL OR NOT "
                r"regexp_matches(json::VARCHAR, '[:,\[\s-](NaN|Inf)')"
            )
    return " UNION ALL ".join(parts)


def clean_searches(con: duckdb.DuckDBPyConnection, days: list[LandedDay]) -> list[date]:
    """Makes `searches`, one row per search of any day; the days on which something landed."""
    con.execute(f"CREATE TEMP TABLE landed_search AS {search_source(days)}")
    for day in days:
        lines = lines_with(con, day, SEVERAL) if day.form == "json" else []
        extra = of_several(lines, SEARCH_FIELDS) + wrongly_encoded(con, day, SEARCH_FIELDS)
        register(con, "extra", SEARCH_FIELDS, extra)
        con.execute(f"INSERT INTO landed_search SELECT {quoted(day.day)}::DATE, * FROM extra")
    con.execute(f"""
        CREATE TEMP TABLE events AS SELECT DISTINCT * REPLACE (nullif(userPlansMap, '') AS userPlansMap)
            FROM landed_search WHERE {user_of("user_id")} IS NOT NULL AND keyword IS NOT NULL
    """)
    prepare_texts(con)
    outcomes = ", ".join(map(quoted, CUTS.known_outcomes))
    con.execute(f"""
        CREATE TEMP TABLE searches AS
        WITH timed AS (
            SELECT log_date, {user_of("user_id")} AS user_id, forms.clean AS keyword, forms.key AS keyword_key,
                lower(trim(category, {WHITE})) AS outcome,
                CASE WHEN {KNOWN_CLOCK} THEN TRY_CAST(datetime AS TIMESTAMP) ELSE times.moment END AS moment
            FROM events JOIN forms ON keyword = forms.landed LEFT JOIN times ON datetime = times.text
        )
        SELECT log_date, date_trunc('month', log_date)::DATE AS month, user_id, keyword, keyword_key,
            CASE WHEN outcome IN ({outcomes}) THEN outcome ELSE 'unknown' END AS outcome,
            CASE WHEN abs(moment::DATE - log_date) <= {CUTS.clock_tolerance_days} THEN moment
                ELSE log_date::TIMESTAMP END AS moment
        FROM timed
    """)
    return [row[0] for row in con.execute("SELECT DISTINCT log_date FROM landed_search").fetchall()]


def prepare_texts(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `forms` of the distinct keywords of `events`, and `times` of its clocks in the rarer forms."""
    keywords = [row[0] for row in con.execute("SELECT DISTINCT keyword FROM events").fetchall()]
    register(con, "forms", ("landed", "clean", "key"), keyword_forms(keywords, REFERENCE))
    odd = con.execute(f"SELECT DISTINCT datetime FROM events WHERE NOT ({KNOWN_CLOCK})").fetchall()
    register(con, "times", ("text", "moment"), clock_times(text for (text,) in odd))


def search_months(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `search_metrics` of all months at once, and `wanted`, the keys that many share."""
    con.execute("""
        CREATE TEMP TABLE spellings AS
        SELECT month, user_id, keyword_key, keyword, count(*) AS events, count(*) FILTER (outcome = 'enter') AS entered,
            count(*) FILTER (outcome = 'quit') AS quit, bit_or(1 << day(log_date) - 1) AS days, max(moment) AS last_event
        FROM searches GROUP BY ALL;
        CREATE TEMP TABLE keys AS
        SELECT month, user_id, keyword_key, sum(events)::BIGINT AS events, sum(entered)::BIGINT AS entered,
            sum(quit)::BIGINT AS quit, bit_or(days) AS days, max(last_event) AS last_event,
            arg_min(keyword, (-events, keyword)) AS spelling
        FROM spellings GROUP BY ALL;
        CREATE TEMP TABLE users AS
        SELECT month, user_id, sum(events)::BIGINT AS searches, sum(entered)::BIGINT AS entered, sum(quit)::BIGINT AS quit,
            bit_or(days) AS days, count(*)::INTEGER AS distinct_keywords,
            arg_min((spelling, keyword_key), (-entered, -events, -epoch_us(last_event), keyword_key)) AS favourite
        FROM keys GROUP BY ALL
    """)
    wanted_keys(con)
    keys = con.execute("SELECT favourite[2] FROM users UNION SELECT keyword_key FROM wanted").fetchall()
    register(con, "categories", ("key", "category"), categories_of((key for (key,) in keys), REFERENCE))
    con.execute("""
        INSERT INTO search_metrics
        SELECT month, user_id, searches, entered, quit, bit_count(days)::INTEGER, distinct_keywords,
            month + log2(days & -days)::INTEGER, month + floor(log2(days))::INTEGER,
            favourite[1], favourite[2], category
        FROM users JOIN categories ON favourite[2] = key
    """)


def wanted_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `wanted` of `keys`: those of a month that enough users share, with their figures and places."""
    con.execute(f"""
        CREATE TEMP TABLE wanted AS
        SELECT month, keyword_key, sum(events)::BIGINT AS searches, count(*) AS users, sum(entered)::BIGINT AS entered,
            sum(quit)::BIGINT AS quit,
            row_number() OVER (PARTITION BY month ORDER BY count(*) DESC, sum(events) DESC, keyword_key) AS place
        FROM keys GROUP BY month, keyword_key HAVING count(*) >= {CUTS.demand_min_users}
    """)


def demand_months(con: duckdb.DuckDBPyConnection, landed: Iterable[date]) -> None:
    """Makes `keyword_demand` of all months at once; searches `landed` in these months."""
    compared = ", ".join(f"DATE {quoted(month_before(month, -1))}" for month in landed)
    con.execute(f"""
        INSERT INTO keyword_demand
        WITH by_spelling AS (
            SELECT month, keyword_key, keyword, sum(events) AS events
            FROM spellings SEMI JOIN wanted USING (month, keyword_key) GROUP BY ALL
        ), most_frequent AS (
            SELECT month, keyword_key, arg_min(keyword, (-events, keyword)) AS keyword FROM by_spelling GROUP BY ALL
        ), before AS (
            SELECT (month + INTERVAL 1 MONTH)::DATE AS month, keyword_key, searches AS previous_searches,
                users AS previous_users, place AS previous_place
            FROM wanted
        )
        SELECT month, keyword_key, keyword, category, searches, users, entered, quit, quit / searches, place,
            previous_searches, previous_users, previous_place,
            CASE WHEN month NOT IN ({compared}) THEN 'unknown' WHEN previous_place IS NULL THEN 'new'
                WHEN place < previous_place THEN 'rising' WHEN place > previous_place THEN 'falling' ELSE 'steady' END
        FROM wanted JOIN most_frequent USING (month, keyword_key) JOIN categories ON keyword_key = key
        LEFT JOIN before USING (month, keyword_key)
    """)


def trends_month(con: duckdb.DuckDBPyConnection, month: date, compares: bool) -> None:
    """Adds a month to `search_trends`; `compares` where searches of the month before landed."""
    con.execute(f"""
        INSERT INTO search_trends
        WITH both_months AS (
            SELECT user_id, n.search_category AS now, b.search_category AS before,
                coalesce(nullif(now, 'unknown'), nullif(before, 'unknown'), 'unknown') AS known,
                CASE WHEN NOT {compares} THEN 'unknown' WHEN before IS NULL THEN 'new' WHEN now IS NULL THEN 'lost'
                    WHEN 'unknown' IN (now, before) THEN 'unknown' WHEN now = before THEN 'unchanged'
                    ELSE 'changed' END AS trend
            FROM (FROM search_metrics WHERE month = {quoted(month)}) n
            FULL JOIN (FROM search_metrics WHERE month = {quoted(month_before(month))}) b USING (user_id)
        )
        SELECT {quoted(month)}::DATE, user_id, now, before, trend,
            CASE WHEN trend = 'changed' THEN before || ' -> ' || now ELSE known END
        FROM both_months
    """)
