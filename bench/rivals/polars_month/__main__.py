"""`python -m bench.rivals.polars_month LANDING OUT`."""

import sys
from datetime import date
from pathlib import Path

import polars as pl

from bench.rivals.landed import LandedDay, landed_days, month_before, months_of
from bench.rivals.polars_month.columns import WATCH_SIDE
from bench.rivals.polars_month.content import clean_day
from bench.rivals.polars_month.profiles import members_of, profile_month, read_links, search_side, watch_side
from bench.rivals.polars_month.searches import clean_searches, search_months, search_rows, trends_month
from bench.rivals.polars_month.segments import retention_month, rfm_month, segments_month
from bench.rivals.polars_month.watching import watch_month


def run(landing: Path, out: Path) -> None:
    """Makes all final tables in `out`, a Delta table each."""
    tables: dict[str, list[pl.DataFrame]] = {}
    content_days, watch = content_months(landed_days(landing / "log_content"), tables)
    landed_search = search_rows(landed_days(landing / "log_search"))
    search_days = landed_search["log_date"].unique().to_list()
    metrics, demand = search_months(clean_searches(landed_search), months_of(search_days))
    tables |= {"search_metrics": [metrics], "keyword_demand": [demand]}
    links = read_links(landing / "identity")
    members: dict[date, pl.DataFrame] = {}
    for month in months_of([*content_days, *search_days]):
        made = profiles_of(month, content_days, search_days, watch, metrics, links, members.get(month_before(month)))
        members[month] = made["audience_members"]
        for name, table in made.items():
            tables.setdefault(name, []).append(table)
    for name, parts in tables.items():
        pl.concat(parts, how="diagonal").write_delta(str(out / name), mode="overwrite")


def profiles_of(
    month: date,
    content_days: list[date],
    search_days: list[date],
    watch: dict[date, pl.DataFrame],
    metrics: pl.DataFrame,
    links: pl.DataFrame,
    members_before: pl.DataFrame | None,
) -> dict[str, pl.DataFrame]:
    """The tables of a month's customers."""
    trends = trends_month(month, metrics, month_before(month) in months_of(search_days))
    trends = trends if month in months_of(search_days) else trends.clear()
    as_of = max(day for day in [*content_days, *search_days] if day.replace(day=1) == month)
    side = watch_side(month, watch, month in months_of(content_days))
    profiles = profile_month(month, as_of, side, search_side(month, trends, metrics, links))
    members = members_of(profiles, members_before)
    return {"search_trends": trends, "customer360": profiles, "audience_members": members}


def content_months(
    days: list[LandedDay], tables: dict[str, list[pl.DataFrame]]
) -> tuple[list[date], dict[date, pl.DataFrame]]:
    """Adds the watch side's tables; the days that landed, and the watch side by month."""
    landed: list[date] = []
    watch: dict[date, pl.DataFrame] = {}
    for month in months_of(day.day for day in days):
        of_month = [(day.day, *clean_day(day)) for day in days if day.day.replace(day=1) == month]
        cells = [frame.lazy() for _, frame, has_landed in of_month if has_landed]
        days_landed = [day for day, _, has_landed in of_month if has_landed]
        if days_landed:
            for name, table in content_month(month, cells, days_landed, landed, watch).items():
                tables.setdefault(name, []).append(table)
        landed += days_landed
    return landed, watch


def content_month(
    month: date, cells: list[pl.LazyFrame], days: list[date], earlier: list[date], watch: dict[date, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """The tables about watching of a month with these cells, of these days. Adds the month to `watch`."""
    made = watch_month(cells, month, max(days))
    if made:
        cuts, compares = made["segment_thresholds"], month_before(month) in months_of(earlier)
        made["activeness_segments"] = segments_month(month, made["watch_metrics"], watch, cuts, compares)
        made["rfm"] = rfm_month(made.pop("watched"), cuts)
        watch[month] = side_of(made)
    return {**made, "retention": retention_month(month, watch, months_of([*earlier, *days]))}


def side_of(made: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The watch side of a month's contracts."""
    side = made["watch_metrics"].lazy()
    for name in ("taste", "activeness_segments"):
        side = side.join(made[name].lazy().drop("month"), on="contract")
    groups = made["rfm"].lazy().select("contract", "rfm", "rfm_group")
    return side.join(groups, on="contract").select(list(WATCH_SIDE)).collect(engine="streaming")


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
