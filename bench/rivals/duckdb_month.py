"""The whole pipeline as one tuned DuckDB script: landed logs to customer360, as plain parquet files.

    python -m bench.rivals.duckdb_month LANDING OUT

Same final tables as the project, row for row. Left out: raw tables, quarantine, ledgers, checks, history, and making
only what changed. Tuned by: content a day at a time, no order kept, explicit columns, records grouped once and only
groups of several looked at for copies, a month rolled up to contract, device and app with its days as bits.

What the fast readers leave over: DuckDB reads 1e3 as 1000.0 and takes NaN for a number, so lines with either are
looked for; CSV lines that are no UTF-8 are found by its list of rejects.
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bench.rivals.landed import (
    CONTENT_FIELDS,
    SEARCH_FIELDS,
    LandedDay,
    Record,
    csv_header,
    csv_records,
    data_files,
    form_of,
    json_record,
    landed_days,
    lines_at,
    month_before,
    months_of,
)
from bench.rivals.texts import categories_of, clock_times, keyword_forms, reference_data
from c360_assets.text import WHITE_SPACE

CODES = ("tv", "movies", "entertainment", "kids", "sports", "other")
FINAL = (
    "watch_metrics",
    "taste",
    "segment_thresholds",
    "activeness_segments",
    "search_metrics",
    "search_trends",
    "customer360",
)
REFERENCE = reference_data()
CUTS = REFERENCE.measures


def quoted(value: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(value).replace("'", "''") + "'"


WHITE = quoted(WHITE_SPACE)
CONTRACT = quoted(CUTS.contract_pattern)
APPS = ", ".join(map(quoted, REFERENCE.app_categories))
CATEGORY = " ".join(
    f"WHEN app = {quoted(app)} THEN {CODES.index(code)}" for app, code in REFERENCE.app_categories.items()
)


def each(template: str, joint: str = ", ", **more: dict[str, Any]) -> str:
    """The template for each category: {c} its code, {p} its place in the fixed order."""
    return joint.join(template.format(c=code, p=place, **more) for place, code in enumerate(CODES))


def contract_of(column: str) -> str:
    """SQL: a contract in its one form; null where it is none."""
    clean = f"upper(trim({column}, {WHITE}))"
    return (
        f"CASE WHEN regexp_matches({column}, {CONTRACT}) THEN {column} "
        f"WHEN regexp_matches({clean}, {CONTRACT}) THEN {clean} END"
    )


def filled(column: str) -> str:
    """SQL: the trimmed text; null where nothing is left."""
    return f"CASE WHEN {column} SIMILAR TO '[!-~]([ -~]*[!-~])?' THEN {column} ELSE nullif(trim({column}, {WHITE}), '') END"


def register(
    con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Makes rows of texts (or times) a table."""
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    types = [pa.timestamp("us") if name == "moment" else pa.string() for name in columns]
    arrays = [pa.array(value, kind) for value, kind in zip(values, types, strict=True)]
    con.register(name, pa.table(arrays, names=list(columns)))


def csv_source(file: str) -> str:
    """SQL: a reader of a CSV file with its own header; lines that are no records go to the list of rejects."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in csv_header(file))
    return (
        f"read_csv({quoted(file)}, columns={{{columns}}}, delim=',', quote='\"', escape='\"', header=true, "
        "auto_detect=false, ignore_errors=true, store_rejects=true, rejects_limit=0)"
    )


def wrongly_encoded(con: duckdb.DuckDBPyConnection, day: LandedDay, fields: tuple[str, ...]) -> list[Record]:
    """The records in a day's CSV files that hold bytes that are no UTF-8, once the day was read."""
    found: list[Record] = []
    for file in day.files if day.form == "csv" else ():
        places = con.execute(
            "SELECT DISTINCT line_byte_position FROM reject_errors JOIN reject_scans USING (scan_id, file_id) "
            "WHERE error_type = 'INVALID ENCODING' AND file_path = ?",
            [file],
        ).fetchall()
        lines = lines_at(file, sorted(place for (place,) in places)) if places else []
        found += csv_records(lines, csv_header(file), fields)
    return found


