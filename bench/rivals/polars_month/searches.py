"""Searches: landed records to the favourites of a month, and how they changed."""

from datetime import date

import polars as pl

from bench.rivals.landed import (
    SEARCH_FIELDS,
    LandedDay,
    Record,
    csv_header,
    csv_records,
    json_records,
    month_before,
    opened,
)
from bench.rivals.polars_month.columns import trimmed, user_of
from bench.rivals.reference import CUTS, REFERENCE
from bench.rivals.texts import categories_of, clock_times, keyword_forms
from c360_assets.text.normalise import WHITE_SPACE

KEY = ["month", "user_id", "keyword_key"]


def search_rows(days: list[LandedDay]) -> pl.DataFrame:
    """All landed searches as text, with their day: parquet by one scan, text forms by plain Python."""
    files = {file: day.day for day in days if day.form == "parquet" for file in day.files}
    frames = []
    plans = pl.col("userPlansMap").list
    texts = [pl.col(name) for name in SEARCH_FIELDS if name != "userPlansMap"]
    if files:
        scan = pl.scan_parquet(list(files), include_file_paths="file")
        joined = pl.concat_str(plans.len(), plans.join("\n", ignore_nulls=True), separator=":").alias("userPlansMap")
        day = pl.col("file").replace_strict(files, return_dtype=pl.Date).alias("log_date")
        frames.append(scan.select(day, *texts, joined).collect(engine="streaming"))
    schema = {"log_date": pl.Date, **dict.fromkeys(SEARCH_FIELDS, pl.String)}
    for landed in days:
        if landed.form != "parquet":
            rows = [(landed.day, *record) for file in landed.files for record in search_records(file, landed.form)]
            frames.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(frames)


def search_records(file: str, form: str) -> list[Record]:
    """The searches in a text file; a line that is not one becomes a record without values."""
    with opened(file) as stream:
        if form == "csv":
            return csv_records(list(stream)[1:], csv_header(file), SEARCH_FIELDS)
        lines = [line for line in stream if line.strip(WHITE_SPACE)]
    nothing = (None,) * len(SEARCH_FIELDS)
    return [record for line in lines for record in json_records(line, SEARCH_FIELDS) or [nothing]]


def clean_searches(landed: pl.DataFrame) -> pl.DataFrame:
    """One row per search, with its keyword's forms and its moment."""
    has_user = user_of(pl.col("user_id")).is_not_null()
    events = landed.lazy().filter(has_user & pl.col("keyword").is_not_null()).unique().collect(engine="streaming")
    keywords = keyword_forms(events["keyword"].unique().to_list(), REFERENCE)
    forms = pl.DataFrame(keywords, schema=dict.fromkeys(("landed", "keyword", "keyword_key"), pl.String), orient="row")
    is_known, moment = moment_of(pl.col("datetime"))
    odd = events.filter(~is_known)["datetime"].drop_nulls().unique()
    times = pl.DataFrame(clock_times(odd), schema={"datetime": pl.String, "read": pl.Datetime("us")}, orient="row")
    off = (pl.col("moment").dt.date() - pl.col("log_date")).dt.total_days().abs()
    outcome = trimmed(pl.col("category")).str.to_lowercase()
    return (
        events.lazy()
        .rename({"keyword": "landed"})
        .join(forms.lazy(), on="landed", how="inner")
        .join(times.lazy(), on="datetime", how="left")
        .with_columns(moment=pl.coalesce(moment, "read"))
        .select(
            "keyword",
            "keyword_key",
            month=pl.col("log_date").dt.month_start(),
            user_id=user_of(pl.col("user_id")),
            entered=(outcome == "enter").fill_null(False),
            quit=(outcome == "quit").fill_null(False),
            days=(pl.lit(2, pl.Int64) ** pl.col("log_date").dt.day()).cast(pl.UInt32),
            moment=pl.when(off <= CUTS.clock_tolerance_days)
            .then("moment")
            .otherwise(pl.col("log_date").cast(pl.Datetime("us"))),
        )
        .collect(engine="streaming")
    )


