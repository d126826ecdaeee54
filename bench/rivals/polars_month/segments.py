"""Contracts, a month at a time: their segments, scores and cohorts, from watch_metrics and its cuts."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from bench.rivals.landed import month_before
from bench.rivals.polars_month.columns import WATCH_SIDE
from bench.rivals.reference import COHORT_MONTHS, CUTS, FIFTHS, GROUPS, SCORED


def segments_month(
    month: date, metrics: pl.DataFrame, watch: dict[date, pl.DataFrame], cuts: pl.DataFrame, compares: bool
) -> pl.DataFrame:
    """activeness_segments of a month; `compares` where content of the month before landed."""
    cut = cuts.row(0, named=True)
    seconds, ratio = pl.col("seconds_total"), pl.col("active_ratio")
    levels = {f"{kind} {level}": result for (kind, level), result in CUTS.clinginess.items()}
    rows = metrics.lazy().select(
        "month",
        "contract",
        user_type=pl.when(seconds < cut["q1"]).then(pl.lit("low"))
        .when(seconds > cut["q3"]).then(pl.lit("high")).otherwise(pl.lit("middle")),
        activeness=pl.when(ratio <= cut["activeness_low_max"]).then(pl.lit("low"))
        .when(ratio <= cut["activeness_medium_max"]).then(pl.lit("medium")).otherwise(pl.lit("high")),
        outlier=seconds > cut["upper_fence"],
        seconds_total=seconds,
        observed_days="observed_days",
    )  # fmt: skip
    pair = pl.concat_str("user_type", "activeness", separator=" ")
    rows = rows.with_columns(clinginess=pair.replace_strict(levels, return_dtype=pl.String))
    before = watch.get(month_before(month), pl.DataFrame(schema=WATCH_SIDE)).lazy()
    before = before.select("contract", seconds_before="seconds_total", observed_before="observed_days")
    rows = rows.join(before, on="contract", how="left").with_columns(
        now=pl.col("seconds_total") * pl.col("observed_before"),
        then=pl.col("seconds_before") * pl.col("observed_days"),
    )
    earlier = [watch[m] for back in range(1, CUTS.resurrect_months + 1) if (m := month_before(month, back)) in watch]
    seen = pl.concat([pl.LazyFrame(schema=WATCH_SIDE), *(frame.lazy() for frame in earlier)])
    seen = seen.group_by("contract").agg(pl.col("month").max().alias("last_seen"))
    lifecycle = (
        pl.when(not compares).then(pl.lit("unknown"))
        .when(pl.col("last_seen") == month_before(month)).then(pl.lit("returning"))
        .when(pl.col("last_seen").is_not_null()).then(pl.lit("resurrected")).otherwise(pl.lit("new"))
    )  # fmt: skip
    columns = ["month", "contract", "user_type", "activeness", "clinginess", "outlier"]
    return (
        rows.join(seen, on="contract", how="left")
        .select(*columns, lifecycle=lifecycle, watch_change=pl.col("now") / pl.col("then"), watch_trend=watch_trend())
        .collect(engine="streaming")
    )


def watch_trend() -> pl.Expr:
    """The trend of `now` against `then`, in whole numbers."""
    now, then, falling, rising = pl.col("now"), pl.col("then"), CUTS.falling_max, CUTS.rising_min
    return (
        pl.when(then.is_null()).then(pl.lit("unknown"))
        .when(now * falling.denominator <= then * falling.numerator).then(pl.lit("falling"))
        .when(now * rising.denominator >= then * rising.numerator).then(pl.lit("rising")).otherwise(pl.lit("steady"))
    )  # fmt: skip


def rfm_month(watched: pl.DataFrame, cuts: pl.DataFrame) -> pl.DataFrame:
    """The scores of a month, `rfm`."""
    cut = cuts.row(0, named=True)
    below = {
        prefix: pl.sum_horizontal((pl.col(column) > cut[f"{prefix}_p{percent}"]).cast(pl.Int32) for percent in FIFTHS)
        for prefix, column in SCORED.items()
    }
    scores = ["recency_score", "frequency_score", "watch_score"]
    pair = pl.col("recency_score") * 10 + (pl.col("frequency_score") + pl.col("watch_score") + 1) // 2
    groups = {recency * 10 + other: group for (recency, other), group in GROUPS.items()}
    return (
        watched.lazy()
        .select(
            "month",
            "contract",
            "recency_days",
            recency_score=5 - below["recency"],
            frequency_score=1 + below["active_days"],
            watch_score=1 + below["seconds"],
        )
        .with_columns(
            rfm=pl.concat_str(scores),
            rfm_group=pair.replace_strict(groups, return_dtype=pl.String),
        )
        .collect(engine="streaming")
    )


def retention_month(month: date, watch: dict[date, pl.DataFrame], landed: Iterable[date]) -> pl.DataFrame:
    """The cohorts of a month, `retention`; content `landed` in these months, up to this one."""
    sides = [watch[m] for back in range(COHORT_MONTHS + 1) if (m := month_before(month, back)) in watch]
    contracts = pl.concat([pl.LazyFrame(schema=WATCH_SIDE), *(side.lazy() for side in sides)]).select(
        "contract", "month", pl.when(pl.col("month") == month).then("seconds_total").alias("seconds")
    )
    cohorts = contracts.group_by("contract").agg(pl.col("month").min(), pl.col("seconds").max()).group_by("month").agg(
        pl.len().cast(pl.Int64).alias("contracts"), pl.col("seconds").count().cast(pl.Int64).alias("watching"),
        pl.col("seconds").sum(),
    )  # fmt: skip
    since = (month.year - pl.col("cohort_month").dt.year()) * 12 + month.month - pl.col("cohort_month").dt.month()
    has_landed = [pl.lit(other) >= pl.col("cohort_month") for other in landed]
    return (
        cohorts.rename({"month": "cohort_month"})
        .with_columns(month=pl.lit(month), months_since=since.cast(pl.Int32))
        .with_columns(
            is_open=pl.col("months_since") == COHORT_MONTHS,
            retained=pl.col("watching") / pl.col("contracts"),
            has_gap=pl.sum_horizontal(after.cast(pl.Int32) for after in has_landed) <= pl.col("months_since"),
        )
        .collect(engine="streaming")
    )