# --- content: a day ----------------------------------------------------------------------------------------


def content_source(day: LandedDay) -> str:
    """SQL: the records of a day, as the fields of CONTENT_FIELDS."""
    files = list(day.files)
    names = CONTENT_FIELDS[4:]
    documents = "NULL::VARCHAR AS _index, NULL::VARCHAR AS _type, NULL::VARCHAR AS _id, NULL::VARCHAR AS _score"
    if day.form == "parquet":
        fields = ", ".join(f"{name}::VARCHAR AS {name}" for name in names)
        return f"SELECT {documents}, {fields} FROM read_parquet({files})"
    if day.form == "csv":
        return " UNION ALL ".join(f"SELECT {documents}, {', '.join(names)} FROM {csv_source(file)}" for file in files)
    fields = ", ".join(f"CASE WHEN _source IS NULL THEN {name} ELSE _source.{name} END AS {name}" for name in names)
    columns = ", ".join(f"{name}: 'VARCHAR'" for name in CONTENT_FIELDS)
    nested = ", ".join(f"{name} VARCHAR" for name in names)
    return (
        f"SELECT _index, _type, _id, _score, {fields} FROM read_json({files}, format='newline_delimited', "
        f"ignore_errors=true, columns={{{columns}, _source: 'STRUCT({nested})'}}) WHERE _score IS DISTINCT FROM 'NaN'"
    )


def records_of(source: str) -> str:
    """SQL: the records of a source that break no rule, in one form. What is regular already is not touched."""
    mac = f"upper(regexp_replace(Mac, '[:.\\-{WHITE_SPACE}]', '', 'g'))"
    whole = f"trim(TotalDuration, {WHITE})"
    return f"""
        SELECT * FROM (
            SELECT {contract_of("Contract")} AS contract,
                CASE WHEN regexp_full_match(Mac, '[0-9A-F]{{12}}') THEN Mac
                    WHEN regexp_full_match({mac}, '[0-9A-F]{{12}}') THEN {mac} END AS mac,
                CASE WHEN AppName IN ({APPS}) THEN AppName
                    ELSE coalesce(upper({filled("AppName")}), 'UNKNOWN') END AS app,
                CASE WHEN regexp_full_match(TotalDuration, '[0-9]+') THEN TRY_CAST(TotalDuration AS BIGINT)
                    WHEN regexp_full_match({whole}, '[0-9]+(\\.0+)?')
                    THEN TRY_CAST(split_part({whole}, '.', 1) AS BIGINT) END AS seconds,
                hash({", ".join(CONTENT_FIELDS)}) AS record,
                CASE WHEN suffix(TotalDuration, '.0') THEN _id END AS rounded_id
            FROM ({source})
        ) WHERE contract IS NOT NULL AND seconds BETWEEN 1 AND {CUTS.day_seconds}
    """


def drop_exponents(con: duckdb.DuckDBPyConnection, day: LandedDay) -> None:
    """Takes out records whose duration was written with an exponent: the JSON reader shows 1e3 as 1000.0."""
    if day.form != "json" or not con.execute("SELECT 1 FROM day WHERE rounded_id IS NOT NULL LIMIT 1").fetchone():
        return
    lines = con.execute(
        f"SELECT line FROM read_csv({list(day.files)}, columns={{line: 'VARCHAR'}}, delim='\x01', quote='', escape='', "
        "header=false, auto_detect=false, ignore_errors=true) "
        "WHERE regexp_matches(line, '\"TotalDuration\"[ \t]*:[ \t]*[0-9.]+[eE]')"
    ).fetchall()
    ids = [(record[2],) for (line,) in lines if (record := json_record(line, CONTENT_FIELDS))]
    register(con, "exponents", ["id"], ids)
    con.execute("DELETE FROM day WHERE rounded_id IN (SELECT id FROM exponents)")


