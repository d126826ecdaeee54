"""Content, a month at a time: the watch side of a profile, from rows per contract, device and app."""

from collections.abc import Sequence
from datetime import date

import duckdb

from bench.rivals.duckdb_month.sql import CATEGORY, each, quoted
from bench.rivals.reference import CODES, CUTS, FIFTHS, SCORED


def watch_month(con: duckdb.DuckDBPyConnection, month: date, landed: Sequence[date], clean: str) -> None:
    """Adds a month to the tables about watching. `clean` has its rows, and `landed` are the days that landed in it."""
    add_devices(con, month, clean)
    sum_up(con, month, max(landed))
    add_metrics(con, month, len(landed))
    add_taste(con, month)
    add_thresholds(con, month)


def add_devices(con: duckdb.DuckDBPyConnection, month: date, clean: str) -> None:
    """Adds a month of clean rows to device_months."""
    con.execute(f"""
        INSERT INTO device_months
        SELECT {quoted(month)}::DATE, contract, mac, app, {list(CODES)}[1 + CASE {CATEGORY} ELSE 5 END], seconds,
            bit_count(days)::INTEGER, days, {first_day("days", month)}, {last_day("days", month)}
        FROM (
            SELECT contract, mac, app, sum(seconds)::BIGINT AS seconds, bit_or(days)::INTEGER AS days
            FROM {clean} GROUP BY contract, mac, app
        )
    """)


def first_day(days: str, month: date) -> str:
    """SQL: the first of the days of a month that are given as bits."""
    return f"{quoted(month)}::DATE + log2({days} & -{days})::INTEGER"


def last_day(days: str, month: date) -> str:
    """SQL: the last of the days of a month that are given as bits."""
    return f"{quoted(month)}::DATE + floor(log2({days}))::INTEGER"


def sum_up(con: duckdb.DuckDBPyConnection, month: date, last_landed: date) -> None:
    """Makes `watched` of a month of device_months, one row per contract; `rank_…` orders its categories, ties included.

    Distinct counts are costly and nearly always 1: only contracts of several devices or apps are counted.
    """
    weight = "seconds_{c} * 512 + bit_count(days_{c})::BIGINT * 8 + (5 - {p}) AS rank_{c}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE watched AS
        WITH cells AS (FROM device_months WHERE month = {quoted(month)}), summed AS MATERIALIZED (
            SELECT contract,
                {each("sum(CASE WHEN category = '{c}' THEN seconds ELSE 0 END)::BIGINT AS seconds_{c}")},
                {each("bit_or(CASE WHEN category = '{c}' THEN day_bits ELSE 0 END) AS days_{c}")},
                sum(seconds)::BIGINT AS seconds_total, bit_or(day_bits) AS days,
                min(mac) AS first_mac, max(mac) AS last_mac, min(app_name) AS first_app, max(app_name) AS last_app
            FROM cells GROUP BY contract
        ), of_several AS (
            SELECT contract, count(DISTINCT mac) AS several_macs, count(DISTINCT app_name) AS several_apps
            FROM cells SEMI JOIN (FROM summed WHERE first_mac <> last_mac OR first_app <> last_app) USING (contract)
            GROUP BY contract
        ) SELECT *, {each(weight)}, coalesce(several_apps, 1)::INTEGER AS apps,
            {last_landed.day - 1} - floor(log2(days))::INTEGER AS recency_days, bit_count(days)::INTEGER AS active_days,
            coalesce(several_macs, CASE WHEN first_mac IS NULL THEN 0 ELSE 1 END)::INTEGER AS devices
        FROM summed LEFT JOIN of_several USING (contract)
    """)


def add_metrics(con: duckdb.DuckDBPyConnection, month: date, observed: int) -> None:
    """Adds the month of `watched` to watch_metrics."""
    con.execute(f"""
        INSERT INTO watch_metrics
        SELECT {quoted(month)}::DATE, contract, {each("seconds_{c}")}, seconds_total,
            active_days, {observed}, active_days / {observed}, devices, apps,
            {first_day("days", month)}, {last_day("days", month)},
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
    """Adds the month of `watched` to segment_thresholds. Fifths lie whole fifths between whole numbers."""
    fifths = ", ".join(
        f"list_transform(quantile_cont({column}, {[percent / 100 for percent in FIFTHS]}), lambda x: round(x * 5) / 5) "
        f"AS {prefix}_cuts"
        for prefix, column in SCORED.items()
    )
    cuts = ", ".join(f"{prefix}_cuts[{place + 1}]" for prefix in SCORED for place, _ in enumerate(FIFTHS))
    con.execute(f"""
        INSERT INTO segment_thresholds
        WITH cuts AS (
            SELECT count(*) AS contracts, quantile_cont(seconds_total, 0.25)::DOUBLE AS q1,
                quantile_cont(seconds_total, 0.5)::DOUBLE AS median, quantile_cont(seconds_total, 0.75)::DOUBLE AS q3,
                {fifths}
            FROM watched
        ), fenced AS (SELECT *, q3 - q1 AS iqr, q3 + {CUTS.fence_factor}::DOUBLE * (q3 - q1) AS upper_fence FROM cuts)
        SELECT {quoted(month)}::DATE, contracts, q1, median, q3, iqr, upper_fence,
            {float(CUTS.activeness_low_max)!r}::DOUBLE, {float(CUTS.activeness_medium_max)!r}::DOUBLE,
            (SELECT count(*) FROM watched WHERE seconds_total > upper_fence), {cuts}
        FROM fenced WHERE contracts > 0
    """)
