"""The final tables, from the clean tables on disk: the months from the first that changed on."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from bench.rivals.duckdb_lake.store import write_rows
from bench.rivals.duckdb_month.__main__ import content_month, profile_months
from bench.rivals.duckdb_month.searches import demand_months, search_months
from bench.rivals.duckdb_month.tables import FINAL
from bench.rivals.kept import partition_of
from bench.rivals.landed import month_before, months_of
from bench.rivals.reference import COHORT_MONTHS

REMADE = ("search_metrics", "keyword_demand", "audience_members")
"""Tables that are made for all months at once, so that their earlier months need not be read."""


def make_months(con: duckdb.DuckDBPyConnection, out: Path, first_changed: date) -> None:
    """Makes all months from that of the first changed day on."""
    content_days, search_days = landed_in(con, out, "ledger_content"), landed_in(con, out, "ledger_search")
    all_months = months_of([*content_days, *search_days])
    months = [month for month in all_months if month >= first_changed.replace(day=1)]
    if not months:
        return
    first = months[0]
    load_kept(con, out, [month for month in all_months if month_before(first, COHORT_MONTHS) <= month < first])
    for month in months:
        landed = [day for day in content_days if day.replace(day=1) == month]
        if landed:
            content_month(con, month, landed, [day for day in content_days if day < month], clean_rows(out, landed))
    searched = [day for day in search_days if day >= month_before(first)]
    if searched:
        con.execute(f"CREATE TEMP TABLE searches AS {searches_of(out, searched)}")
        search_months(con)
        demand_months(con, months_of(search_days))
    profile_months(con, months, content_days, search_days)
    for month in months:
        for table in FINAL:
            rows = f"FROM {table} WHERE month = DATE '{month}'"
            write_rows(con, table, rows, partition_of(out, table, "month", month))


def landed_in(con: duckdb.DuckDBPyConnection, out: Path, ledger: str) -> list[date]:
    """The days with landed records, in order."""
    files = f"{out / ledger}/*/rows.parquet"
    if not any((out / ledger).glob("*/rows.parquet")):
        return []
    query = f"SELECT log_date FROM read_parquet('{files}', hive_partitioning = true) WHERE landed_rows > 0 ORDER BY 1"
    return [day for (day,) in con.execute(query).fetchall()]


def load_kept(con: duckdb.DuckDBPyConnection, out: Path, months: Iterable[date]) -> None:
    """Reads the earlier months of the final tables that later ones look back at."""
    for table in FINAL:
        files = [str(partition_of(out, table, "month", month)) for month in months]
        if files and table not in REMADE:
            con.execute(f"INSERT INTO {table} BY NAME FROM read_parquet({files}, hive_partitioning = false)")


def clean_rows(out: Path, days: Iterable[date]) -> str:
    """SQL: the content of these days, with each day as a bit."""
    files = [str(partition_of(out, "clean_content", "log_date", day)) for day in days]
    return (
        "(SELECT contract, mac, app_name AS app, seconds, (1 << (day(log_date) - 1))::UINTEGER AS days "
        f"FROM read_parquet({files}, hive_partitioning = true) WHERE seconds > 0)"
    )


def searches_of(out: Path, days: Iterable[date]) -> str:
    """SQL: the searches of these days, with the columns that the steps of months need."""
    files = [str(partition_of(out, "clean_search", "log_date", day)) for day in days]
    return f"""
        SELECT log_date, date_trunc('month', log_date)::DATE AS month, user_id, keyword, keyword_key, outcome,
            coalesce(searched_at, log_date::TIMESTAMP) AS moment
        FROM read_parquet({files}, hive_partitioning = true)
    """
