"""`python -m bench.rivals.polars_month LANDING OUT`."""

import sys
from datetime import date
from pathlib import Path

import polars as pl

from bench.rivals.landed import LandedDay, landed_days, month_before, months_of
from bench.rivals.polars_month.columns import WATCH_SIDE
from bench.rivals.polars_month.content import clean_day
from bench.rivals.polars_month.profiles import profile_month, read_links, search_side, watch_side
from bench.rivals.polars_month.searches import clean_searches, search_months, search_rows, trends_month
from bench.rivals.polars_month.watching import segments_month, watch_month

WATCH_TABLES = ("watch_metrics", "taste", "segment_thresholds", "activeness_segments")


def run(landing: Path, out: Path) -> None:
    """Makes all final tables in `out`, a Delta table each."""
    tables: dict[str, list[pl.DataFrame]] = {}
    content_days, watch = content_months(landed_days(landing / "log_content"), tables)
    landed_search = search_rows(landed_days(landing / "log_search"))
    search_days = landed_search["log_date"].unique().to_list()
    metrics = search_months(clean_searches(landed_search))
    tables["search_metrics"] = [metrics]
    links = read_links(landing / "identity")
    for month in months_of([*content_days, *search_days]):
        trends = trends_month(month, metrics, month_before(month) in months_of(search_days))
        trends = trends if month in months_of(search_days) else trends.clear()
        tables.setdefault("search_trends", []).append(trends)
        as_of = max(day for day in [*content_days, *search_days] if day.replace(day=1) == month)
        side = watch_side(month, watch, month in months_of(content_days))
        search = search_side(month, trends, metrics, links)
        tables.setdefault("customer360", []).append(profile_month(month, as_of, side, search))
    for name, parts in tables.items():
        pl.concat(parts, how="diagonal").write_delta(str(out / name), mode="overwrite")


def content_months(
    days: list[LandedDay], tables: dict[str, list[pl.DataFrame]]
) -> tuple[list[date], dict[date, pl.DataFrame]]:
    """Adds the watch side's tables; the days that landed, and the watch side by month."""
    landed: list[date] = []
    watch: dict[date, pl.DataFrame] = {}
    for month in months_of(day.day for day in days):
        of_month = [(day.day, *clean_day(day)) for day in days if day.day.replace(day=1) == month]
        cells = [frame for _, frame, has_landed in of_month if has_landed]
        if sum(frame.height for frame in cells):
            metrics, taste, cuts = watch_month(cells, month)
            segments = segments_month(month, metrics, watch, cuts, month_before(month) in months_of(landed))
            side = metrics.lazy().join(taste.lazy().drop("month"), on="contract")
            side = side.join(segments.lazy().drop("month"), on="contract").select(list(WATCH_SIDE))
            watch[month] = side.collect(engine="streaming")
            for name, table in zip(WATCH_TABLES, (metrics, taste, cuts, segments), strict=True):
                tables.setdefault(name, []).append(table)
        landed += [day for day, _, has_landed in of_month if has_landed]
    return landed, watch


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
