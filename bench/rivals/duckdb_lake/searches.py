"""Searches, a day at a time: landed records to raw, quarantine, clean and ledger."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb

from bench.rivals.duckdb_lake.landing import land
from bench.rivals.duckdb_month.searches import KNOWN_CLOCK
from bench.rivals.duckdb_month.sql import MARKERS, WHITE, known, quoted, register, user_of
from bench.rivals.landed import EVENT, SEARCH, LandedDay
from bench.rivals.reference import CUTS, REFERENCE
from bench.rivals.texts import clock_times, judged_keywords, plans_of

_LANDED = f"coalesce(trim(network_type, {WHITE}), '')"
_NETWORK = " ".join(
    f"WHEN lower({_LANDED}) IN ({', '.join(map(quoted, names))}) THEN {quoted(network)}"
    for network, names in CUTS.networks.items()
)
_DIGEST = " || ".join(
    f"coalesce(length({column})::VARCHAR || ':' || {column}, '-')"
    for column in ("clean" if name == "keyword" else name for name in EVENT)
)
_OUTCOME = f"lower(trim(category, {WHITE}))"
_KNOWN_OUTCOMES = ", ".join(map(quoted, CUTS.known_outcomes))


def prepare_texts(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the tables of texts as plain Python reads them, each once: on the first day that it lands."""
    con.execute("""
        CREATE TEMP TABLE keywords (landed VARCHAR, reason VARCHAR, clean VARCHAR, key VARCHAR, masked BOOLEAN);
        CREATE TEMP TABLE moments (landed VARCHAR, moment TIMESTAMP);
        CREATE TEMP TABLE plans (landed VARCHAR, names VARCHAR)
    """)


def search_day(con: duckdb.DuckDBPyConnection, day: LandedDay, root: Path) -> dict[str, str]:
    """The tables of a day, each as a query."""
    land(con, SEARCH, day, root, f"{user_of('user_id')} AS clean_user")
    _read(con, "keywords", "keyword", "clean_user IS NOT NULL", lambda texts: judged_keywords(texts, REFERENCE))
    _read(con, "moments", "datetime", f"NOT ({KNOWN_CLOCK})", clock_times)
    _read(con, "plans", "user_plans_map", f"{known('user_plans_map')} IS NOT NULL", plans_of)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        SELECT l.*, clean, key, masked, CASE WHEN unparsed IS NOT NULL THEN 'unparseable'
            WHEN clean_user IS NULL THEN 'missing_user' ELSE coalesce(reason, 'missing_keyword') END AS reason
        FROM landed l LEFT JOIN keywords ON keyword = keywords.landed;
        CREATE OR REPLACE TEMP TABLE quarantined AS
        SELECT reason, * EXCLUDE (reason, clean_user, clean, key, masked) FROM judged WHERE reason <> 'accepted';
        CREATE OR REPLACE TEMP TABLE events AS
        SELECT {", ".join(EVENT)}, clean_user, clean, key, masked, count(*) AS copies,
            min(event_id) FILTER (trim(event_id, {WHITE}) NOT IN ({MARKERS})) AS event_id
        FROM judged WHERE reason = 'accepted' GROUP BY ALL;
        CREATE OR REPLACE TEMP TABLE clean_day AS {_clean(day)};
        CREATE OR REPLACE TEMP TABLE ledger AS {_LEDGER}
    """)
    return {
        "raw_search": "SELECT * EXCLUDE (clean_user) FROM landed",
        "quarantine_search": "FROM quarantined",
        "clean_search": "FROM clean_day",
        "ledger_search": "FROM ledger",
    }


def _read(
    con: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    where: str,
    reader: Callable[[Iterable[str]], Iterable[tuple[Any, ...]]],
) -> None:
    """Adds to a table the texts in a column of `landed` that it lacks, as plain Python reads them."""
    texts = con.execute(
        f"SELECT DISTINCT {column} FROM landed ANTI JOIN {table} ON {column} = {table}.landed "
        f"WHERE {column} IS NOT NULL AND {where}"
    ).fetchall()
    columns = [row[0] for row in con.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall()]
    register(con, "read_texts", columns, reader(text for (text,) in texts))
    con.execute(f"INSERT INTO {table} FROM read_texts")


def _clean(day: LandedDay) -> str:
    """SQL: one row per search of `events`."""
    return f"""
        WITH timed AS (
            SELECT *, sha256({_DIGEST}) AS digest,
                CASE WHEN {KNOWN_CLOCK} THEN TRY_CAST(datetime AS TIMESTAMP) ELSE moment END AS read
            FROM events LEFT JOIN moments ON datetime = moments.landed
        ), trusted AS (
            SELECT *, CASE WHEN abs(read::DATE - DATE {quoted(day.day)}) <= {CUTS.clock_tolerance_days} THEN read END
                AS searched_at, row_number() OVER (PARTITION BY digest ORDER BY keyword) AS place
            FROM timed
        )
        SELECT CASE WHEN place = 1 THEN digest ELSE sha256(digest || '#' || place) END AS search_id, event_id,
            clean_user AS user_id, clean AS keyword, key AS keyword_key,
            CASE WHEN {_OUTCOME} IN ({_KNOWN_OUTCOMES}) THEN {_OUTCOME} ELSE 'unknown' END AS outcome, searched_at,
            {known("datetime")} IS NOT NULL AND searched_at IS NULL AS clock_error, lower({known("platform")}) AS platform,
            CASE {_NETWORK} END AS network, {known("proxy_isp")} AS isp, {known("action")} AS action, names AS plans, masked,
            1::BIGINT AS source_rows
        FROM trusted LEFT JOIN plans ON user_plans_map = plans.landed
    """


_LEDGER = """
    WITH raw AS (SELECT count(*) AS landed_rows, count(erased) AS erased_rows FROM landed),
    copies AS (SELECT coalesce(sum(copies - 1), 0)::BIGINT AS duplicate_rows FROM events),
    refused AS (SELECT count(*) AS quarantined_rows FROM quarantined),
    kept AS (SELECT coalesce(sum(source_rows), 0)::BIGINT AS accepted_rows FROM clean_day)
    SELECT landed_rows, accepted_rows, duplicate_rows, quarantined_rows, erased_rows,
        landed_rows = accepted_rows + duplicate_rows + quarantined_rows + erased_rows AS balanced
    FROM raw, copies, refused, kept
"""
