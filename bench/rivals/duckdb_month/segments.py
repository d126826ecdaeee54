"""Contracts, a month at a time: their segments, scores and cohorts, from watch_metrics and its cuts."""

from collections.abc import Sequence
from datetime import date

import duckdb

from bench.rivals.duckdb_month.sql import quoted
from bench.rivals.landed import month_before
from bench.rivals.reference import COHORT_MONTHS, CUTS, FIFTHS, GROUPS, SCORED


def segments_month(con: duckdb.DuckDBPyConnection, month: date, compares: bool) -> None:
    """Adds a month to `activeness_segments`; `compares` where content of the month before landed."""
    pairs = " ".join(
        f"WHEN user_type = {quoted(kind)} AND activeness = {quoted(level)} THEN {quoted(result)}"
        for (kind, level), result in CUTS.clinginess.items()
    )
    earliest, before = month_before(month, CUTS.resurrect_months), quoted(month_before(month))
    lifecycle = (
        f"CASE WHEN last_seen = {before}::DATE THEN 'returning' WHEN last_seen IS NOT NULL THEN 'resurrected' "
        "ELSE 'new' END"
    )
    falling, rising = CUTS.falling_max, CUTS.rising_min
    con.execute(f"""
        INSERT INTO activeness_segments
        WITH seen AS (
            SELECT contract, max(month) AS last_seen, max(seconds_total) FILTER (month = {before}) AS seconds_before,
                max(observed_days) FILTER (month = {before}) AS observed_before
            FROM watch_metrics
            WHERE month < {quoted(month)} AND month >= {quoted(min(earliest, month_before(month)))} GROUP BY contract
        ), judged AS (
            SELECT contract, CASE WHEN seconds_total < q1 THEN 'low' WHEN seconds_total > q3 THEN 'high' ELSE 'middle' END
                    AS user_type,
                CASE WHEN active_ratio <= activeness_low_max THEN 'low'
                    WHEN active_ratio <= activeness_medium_max THEN 'medium' ELSE 'high' END AS activeness,
                seconds_total > upper_fence AS outlier, seconds_total, observed_days
            FROM watch_metrics JOIN segment_thresholds USING (month) WHERE month = {quoted(month)}
        ), compared AS (
            SELECT judged.*, last_seen, seconds_total * observed_before AS now, seconds_before * observed_days AS before
            FROM judged LEFT JOIN seen USING (contract)
        )
        SELECT {quoted(month)}::DATE, contract, user_type, activeness, CASE {pairs} END, outlier,
            {lifecycle if compares else "'unknown'"}, now / before,
            CASE WHEN before IS NULL THEN 'unknown'
                WHEN now * {falling.denominator} <= before * {falling.numerator} THEN 'falling'
                WHEN now * {rising.denominator} >= before * {rising.numerator} THEN 'rising' ELSE 'steady' END
        FROM compared
    """)


def rfm_month(con: duckdb.DuckDBPyConnection, month: date) -> None:
    """Adds the month of `watched` to `rfm`."""
    below = {
        prefix: " + ".join(f"({prefix}_p{percent} < {column})::INTEGER" for percent in FIFTHS)
        for prefix, column in SCORED.items()
    }
    groups = [GROUPS[recency, other] for recency in range(1, 6) for other in range(1, 6)]
    con.execute(f"""
        INSERT INTO rfm
        WITH scored AS (
            SELECT contract, recency_days, 5 - ({below["recency"]}) AS recency, 1 + {below["active_days"]} AS frequency,
                1 + {below["seconds"]} AS watch
            FROM watched, (FROM segment_thresholds WHERE month = {quoted(month)})
        )
        SELECT {quoted(month)}::DATE, contract, recency_days, recency, frequency, watch,
            concat(recency, frequency, watch), {groups}[recency * 5 - 5 + (frequency + watch + 1) // 2]
        FROM scored
    """)


def retention_month(con: duckdb.DuckDBPyConnection, month: date, landed: Sequence[date]) -> None:
    """Adds a month to `retention`; content `landed` in these months, up to this one."""
    earliest = month_before(month, COHORT_MONTHS)
    months = ", ".join(f"DATE {quoted(other)}" for other in landed)
    con.execute(f"""
        INSERT INTO retention
        WITH contracts AS (
            SELECT contract, min(month) AS cohort_month, max(seconds_total) FILTER (month = {quoted(month)}) AS seconds
            FROM watch_metrics WHERE month BETWEEN {quoted(earliest)} AND {quoted(month)} GROUP BY contract
        ), cohorts AS (
            SELECT cohort_month, date_diff('month', cohort_month, {quoted(month)}::DATE)::INTEGER AS months_since,
                count(*) AS contracts, count(seconds) AS watching, coalesce(sum(seconds), 0)::BIGINT AS seconds
            FROM contracts GROUP BY cohort_month
        )
        SELECT {quoted(month)}::DATE, cohort_month, months_since = {COHORT_MONTHS}, months_since, contracts, watching,
            watching / contracts, seconds, len(list_filter([{months}], lambda x: x >= cohort_month)) <= months_since
        FROM cohorts
    """)
