"""The final tables, from the clean tables on disk: the months from the first that changed on."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from bench.rivals.kept import partition_of
from bench.rivals.landed import month_before, months_of
from bench.rivals.polars_lake.store import write_rows
from bench.rivals.polars_month.__main__ import content_month, profiles_of, side_of
from bench.rivals.polars_month.searches import search_months
from bench.rivals.reference import COHORT_MONTHS

SIDE = ("watch_metrics", "taste", "activeness_segments", "rfm")
"""The tables of a month that later ones look back at."""


def make_months(out: Path, links: pl.DataFrame, first_changed: date) -> None:
    """Makes all months from that of the first changed day on."""
    content_days, search_days = landed_in(out, "ledger_content"), landed_in(out, "ledger_search")
    all_months = months_of([*content_days, *search_days])
    months = [month for month in all_months if month >= first_changed.replace(day=1)]
    if not months:
        return
    earlier = [month for month in all_months if month_before(months[0], COHORT_MONTHS) <= month < months[0]]
    watch = kept_sides(out, [month for month in earlier if month in months_of(content_days)])
    searched = [day for day in search_days if day >= month_before(months[0])]
    metrics, demand = search_months(searches_of(out, searched), months_of(search_days))
    members = _members_before(out, months[0])
    for month in months:
        days = [day for day in content_days if day.replace(day=1) == month]
        before = [day for day in content_days if day < month]
        made = content_month(month, [clean_rows(out, day) for day in days], days, before, watch) if days else {}
        made |= {"search_metrics": metrics, "keyword_demand": demand}
        made |= profiles_of(month, content_days, search_days, watch, metrics, links, members)
        members = made["audience_members"] if month_before(month, -1) in all_months else None
        for table, rows in made.items():
            of_month = rows.filter(pl.col("month") == month)
            write_rows(table, of_month, partition_of(out, table, "month", month))


def landed_in(out: Path, ledger: str) -> list[date]:
    """The days with landed records, in order."""
    days = {
        date.fromisoformat(file.parent.name.partition("=")[2]): file for file in (out / ledger).glob("*/rows.parquet")
    }
    return [day for day in sorted(days) if pl.read_parquet(days[day])["landed_rows"].item()]


def kept_sides(out: Path, months: Iterable[date]) -> dict[date, pl.DataFrame]:
    """By month, the rows of earlier months that profiles carry forward."""
    kept = {}
    for month in months:
        files = {table: partition_of(out, table, "month", month) for table in SIDE}
        if files["watch_metrics"].exists():
            kept[month] = side_of(
                {table: pl.read_parquet(file, hive_partitioning=False) for table, file in files.items()}
            )
    return kept


def _members_before(out: Path, month: date) -> pl.DataFrame | None:
    file = partition_of(out, "audience_members", "month", month_before(month))
    return pl.read_parquet(file, hive_partitioning=False) if file.exists() else None


def clean_rows(out: Path, day: date) -> pl.LazyFrame:
    """The content of a day, with the day as a bit."""
    file = partition_of(out, "clean_content", "log_date", day)
    rows = pl.scan_parquet(file, hive_partitioning=False).filter(pl.col("seconds") > 0)
    app = pl.col("app_name").cast(pl.Categorical).alias("app")
    return rows.select("contract", "mac", app, "seconds", days=pl.lit(1 << day.day - 1, pl.UInt32))


def searches_of(out: Path, days: Iterable[date]) -> pl.DataFrame:
    """The searches of these days, with the columns that the steps of months need."""
    schema: dict[str, pl.DataType] = {
        "keyword": pl.String(), "keyword_key": pl.String(), "user_id": pl.String(), "entered": pl.Boolean(),
        "quit": pl.Boolean(), "month": pl.Date(), "days": pl.UInt32(), "moment": pl.Datetime("us"),
    }  # fmt: skip
    frames = [pl.LazyFrame(schema=schema)]
    for day in days:
        rows = pl.scan_parquet(partition_of(out, "clean_search", "log_date", day), hive_partitioning=False)
        frames.append(
            rows.select(
                "keyword",
                "keyword_key",
                "user_id",
                entered=pl.col("outcome") == "enter",
                quit=pl.col("outcome") == "quit",
                month=pl.lit(day.replace(day=1)),
                days=pl.lit(1 << day.day, pl.UInt32),
                moment=pl.col("searched_at").fill_null(pl.lit(day).cast(pl.Datetime("us"))),
            )
        )
    return pl.concat(frames).collect(engine="streaming")
