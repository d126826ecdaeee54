"""Content, a month at a time: the watch side of a profile, from rows per contract, device and app."""

from datetime import date

import polars as pl

from bench.rivals.polars_month.columns import code_of
from bench.rivals.polars_month.content import DEVICE, KEY
from bench.rivals.reference import CODES, CUTS, FIFTHS, REFERENCE, SCORED

WATCH = [
    "month", "contract", *(f"seconds_{code}" for code in CODES), "seconds_total", "active_days", "observed_days",
    "active_ratio", "devices", "apps", "first_watched", "last_watched", "most_watch",
]  # fmt: skip
TASTE = ["month", "contract", "taste", "categories", *(f"share_{code}" for code in CODES), "lift_category", "lift"]


def watch_month(days: list[pl.LazyFrame], month: date, last_landed: date) -> dict[str, pl.DataFrame]:
    """The tables of what was watched in a month, and `watched`, which the others are made of."""
    by_app = pl.concat(days).group_by(KEY)
    cells = by_app.agg(pl.col("seconds").sum(), pl.col("days").bitwise_or()).collect(engine="streaming")
    if not cells.height:
        return {}
    watched = (
        by_contract(cells)
        .with_columns(
            month=pl.lit(month),
            active_days=pl.col("days").bitwise_count_ones().cast(pl.Int32),
            observed_days=pl.lit(len(days), pl.Int32),
            devices=pl.col("devices").cast(pl.Int32),
            apps=pl.col("apps").bitwise_count_ones().cast(pl.Int32),
            **first_and_last(month),
            most_watch=code_of(5 - pl.max_horizontal(f"rank_{code}" for code in CODES) % 8),
        )
        .with_columns(
            active_ratio=pl.col("active_days") / pl.col("observed_days"),
            recency_days=(pl.lit(last_landed) - pl.col("last_watched")).dt.total_days().cast(pl.Int32),
        )
        .collect(engine="streaming")
    )
    return {
        "device_months": devices_of(cells, month),
        "watched": watched,
        "watch_metrics": watched.select(WATCH),
        "taste": taste_of(watched).select(TASTE),
        "segment_thresholds": thresholds_of(watched, month),
    }


def first_and_last(month: date) -> dict[str, pl.Expr]:
    """The first and the last of the days of a month that are given as bits."""
    first = pl.lit((month - date(1970, 1, 1)).days, pl.Int32)
    return {
        "first_watched": (first + pl.col("days").bitwise_trailing_zeros().cast(pl.Int32)).cast(pl.Date),
        "last_watched": (first + 31 - pl.col("days").bitwise_leading_zeros().cast(pl.Int32)).cast(pl.Date),
    }


def devices_of(cells: pl.DataFrame, month: date) -> pl.DataFrame:
    """device_months."""
    app = pl.col("app").cast(pl.String)
    return (
        cells.lazy()
        .select(
            "contract",
            "mac",
            "seconds",
            month=pl.lit(month),
            app_name=app,
            category=app.replace_strict(REFERENCE.app_categories, default="other", return_dtype=pl.String),
            active_days=pl.col("days").bitwise_count_ones().cast(pl.Int32),
            day_bits=pl.col("days").cast(pl.Int32),
            **first_and_last(month),
        )
        .collect(engine="streaming")
    )


def by_contract(cells: pl.DataFrame) -> pl.LazyFrame:
    """Seconds, days and apps of each contract, the last two as bits; `rank_…` orders its categories, ties included."""
    sums = [pl.col(f"seconds_{code}").sum() for code in CODES]
    ors = [pl.col(f"days_{code}").bitwise_or() for code in CODES]
    contracts = (
        by_device(cells)
        .group_by("contract")
        .agg(*sums, *ors, pl.col("apps").bitwise_or(), pl.col("mac").count().alias("devices"))
    )
    rank = [
        (
            pl.col(f"seconds_{code}") * 512
            + pl.col(f"days_{code}").bitwise_count_ones().cast(pl.Int64) * 8
            + (5 - place)
        ).alias(f"rank_{code}")
        for place, code in enumerate(CODES)
    ]
    all_days = pl.reduce(lambda a, b: a | b, [pl.col(f"days_{code}") for code in CODES])
    total = pl.sum_horizontal(f"seconds_{code}" for code in CODES)
    return contracts.with_columns(*rank, all_days.alias("days"), total.alias("seconds_total"))