def has_landed(con: duckdb.DuckDBPyConnection, day: LandedDay) -> bool:
    """Whether any record of the day landed; asked only of a day with no good one."""
    if day.form == "parquet":
        return bool(con.execute(f"SELECT count(*) FROM read_parquet({list(day.files)})").fetchall()[0][0])
    lines = 0
    for file in day.files:
        rows = con.execute(f"SELECT count(*) FROM read_text({quoted(file)}) WHERE trim(content, {WHITE}) <> ''")
        lines += rows.fetchall()[0][0]
    return lines > 0


def clean_day(con: duckdb.DuckDBPyConnection, day: LandedDay) -> bool:
    """Adds a day to `clean`, one row a contract, device and app; whether anything landed."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE day AS {records_of(content_source(day))}")
    extra = wrongly_encoded(con, day, CONTENT_FIELDS)
    if extra:
        register(con, "extra", CONTENT_FIELDS, extra)
        con.execute(f"INSERT INTO day {records_of('SELECT * FROM extra')}")
    drop_exponents(con, day)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE grouped AS SELECT contract, mac, app, sum(seconds)::BIGINT AS seconds, "
        "count(*) AS records FROM day GROUP BY contract, mac, app"
    )
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE full_device AS SELECT contract, mac FROM grouped WHERE mac IS NOT NULL
            GROUP BY contract, mac HAVING sum(seconds) > {CUTS.day_seconds};
        CREATE OR REPLACE TEMP TABLE several AS
            WITH of_several AS (
                SELECT DISTINCT day.contract, day.mac, day.app, day.seconds, day.record FROM day
                JOIN (FROM grouped WHERE records > 1) g
                ON day.contract = g.contract AND day.app = g.app AND day.mac IS NOT DISTINCT FROM g.mac
            ) SELECT contract, mac, app, sum(seconds)::BIGINT AS seconds FROM of_several GROUP BY contract, mac, app;
        INSERT INTO clean BY NAME
            WITH summed AS (
                SELECT contract, mac, app, seconds FROM grouped WHERE records = 1 UNION ALL FROM several
            ), of_full AS (
                SELECT summed.*, sum(seconds) OVER device AS total,
                    row_number() OVER (PARTITION BY contract, mac ORDER BY seconds DESC, app) AS place
                FROM summed SEMI JOIN full_device USING (contract, mac) WINDOW device AS (PARTITION BY contract, mac)
            ), shared AS (
                SELECT *, CASE WHEN total > {CUTS.day_seconds} THEN (seconds * {CUTS.day_seconds} // total)::BIGINT
                    ELSE seconds END AS share FROM of_full
            ), capped AS (
                SELECT contract, mac, app, share + CASE WHEN place = 1 AND total > {CUTS.day_seconds}
                    THEN {CUTS.day_seconds} - sum(share) OVER (PARTITION BY contract, mac) ELSE 0 END AS seconds FROM shared
            ), whole AS (FROM summed ANTI JOIN full_device USING (contract, mac) UNION ALL FROM capped)
            SELECT contract, mac, app, seconds::INTEGER AS seconds, {1 << day.day.day}::UINTEGER AS days
            FROM whole WHERE seconds > 0
    """)
    count = con.execute("SELECT count(*) FROM grouped").fetchall()[0][0]
    return bool(count) or has_landed(con, day)


# --- content: a month --------------------------------------------------------------------------------------