def moment_of(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Whether Polars can read the time of a search by itself, and that time; null for the rarer forms."""
    form = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,4})?$"
    is_known = (text.str.contains(form) & text.is_between(pl.lit("0100"), pl.lit("2400"))).fill_null(False)
    read = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    return is_known, pl.when(is_known).then(read).otherwise(None)


def search_months(searches: pl.DataFrame, landed: list[date]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """search_metrics and keyword_demand of all months; searches `landed` in these."""
    sums = [pl.col(name).sum() for name in ("events", "entered", "quit")]
    more = [pl.col("days").bitwise_or(), pl.col("moment").max()]
    counted = searches.lazy().group_by(*KEY, "keyword").agg(pl.len().cast(pl.Int64).alias("events"), *sums[1:], *more)
    spellings = counted.collect(engine="streaming")
    keys = spellings.lazy().group_by(KEY).agg(*sums, *more).collect(engine="streaming")
    return metrics_of(keys, spellings), demand_of(keys, spellings, landed)


def metrics_of(keys: pl.DataFrame, spellings: pl.DataFrame) -> pl.DataFrame:
    """search_metrics, from each user's keywords and their spellings."""
    sums = [pl.col(name).sum() for name in ("events", "entered", "quit")]
    users = keys.group_by("month", "user_id").agg(
        *sums, pl.col("days").bitwise_or(), pl.len().alias("distinct_keywords")
    )
    before = pl.duration(days=1)
    return users.join(favourites(keys, spellings), on=["month", "user_id"]).select(
        "month",
        "user_id",
        pl.col("events").cast(pl.Int64).alias("searches"),
        pl.col("entered", "quit").cast(pl.Int64),
        pl.col("days").bitwise_count_ones().cast(pl.Int32).alias("search_days"),
        pl.col("distinct_keywords").cast(pl.Int32),
        first_searched=pl.col("month") + pl.duration(days=pl.col("days").bitwise_trailing_zeros()) - before,
        last_searched=pl.col("month") + pl.duration(days=31 - pl.col("days").bitwise_leading_zeros()) - before,
        most_search="keyword",
        most_search_key="keyword_key",
        search_category="search_category",
    )


def favourites(keys: pl.DataFrame, spellings: pl.DataFrame) -> pl.DataFrame:
    """The keyword that each user entered most in a month, in its most frequent spelling, with its category."""
    order = ["entered", "events", "moment", "keyword_key"]
    top = keys.sort(order, descending=[True, True, True, False]).unique(["month", "user_id"], keep="first").select(KEY)
    frequent = spellings.sort("events", "keyword", descending=[True, False]).unique(KEY, keep="first")
    return with_category(top.join(frequent.select(*KEY, "keyword"), on=KEY), "search_category")


def with_category(keys: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows of keyword keys with the category of each, in a column of this name."""
    known = categories_of(keys["keyword_key"].unique().to_list(), REFERENCE)
    categories = pl.DataFrame(known, schema={"keyword_key": pl.String, name: pl.String}, orient="row")
    return keys.join(categories, on="keyword_key")


def demand_of(keys: pl.DataFrame, spellings: pl.DataFrame, landed: list[date]) -> pl.DataFrame:
    """keyword_demand: the keys of a month that enough users share."""
    key = ["month", "keyword_key"]
    sums = [pl.col(name).sum().cast(pl.Int64) for name in ("events", "entered", "quit")]
    shared = keys.group_by(key).agg(*sums, pl.len().cast(pl.Int64).alias("users"))
    shared = shared.filter(pl.col("users") >= CUTS.demand_min_users).rename({"events": "searches"})
    shared = shared.sort("month", "users", "searches", "keyword_key", descending=[False, True, True, False])
    shared = shared.with_columns(place=(pl.int_range(pl.len(), dtype=pl.Int32) + 1).over("month"))
    events = spellings.join(shared, on=key, how="semi").group_by(*key, "keyword").agg(pl.col("events").sum())
    frequent = events.sort("events", "keyword", descending=[True, False]).unique(key, keep="first")
    before = shared.select(
        "keyword_key",
        pl.col("searches", "users", "place").name.prefix("previous_"),
        month=pl.col("month").dt.offset_by("1mo"),
    )
    rows = shared.join(frequent.select(*key, "keyword"), on=key).join(before, on=key, how="left")
    share = pl.col("quit") / pl.col("searches")
    return with_category(rows, "category").with_columns(quit_share=share, demand_trend=demand_trend(landed))


def demand_trend(landed: list[date]) -> pl.Expr:
    """How a key's place moved; unknown where searches of the month before did not land."""
    place, earlier = pl.col("place"), pl.col("previous_place")
    return (
        pl.when(~pl.col("month").dt.offset_by("-1mo").is_in(landed)).then(pl.lit("unknown"))
        .when(earlier.is_null()).then(pl.lit("new")).when(place < earlier).then(pl.lit("rising"))
        .when(place > earlier).then(pl.lit("falling")).otherwise(pl.lit("steady"))
    )  # fmt: skip


def trends_month(month: date, metrics: pl.DataFrame, compares: bool) -> pl.DataFrame:
    """search_trends of a month; `compares` where searches of the month before landed."""
    now = metrics.filter(pl.col("month") == month).select("user_id", "search_category")
    before = metrics.filter(pl.col("month") == month_before(month)).select(
        "user_id", previous_category="search_category"
    )
    current, earlier = pl.col("search_category"), pl.col("previous_category")
    trend = (
        pl.when(not compares).then(pl.lit("unknown"))
        .when(earlier.is_null()).then(pl.lit("new"))
        .when(current.is_null()).then(pl.lit("lost"))
        .when((current == "unknown") | (earlier == "unknown")).then(pl.lit("unknown"))
        .when(current == earlier).then(pl.lit("unchanged"))
        .otherwise(pl.lit("changed"))
    )  # fmt: skip
    known = pl.coalesce(
        pl.when(current != "unknown").then(current), pl.when(earlier != "unknown").then(earlier), pl.lit("unknown")
    )
    is_changed = pl.col("trending_type") == "changed"
    return (
        now.join(before, on="user_id", how="full", coalesce=True)
        .with_columns(trending_type=trend)
        .with_columns(previous=pl.when(is_changed).then(earlier + " -> " + current).otherwise(known))
        .with_columns(month=pl.lit(month))
    )
