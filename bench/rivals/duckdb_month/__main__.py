"""`python -m bench.rivals.duckdb_month LANDING OUT`."""

import sys
from datetime import date
from pathlib import Path

import duckdb

from bench.rivals.duckdb_month.content import clean_day
from bench.rivals.duckdb_month.profiles import find_members, profile_month, read_links
from bench.rivals.duckdb_month.searches import clean_searches, demand_months, search_months, trends_month
from bench.rivals.duckdb_month.segments import retention_month, rfm_month, segments_month
from bench.rivals.duckdb_month.sql import quoted
from bench.rivals.duckdb_month.tables import CLEAN, FINAL
from bench.rivals.duckdb_month.watching import watch_month
from bench.rivals.landed import landed_days, month_before, months_of


def run(landing: Path, out: Path) -> None:
    """Makes all final tables in `out`, a parquet file each."""
    con = connected()
    content, search = landed_days(landing / "log_content"), landed_days(landing / "log_search")
    content_days: list[date] = []
    for month in months_of(day.day for day in content):
        landed = [day.day for day in content if day.day.replace(day=1) == month and clean_day(con, day)]
        if landed:
            content_month(con, month, landed, content_days, "clean")
            con.execute("TRUNCATE clean")
        content_days += landed
    search_days = clean_searches(con, search) if search else []
    if search_days:
        search_months(con)
        demand_months(con, months_of(search_days))
    read_links(con, landing / "identity")
    profile_months(con, months_of([*content_days, *search_days]), content_days, search_days)
    out.mkdir(parents=True, exist_ok=True)
    for table in FINAL:
        con.execute(f"COPY {table} TO {quoted(out / f'{table}.parquet')} (FORMAT parquet)")


def connected() -> duckdb.DuckDBPyConnection:
    """DuckDB in memory, with the empty final tables."""
    con = duckdb.connect()
    con.execute("SET threads = 2; SET preserve_insertion_order = false; SET enable_progress_bar = false")
    for table, columns in {"clean": CLEAN, **FINAL}.items():
        con.execute(f"CREATE TEMP TABLE {table} ({columns})")
    return con


def content_month(
    con: duckdb.DuckDBPyConnection, month: date, landed: list[date], earlier: list[date], clean: str
) -> None:
    """Adds a month of clean rows to the tables of contracts. `landed` are its days, `earlier` those of the months before."""
    watch_month(con, month, landed, clean)
    segments_month(con, month, month_before(month) in months_of(earlier))
    rfm_month(con, month)
    retention_month(con, month, months_of([*earlier, *landed]))


def profile_months(
    con: duckdb.DuckDBPyConnection, months: list[date], content_days: list[date], search_days: list[date]
) -> None:
    """Adds months to search_trends and customer360, and makes `audience_members` from all of them."""
    for month in months:
        if month in months_of(search_days):
            trends_month(con, month, month_before(month) in months_of(search_days))
        as_of = max(day for day in [*content_days, *search_days] if day.replace(day=1) == month)
        profile_month(con, month, as_of, month in months_of(content_days))
    find_members(con)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
