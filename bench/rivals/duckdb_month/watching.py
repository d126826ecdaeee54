"""Content, a month at a time: the watch side of a profile, from rows per contract, device and app."""

from datetime import date

import duckdb

from bench.rivals.duckdb_month.sql import CATEGORY, each, quoted
from bench.rivals.landed import month_before
from bench.rivals.reference import CODES, CUTS


def watch_month(con: duckdb.DuckDBPyConnection, month: date, observed: int) -> None:
    """Adds a month of `clean`, with its `observed` days, to watch_metrics, taste and segment_thresholds."""
    sum_up(con)
    add_metrics(con, month, observed)
    add_taste(con, month)
    add_thresholds(con, month)


def sum_up(con: duckdb.DuckDBPyConnection) -> None:
    """Makes `watched` of `clean`, one row per contract; `rank_…` orders its categories, ties included.

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
    """)


def add_metrics(con: duckdb.DuckDBPyConnection, month: date, observed: int) -> None:
    """Adds the month of `watched` to watch_metrics."""
    con.execute(f"""
        INSERT INTO watch_metrics
        SELECT {quoted(month)}::DATE, contract, {each("seconds_{c}")}, seconds_total,
            bit_count(days)::INTEGER, {observed}, bit_count(days) / {observed}, devices, apps,
            {quoted(month)}::DATE + (log2(days & -days::BIGINT)::INTEGER - 1),
            {quoted(month)}::DATE + (floor(log2(days))::INTEGER - 1),
            {list(CODES)}[6 - greatest({each("rank_{c}")}) % 8]
        FROM watched;
    """)


def add_taste(con: duckdb.DuckDBPyConnection, month: date) -> None:
    """Adds the month of `watched` to taste."""
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


def add_thresholds(con: duckdb.DuckDBPyConnection, month: date) -> None:
    """Adds the month of `watched` to segment_thresholds."""
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