def by_device(cells: pl.DataFrame) -> pl.LazyFrame:
    """Seconds and days of each device by category, and its apps; days and apps as bits."""
    names = cells["app"].unique().cast(pl.String).sort().to_list()
    if len(names) > 64:
        raise NotImplementedError("more than 64 apps in a month: a bit each is not enough")
    codes = {name: CODES.index(REFERENCE.app_categories.get(name, "other")) for name in names}
    category = pl.col("app").cast(pl.String).replace_strict(codes, return_dtype=pl.Int8)
    apps = {name: 1 << place for place, name in enumerate(names)}
    bits = pl.col("app").cast(pl.String).replace_strict(apps, return_dtype=pl.UInt64)
    none = pl.lit(0, pl.UInt32)
    masked = [
        pl.when(pl.col("category") == p).then("seconds").otherwise(0).sum().alias(f"seconds_{c}")
        for p, c in enumerate(CODES)
    ]
    masked += [
        pl.when(pl.col("category") == p).then("days").otherwise(none).bitwise_or().alias(f"days_{c}")
        for p, c in enumerate(CODES)
    ]
    return (
        cells.lazy()
        .with_columns(category.alias("category"), bits.alias("apps"))
        .group_by(DEVICE)
        .agg(*masked, pl.col("apps").bitwise_or())
    )


def taste_of(watched: pl.DataFrame) -> pl.DataFrame:
    """taste: only contracts of several categories need sorting."""
    everyone = {code: int(watched[f"seconds_{code}"].sum()) for code in CODES}
    all_total = int(watched["seconds_total"].sum())
    over_all = [
        pl.when(pl.col(f"seconds_{c}") > 0)
        .then(pl.col(f"seconds_{c}") / max(everyone[c], 1))
        .otherwise(-1.0)
        .alias(f"over_{c}")
        for c in CODES
    ]
    best = pl.max_horizontal(f"over_{code}" for code in CODES)
    place = pl.coalesce(pl.when(pl.col(f"over_{c}") == best).then(pl.lit(p)) for p, c in enumerate(CODES))
    shares = [(pl.col(f"seconds_{c}") / pl.col("seconds_total")).alias(f"share_{c}") for c in CODES]
    lift = pl.coalesce(
        pl.when(pl.col("lift_category") == c).then(pl.col(f"share_{c}") / (everyone[c] / all_total))
        for c in CODES if everyone[c]
    )  # fmt: skip
    count = pl.sum_horizontal((pl.col(f"seconds_{code}") > 0).cast(pl.Int32) for code in CODES)
    rows = watched.lazy().with_columns(*over_all, *shares, categories=count)
    rows = rows.with_columns(lift_category=code_of(place)).with_columns(lift=lift)
    ranks = pl.concat_list(f"rank_{code}" for code in CODES).list.sort(descending=True)
    labels = {5 - place: code for place, code in enumerate(CODES)}
    names = ranks.list.eval(pl.element().filter(pl.element() >= 512) % 8).list.eval(
        pl.element().replace_strict(labels, return_dtype=pl.String)
    )
    several = rows.filter(pl.col("categories") > 1).with_columns(taste=names.list.join(", "))
    single = rows.filter(pl.col("categories") == 1).with_columns(taste="most_watch")
    return pl.concat([single, several]).collect(engine="streaming")


def thresholds_of(watched: pl.DataFrame, month: date) -> pl.DataFrame:
    """segment_thresholds: one row. Fifths lie whole fifths between whole numbers."""
    fifths = {
        f"{prefix}_p{percent}": [round((watched[column].quantile(percent / 100, "linear") or 0.0) * 5) / 5]
        for prefix, column in SCORED.items()
        for percent in FIFTHS
    }
    seconds = watched["seconds_total"]
    q1, median, q3 = (seconds.quantile(share, "linear") or 0.0 for share in (0.25, 0.5, 0.75))
    fence = q3 + CUTS.fence_factor * (q3 - q1)
    return pl.DataFrame(
        {
            "month": [month],
            "contracts": [watched.height],
            "q1": [q1],
            "median": [median],
            "q3": [q3],
            "iqr": [q3 - q1],
            "upper_fence": [fence],
            "activeness_low_max": [float(CUTS.activeness_low_max)],
            "activeness_medium_max": [float(CUTS.activeness_medium_max)],
            "outliers": [int((seconds > fence).sum())],
            **fifths,
        }
    )
