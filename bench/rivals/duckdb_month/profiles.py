"""The profile: watch side and search side of each customer, joined."""

from datetime import date
from pathlib import Path

import duckdb

from bench.rivals.duckdb_month.sql import contract_of, csv_source, quoted, user_of
from bench.rivals.landed import data_files, form_of, month_before
from bench.rivals.reference import CUTS, REFERENCE


def read_links(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Makes `links`: the one contract of a user."""
    parts = ["SELECT NULL::VARCHAR AS contract, NULL::VARCHAR AS user_id WHERE false"]
    for path in data_files(folder):
        if form_of(path) == "json":
            links = f"read_json_objects({quoted(path)}, format='newline_delimited', ignore_errors=true)"
            parts.append(f"SELECT json->>'contract', json->>'user_id' FROM {links}")
            continue
        source = csv_source(str(path)) if form_of(path) == "csv" else f"read_parquet({quoted(path)})"
        parts.append(f"SELECT contract::VARCHAR AS contract, user_id::VARCHAR AS user_id FROM {source}")
    con.execute(f"""
        CREATE TEMP TABLE links AS
        SELECT user_id, min(contract) AS linked_contract
        FROM (SELECT {contract_of("contract")} AS contract, {user_of("user_id")} AS user_id FROM ({" UNION ALL ".join(parts)}))
        WHERE contract IS NOT NULL AND user_id IS NOT NULL
        GROUP BY user_id HAVING min(contract) = max(contract)
    """)


def profile_month(con: duckdb.DuckDBPyConnection, month: date, as_of: date, content_landed: bool) -> None:
    """Adds a month to `customer360`."""
    newest = " UNION ALL BY NAME ".join(
        side_of(month_before(month, back), month) for back in range(CUTS.carried_months + 1)
    )
    dormant = f"CASE WHEN {content_landed} AND watch_month < {quoted(month)} THEN 'dormant' ELSE lifecycle END"
    con.execute(f"""
        INSERT INTO customer360 BY NAME
        WITH watch AS (
            SELECT * RENAME (month AS watch_month), 'contract:' || contract AS customer_id FROM ({newest})
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


def side_of(month: date, newest: date) -> str:
    """SQL: the watch side of the contracts whose last month, up to the newest, is this one.

    Each month by itself, joined by contract: joins by month and contract take a quarter longer.
    """
    tables = ("taste", "activeness_segments", "rfm")
    wanted = {"rfm": "contract, rfm, rfm_group"}
    sides = " ".join(
        f"JOIN (SELECT {wanted.get(table, '* EXCLUDE (month)')} FROM {table} WHERE month = {quoted(month)}) USING (contract)"
        for table in tables
    )
    later = f"(FROM watch_metrics WHERE month > {quoted(month)} AND month <= {quoted(newest)})"
    without = f"ANTI JOIN {later} USING (contract)" if month < newest else ""
    return f"SELECT * FROM (FROM (FROM watch_metrics WHERE month = {quoted(month)}) {without}) {sides}"


def find_members(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `audience_members` of all months at once."""
    names = ", ".join(
        f"CASE WHEN {audience.where} THEN {quoted(audience.name)} END" for audience in REFERENCE.audiences
    )
    con.execute(f"""
        CREATE TEMP TABLE members AS
        SELECT * FROM (SELECT month, customer_id, contract, user_id, unnest([{names}]) AS audience FROM customer360)
        WHERE audience IS NOT NULL;
        INSERT INTO audience_members
        WITH earlier AS (SELECT audience, customer_id, (month + INTERVAL 1 MONTH)::DATE AS month FROM members),
        compared AS (SELECT DISTINCT (month + INTERVAL 1 MONTH)::DATE AS month FROM customer360)
        SELECT month, audience, customer_id, contract, user_id, NOT EXISTS (
                SELECT 1 FROM earlier WHERE earlier.audience = members.audience
                AND earlier.customer_id = members.customer_id AND earlier.month = members.month
            ) AS entered
        FROM members SEMI JOIN compared USING (month)
        UNION ALL SELECT month, audience, customer_id, contract, user_id, NULL FROM members ANTI JOIN compared USING (month)
    """)