def watch_month(con: duckdb.DuckDBPyConnection, month: date, observed: int) -> None:
    """Adds a month of `clean` to the watch side, one row a contract; `rank_…` order its categories with all ties settled.

    Distinct counts are costly and nearly always 1: only contracts of several devices or apps are counted.
    """
    weight = "seconds_{c} * 512 + bit_count(days_{c})::BIGINT * 8 + (5 - {p}) AS rank_{c}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE watched AS
        WITH cells AS MATERIALIZED (
            SELECT contract, mac, app, CASE {CATEGORY} ELSE 5 END AS category,
                sum(seconds)::BIGINT AS seconds, bit_or(days) AS days
            FROM clean GROUP BY contract, mac, app
        ), summed AS MATERIALIZED (
            SELECT contract,
                {each("sum(CASE WHEN category = {p} THEN seconds ELSE 0 END)::BIGINT AS seconds_{c}")},
                {each("bit_or(CASE WHEN category = {p} THEN days ELSE 0 END) AS days_{c}")},
                sum(seconds)::BIGINT AS seconds_total, bit_or(days) AS days,
                min(mac) AS first_mac, max(mac) AS last_mac, min(app) AS first_app, max(app) AS last_app
            FROM cells GROUP BY contract
        ), of_several AS (
            SELECT contract, count(DISTINCT mac) AS several_macs, count(DISTINCT app) AS several_apps
            FROM cells SEMI JOIN (FROM summed WHERE first_mac <> last_mac OR first_app <> last_app) USING (contract)
            GROUP BY contract
        ) SELECT *, {each(weight)}, coalesce(several_apps, 1)::INTEGER AS apps,
            coalesce(several_macs, CASE WHEN first_mac IS NULL THEN 0 ELSE 1 END)::INTEGER AS devices
        FROM summed LEFT JOIN of_several USING (contract);
        TRUNCATE clean;
        INSERT INTO watch_metrics
        SELECT {quoted(month)}::DATE, contract, {each("seconds_{c}")}, seconds_total,
            bit_count(days)::INTEGER, {observed}, bit_count(days) / {observed}, devices, apps,
            {quoted(month)}::DATE + (log2(days & -days::BIGINT)::INTEGER - 1),
            {quoted(month)}::DATE + (floor(log2(days))::INTEGER - 1),
            {list(CODES)}[6 - greatest({each("rank_{c}")}) % 8]
        FROM watched;
    """)
    share_of_all = "CASE WHEN seconds_{c} > 0 THEN seconds_{c} / all_{c} ELSE -1 END"
    con.execute(f"""
        INSERT INTO taste
        WITH everyone AS (SELECT {each("sum(seconds_{c}) AS all_{c}")}, sum(seconds_total) AS all_total FROM watched),
        lifted AS (
            SELECT watched.*, everyone.*, list_filter(list_reverse_sort([{each("rank_{c}")}]), lambda x: x >= 512) AS ranks,
                [{each(share_of_all)}] AS lifts
            FROM watched, everyone
        ), placed AS (SELECT *, list_position(lifts, list_max(lifts)) AS best FROM lifted)
        SELECT {quoted(month)}::DATE, contract,
            array_to_string(list_transform(ranks, lambda x: {list(CODES)}[6 - x % 8]), ', '), len(ranks)::INTEGER,
            {each("seconds_{c} / seconds_total")}, {list(CODES)}[best],
            CASE best {each("WHEN {p} + 1 THEN (seconds_{c} / seconds_total) / (all_{c} / all_total)", " ")} END
        FROM placed
    """)
    con.execute(f"""
        INSERT INTO segment_thresholds
        WITH cuts AS (
            SELECT count(*) AS contracts, quantile_cont(seconds_total, 0.25)::DOUBLE AS q1,
                quantile_cont(seconds_total, 0.5)::DOUBLE AS median, quantile_cont(seconds_total, 0.75)::DOUBLE AS q3
            FROM watched
        ), fenced AS (SELECT *, q3 - q1 AS iqr, q3 + {CUTS.fence_factor}::DOUBLE * (q3 - q1) AS upper_fence FROM cuts)
        SELECT {quoted(month)}::DATE, *, {float(CUTS.activeness_low_max)!r}::DOUBLE,
            {float(CUTS.activeness_medium_max)!r}::DOUBLE,
            (SELECT count(*) FROM watched WHERE seconds_total > upper_fence)
        FROM fenced WHERE contracts > 0
    """)


def segments_month(con: duckdb.DuckDBPyConnection, month: date, compares: bool) -> None:
    """Adds a month to `activeness_segments`; `compares` where content of the month before landed."""
    pairs = " ".join(
        f"WHEN user_type = {quoted(kind)} AND activeness = {quoted(level)} THEN {quoted(result)}"
        for (kind, level), result in CUTS.clinginess.items()
    )
    earliest = month_before(month, CUTS.resurrect_months)
    lifecycle = (
        f"CASE WHEN last_seen = {quoted(month_before(month))}::DATE THEN 'returning' "
        "WHEN last_seen IS NOT NULL THEN 'resurrected' ELSE 'new' END"
    )
    con.execute(f"""
        INSERT INTO activeness_segments
        WITH seen AS (
            SELECT contract, max(month) AS last_seen FROM watch_metrics
            WHERE month < {quoted(month)} AND month >= {quoted(earliest)} GROUP BY contract
        ), judged AS (
            SELECT contract, CASE WHEN seconds_total < q1 THEN 'low' WHEN seconds_total > q3 THEN 'high' ELSE 'middle' END
                    AS user_type,
                CASE WHEN active_ratio <= activeness_low_max THEN 'low'
                    WHEN active_ratio <= activeness_medium_max THEN 'medium' ELSE 'high' END AS activeness,
                seconds_total > upper_fence AS outlier
            FROM watch_metrics JOIN segment_thresholds USING (month) WHERE month = {quoted(month)}
        )
        SELECT {quoted(month)}::DATE, contract, user_type, activeness, CASE {pairs} END, outlier,
            {lifecycle if compares else "'unknown'"}
        FROM judged LEFT JOIN seen USING (contract)
    """)


# --- searches ----------------------------------------------------------------------------------------------


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
    """Makes `searches`, one row a search of any day; the days on which something landed."""
    con.execute(f"CREATE TEMP TABLE landed_search AS {search_source(days)}")
    for day in days:
        extra = wrongly_encoded(con, day, SEARCH_FIELDS)
        register(con, "extra", SEARCH_FIELDS, extra)
        con.execute(f"INSERT INTO landed_search SELECT {quoted(day.day)}::DATE, * FROM extra")
    known = "regexp_full_match(datetime, '[0-9]{4}-[0-9]{2}-[0-9]{2} [01][0-9]:[0-9]{2}:[0-9]{2}([.][0-9]{1,4})?|"
    known += (
        "[0-9]{4}-[0-9]{2}-[0-9]{2} 2[0-3]:[0-9]{2}:[0-9]{2}([.][0-9]{1,4})?') AND datetime BETWEEN '0100' AND '2400'"
    )
    con.execute(f"""
        CREATE TEMP TABLE events AS SELECT DISTINCT * REPLACE (nullif(userPlansMap, '') AS userPlansMap)
            FROM landed_search WHERE {filled("user_id")} IS NOT NULL AND keyword IS NOT NULL
    """)
    keywords = [row[0] for row in con.execute("SELECT DISTINCT keyword FROM events").fetchall()]
    register(con, "forms", ("landed", "clean", "key"), keyword_forms(keywords, REFERENCE.ui_texts))
    odd = con.execute(f"SELECT DISTINCT datetime FROM events WHERE NOT ({known})").fetchall()
    register(con, "times", ("text", "moment"), clock_times(text for (text,) in odd))
    outcomes = ", ".join(map(quoted, CUTS.known_outcomes))
    con.execute(f"""
        CREATE TEMP TABLE searches AS
        WITH timed AS (
            SELECT log_date, trim(user_id, {WHITE}) AS user_id, forms.clean AS keyword, forms.key AS keyword_key,
                lower(trim(category, {WHITE})) AS outcome,
                CASE WHEN {known} THEN TRY_CAST(datetime AS TIMESTAMP) ELSE times.moment END AS moment
            FROM events JOIN forms ON keyword = forms.landed LEFT JOIN times ON datetime = times.text
        )
        SELECT log_date, date_trunc('month', log_date)::DATE AS month, user_id, keyword, keyword_key,
            CASE WHEN outcome IN ({outcomes}) THEN outcome ELSE 'unknown' END AS outcome,
            CASE WHEN abs(moment::DATE - log_date) <= {CUTS.clock_tolerance_days} THEN moment
                ELSE log_date::TIMESTAMP END AS moment
        FROM timed
    """)
    return [row[0] for row in con.execute("SELECT DISTINCT log_date FROM landed_search").fetchall()]


def search_months(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `search_metrics` of all months at once."""
    con.execute("""
        CREATE TEMP TABLE spellings AS
        SELECT month, user_id, keyword_key, keyword, count(*) AS events, count(*) FILTER (outcome = 'enter') AS entered,
            count(*) FILTER (outcome = 'quit') AS quit, bit_or(1 << day(log_date)::BIGINT) AS days, max(moment) AS last_event
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
    keys = [row[0] for row in con.execute("SELECT DISTINCT favourite[2] FROM users").fetchall()]
    register(con, "categories", ("key", "category"), categories_of(keys, REFERENCE))
    con.execute("""
        INSERT INTO search_metrics
        SELECT month, user_id, searches, entered, quit, bit_count(days)::INTEGER, distinct_keywords,
            month + (log2(days & -days)::INTEGER - 1), month + (floor(log2(days))::INTEGER - 1),
            favourite[1], favourite[2], category
        FROM users JOIN categories ON favourite[2] = key
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


# --- the profile -------------------------------------------------------------------------------------------


def read_links(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Makes `links`: the one contract of a user."""
    parts = ["SELECT NULL::VARCHAR AS contract, NULL::VARCHAR AS user_id WHERE false"]
    for path in data_files(folder):
        source = csv_source(str(path)) if form_of(path) == "csv" else f"read_parquet({quoted(path)})"
        parts.append(f"SELECT contract::VARCHAR AS contract, user_id::VARCHAR AS user_id FROM {source}")
    con.execute(f"""
        CREATE TEMP TABLE links AS
        SELECT user_id, min(contract) AS linked_contract
        FROM (SELECT {contract_of("contract")} AS contract, {filled("user_id")} AS user_id FROM ({" UNION ALL ".join(parts)}))
        WHERE contract IS NOT NULL AND user_id IS NOT NULL
        GROUP BY user_id HAVING min(contract) = max(contract)
    """)


def profile_month(con: duckdb.DuckDBPyConnection, month: date, as_of: date, content_landed: bool) -> None:
    """Adds a month to `customer360`."""
    dormant = f"CASE WHEN {content_landed} AND watch_month < {quoted(month)} THEN 'dormant' ELSE lifecycle END"
    con.execute(f"""
        INSERT INTO customer360 BY NAME
        WITH newest AS (
            SELECT contract, max(month) AS month FROM watch_metrics
            WHERE month BETWEEN {quoted(month_before(month, CUTS.carried_months))} AND {quoted(month)} GROUP BY contract
        ), watch AS (
            SELECT * RENAME (month AS watch_month), 'contract:' || contract AS customer_id FROM watch_metrics
            JOIN newest USING (contract, month) JOIN taste USING (contract, month)
            JOIN activeness_segments USING (contract, month)
        ), users AS (
            SELECT t.* EXCLUDE (month), n.month AS search_month, n.searches, n.entered, n.quit, n.search_days, n.most_search,
                linked_contract, b.searches AS searches_before,
                coalesce('contract:' || linked_contract, 'user:' || t.user_id) AS customer_id
            FROM (FROM search_trends WHERE month = {quoted(month)}) t
            LEFT JOIN (FROM search_metrics WHERE month = {quoted(month)}) n USING (user_id)
            LEFT JOIN (FROM search_metrics WHERE month = {quoted(month_before(month))}) b USING (user_id)
            LEFT JOIN links USING (user_id)
        ), search AS (
            SELECT *, count(*) OVER (PARTITION BY customer_id)::INTEGER AS users FROM users
            QUALIFY row_number() OVER (PARTITION BY customer_id
                ORDER BY coalesce(searches, 0) DESC, coalesce(searches_before, 0) DESC, user_id) = 1
        )
        SELECT * EXCLUDE (linked_contract, searches_before)
            REPLACE (coalesce(contract, linked_contract) AS contract, coalesce(users, 0) AS users, {dormant} AS lifecycle),
            {quoted(month)}::DATE AS month, {quoted(as_of)}::DATE AS as_of,
            watch_month IS NOT NULL AND user_id IS NOT NULL AS matched,
            ({quoted(as_of)}::DATE - last_watched)::INTEGER AS recency_days
        FROM watch FULL JOIN search USING (customer_id)
    """)


TABLES = f"""
    CREATE TEMP TABLE clean (contract VARCHAR, mac VARCHAR, app VARCHAR, seconds INTEGER, days UINTEGER);
    CREATE TEMP TABLE watch_metrics (month DATE, contract VARCHAR, {each("seconds_{c} BIGINT")}, seconds_total BIGINT,
        active_days INTEGER, observed_days INTEGER, active_ratio DOUBLE, devices INTEGER, apps INTEGER,
        first_watched DATE, last_watched DATE, most_watch VARCHAR);
    CREATE TEMP TABLE taste (month DATE, contract VARCHAR, taste VARCHAR, categories INTEGER, {each("share_{c} DOUBLE")},
        lift_category VARCHAR, lift DOUBLE);
    CREATE TEMP TABLE segment_thresholds (month DATE, contracts BIGINT, q1 DOUBLE, median DOUBLE, q3 DOUBLE, iqr DOUBLE,
        upper_fence DOUBLE, activeness_low_max DOUBLE, activeness_medium_max DOUBLE, outliers BIGINT);
    CREATE TEMP TABLE activeness_segments (month DATE, contract VARCHAR, user_type VARCHAR, activeness VARCHAR,
        clinginess VARCHAR, outlier BOOLEAN, lifecycle VARCHAR);
    CREATE TEMP TABLE search_metrics (month DATE, user_id VARCHAR, searches BIGINT, entered BIGINT, quit BIGINT,
        search_days INTEGER, distinct_keywords INTEGER, first_searched DATE, last_searched DATE, most_search VARCHAR,
        most_search_key VARCHAR, search_category VARCHAR);
    CREATE TEMP TABLE search_trends (month DATE, user_id VARCHAR, search_category VARCHAR, previous_category VARCHAR,
        trending_type VARCHAR, previous VARCHAR);
    CREATE TEMP TABLE customer360 (month DATE, customer_id VARCHAR, contract VARCHAR, user_id VARCHAR, users INTEGER,
        as_of DATE, matched BOOLEAN, watch_month DATE, {each("seconds_{c} BIGINT")}, seconds_total BIGINT,
        active_days INTEGER, observed_days INTEGER, active_ratio DOUBLE, devices INTEGER, apps INTEGER,
        first_watched DATE, last_watched DATE, most_watch VARCHAR, taste VARCHAR, categories INTEGER,
        {each("share_{c} DOUBLE")}, lift_category VARCHAR, lift DOUBLE, user_type VARCHAR, activeness VARCHAR,
        clinginess VARCHAR, outlier BOOLEAN, lifecycle VARCHAR, recency_days INTEGER, search_month DATE,
        searches BIGINT, entered BIGINT, quit BIGINT, search_days INTEGER, most_search VARCHAR,
        search_category VARCHAR, previous_category VARCHAR, trending_type VARCHAR, previous VARCHAR);
"""


def run(landing: Path, out: Path) -> None:
    """Makes all final tables in `out`, a parquet file each."""
    con = duckdb.connect()
    con.execute("SET threads = 2; SET preserve_insertion_order = false; SET enable_progress_bar = false")
    con.execute(TABLES)
    content, search = landed_days(landing / "log_content"), landed_days(landing / "log_search")
    content_days: list[date] = []
    for month in months_of(day.day for day in content):
        landed = [day.day for day in content if day.day.replace(day=1) == month and clean_day(con, day)]
        if landed:
            watch_month(con, month, len(landed))
            segments_month(con, month, month_before(month) in months_of(content_days))
        content_days += landed
    search_days = clean_searches(con, search) if search else []
    if search_days:
        search_months(con)
    read_links(con, landing / "identity")
    for month in months_of([*content_days, *search_days]):
        if month in months_of(search_days):
            trends_month(con, month, month_before(month) in months_of(search_days))
        as_of = max(day for day in [*content_days, *search_days] if day.replace(day=1) == month)
        profile_month(con, month, as_of, month in months_of(content_days))
    out.mkdir(parents=True, exist_ok=True)
    for table in FINAL:
        con.execute(f"COPY {table} TO {quoted(out / f'{table}.parquet')} (FORMAT parquet)")


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
