"""The whole pipeline as one tuned Polars script: landed logs to customer360, as Delta tables.

    python -m bench.rivals.polars_month LANDING OUT

Same final tables as the project, row for row. Left out: raw tables, quarantine, ledgers, checks, history, and making
only what changed. Tuned by: lazy frames on the streaming engine, content a day at a time; lines in the usual form are
taken apart by one regular expression that also says that every field is clean; only the rest (a line in 400) is parsed by
plain Python; a month rolled up by device first, with days and apps as bits.

Bad bytes in content become U+FFFD: a line of JSON with a real U+FFFD would be taken for one that is no UTF-8. Search logs
in text forms, which are rare and small, are read by plain Python.
"""

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from bench.rivals.landed import (
    CONTENT_FIELDS,
    SEARCH_FIELDS,
    LandedDay,
    Record,
    csv_header,
    csv_records,
    data_files,
    form_of,
    json_record,
    landed_days,
    month_before,
    months_of,
    opened,
)
from bench.rivals.texts import categories_of, clock_times, keyword_forms, reference_data
from c360_assets.text import WHITE_SPACE

CODES = ("tv", "movies", "entertainment", "kids", "sports", "other")
REFERENCE = reference_data()
CUTS = REFERENCE.measures
FIELDS = CONTENT_FIELDS[4:]
CLEAN = {
    "Contract": CUTS.contract_pattern.removeprefix("^").removesuffix("$"),
    "Mac": "[0-9A-F]{12}",
    "TotalDuration": "[0-9]{1,5}",
    "AppName": "[A-Z_]+",
}
PLAIN = r'[^"\\\x00-\x1f\x{fffd}]*'
JSON_LINE = (
    rf'^\{{"_index":"{PLAIN}","_type":"{PLAIN}","_id":"{PLAIN}","_score":(?:0|-?[1-9][0-9]*),"_source":\{{'
    + ",".join(f'"{name}":{quote}(?P<{name}>{CLEAN[name]}){quote}' for name, quote in
               (("Contract", '"'), ("Mac", '"'), ("TotalDuration", ""), ("AppName", '"')))
    + r"\}\}$"
)  # fmt: skip
DEVICE = ["contract", "mac"]
KEY = [*DEVICE, "app"]


def lines_of(file: str) -> pl.LazyFrame:
    """The lines of a text file, with their place; bytes that are no UTF-8 as U+FFFD."""
    return pl.scan_csv(
        file,
        separator="\x01",
        quote_char=None,
        has_header=False,
        schema={"line": pl.String},
        encoding="utf8-lossy",
        row_index_name="place",
    )


def trimmed(column: pl.Expr) -> pl.Expr:
    """The text without white space at its ends."""
    return column.str.strip_chars(WHITE_SPACE)


def filled(column: pl.Expr) -> pl.Expr:
    """The trimmed text; null where nothing is left."""
    text = trimmed(column)
    return pl.when(text != "").then(text)


# --- content: a day ----------------------------------------------------------------------------------------


def odd_cells(records: pl.DataFrame) -> pl.DataFrame:
    """Records that are not clean as they landed, brought into one form; those that break a rule are left out."""
    mac = pl.col("Mac").str.replace_all(f"[:.\\-{WHITE_SPACE}]", "").str.to_uppercase()
    whole = trimmed(pl.col("TotalDuration"))
    digits = pl.when(whole.str.contains(r"^[0-9]+(\.0+)?$")).then(whole.str.replace(r"\..*", ""))
    return records.select(
        contract=trimmed(pl.col("Contract")).str.to_uppercase(),
        mac=pl.when(mac.str.contains("^[0-9A-F]{12}$")).then(mac),
        app=filled(pl.col("AppName")).str.to_uppercase().fill_null("UNKNOWN"),
        seconds=digits.cast(pl.Int64, strict=False),
        record=pl.col("record"),
    ).filter(pl.col("contract").str.contains(CUTS.contract_pattern))


def of_records(records: Iterable[Record], form: str) -> pl.DataFrame:
    """Records as a frame of FIELDS and `record`, a digest that is equal for equal records, clean or not."""
    rows = [(*record[-4:], _as_clean(record, form)) for record in records]
    schema = dict.fromkeys([*FIELDS, "record"], pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("record").hash())


def _as_clean(record: Record, form: str) -> str:
    """What a clean record is known by; a record with a null is like none."""
    if form != "json":
        return repr(record[-4:]) if None in record[-4:] else ",".join(map(str, record[-4:]))
    if None in record:
        return repr(record)
    return (
        '{{"_index":"{}","_type":"{}","_id":"{}","_score":{},'
        '"_source":{{"Contract":"{}","Mac":"{}","TotalDuration":{},"AppName":"{}"}}}}'
    ).format(*record)


def read_lines(file: str, pattern: str, record: pl.Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The clean cells of a text file, and the other lines with their place."""
    lines = lines_of(file).with_columns(pl.col("line").str.extract_groups(pattern).alias("fields")).unnest("fields")
    is_odd = pl.col("Contract").is_null()
    frame = lines.select(
        contract="Contract",
        mac="Mac",
        app="AppName",
        seconds=pl.col("TotalDuration").cast(pl.Int64),
        record=record.hash(),
        line=pl.when(is_odd).then("line"),
        place=pl.when(is_odd).then("place"),
    ).collect(engine="streaming")
    is_clean = pl.col("contract").is_not_null()
    return frame.filter(is_clean).drop("line", "place"), frame.filter(~is_clean).select("place", "line")


def read_json(file: str) -> tuple[pl.DataFrame, bool]:
    """The cells of a file of NDJSON, and whether anything landed in it."""
    clean, odd = read_lines(file, JSON_LINE, pl.col("line"))
    lines = [line.removeprefix("\ufeff") for line in odd["line"].drop_nulls()]
    records = (json_record(line, CONTENT_FIELDS) for line in lines if "\ufffd" not in line)
    cells = odd_cells(of_records((record for record in records if record), "json"))
    return pl.concat([clean, cells]), clean.height > 0 or any(line.strip(WHITE_SPACE) for line in lines)


def read_csv(file: str) -> tuple[pl.DataFrame, bool]:
    """The cells of a CSV file, and whether anything landed in it."""
    header = csv_header(file)
    groups = [f"(?P<{name}>{CLEAN[name]})" if name in CLEAN else '[^,"]*' for name in header]
    clean, odd = read_lines(file, f"^{','.join(groups)}$", pl.concat_str(FIELDS, separator=","))
    places, lines = odd["place"].to_list(), [f"{line or ''}\n" for line in odd["line"]]
    if lines_were_taken_out(places, lines):
        with opened(file) as stream:
            clean, lines = clean.clear(), list(stream)
    records = csv_records(lines[1:], header, FIELDS)
    return pl.concat([clean, odd_cells(of_records(records, "csv"))]), clean.height > 0 or len(lines) > 1


def lines_were_taken_out(places: list[int], lines: list[str]) -> bool:
    """Whether a quoted field goes over a line that is none of these, and so looked like a record itself."""
    is_open, before = False, -1
    for place, line in zip(places, lines, strict=True):
        if is_open and place != before + 1:
            return True
        is_open, before = is_open ^ bool(line.count('"') % 2), place
    return is_open


def read_parquet(file: str) -> tuple[pl.DataFrame, bool]:
    """The cells of a parquet file, and whether anything landed in it."""
    raw = pl.scan_parquet(file).select(pl.col(name).cast(pl.String) for name in FIELDS)
    is_clean = pl.all_horizontal(pl.col(name).str.contains(f"^(?:{CLEAN[name]})$") for name in FIELDS).fill_null(False)
    clean, odd = pl.collect_all(
        [
            raw.filter(is_clean).select(
                contract="Contract",
                mac="Mac",
                app="AppName",
                seconds=pl.col("TotalDuration").cast(pl.Int64),
                record=pl.concat_str(FIELDS, separator=",").hash(),
            ),
            raw.filter(~is_clean),
        ],
        engine="streaming",
    )
    return pl.concat([clean, odd_cells(of_records(odd.rows(), "parquet"))]), clean.height + odd.height > 0


def clean_day(day: LandedDay) -> tuple[pl.DataFrame, bool]:
    """A day, one row a contract, device and app, with its seconds capped; and whether anything landed."""
    read = {"json": read_json, "csv": read_csv, "parquet": read_parquet}[day.form]
    parts = [read(file) for file in day.files]
    cells = pl.concat([part for part, _ in parts]).filter(pl.col("seconds").is_between(1, CUTS.day_seconds))
    by_key = cells.lazy().group_by(KEY).agg(pl.col("seconds").sum(), pl.len().alias("records"))
    grouped = by_key.collect(engine="streaming")
    of_several = cells.join(grouped.filter(pl.col("records") > 1), on=KEY, how="semi", nulls_equal=True)
    several = of_several.unique().group_by(KEY).agg(pl.col("seconds").sum())
    summed = pl.concat([grouped.filter(pl.col("records") == 1).drop("records"), several.select(*KEY, "seconds")])
    totals = (
        summed.lazy().filter(pl.col("mac").is_not_null()).group_by(DEVICE).agg(pl.col("seconds").sum().alias("total"))
    )
    full = totals.filter(pl.col("total") > CUTS.day_seconds).collect(engine="streaming")
    capped = cap(summed.join(full, on=DEVICE, how="inner"))
    rows = pl.concat([summed.join(full, on=DEVICE, how="anti"), capped]).filter(pl.col("seconds") > 0)
    bit = pl.lit(1 << day.day.day, pl.UInt32).alias("days")
    return rows.with_columns(pl.col("app").cast(pl.Categorical), bit), any(landed for _, landed in parts)


def cap(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of full devices cut to a day: each its share, rounded down; what is then missing to the largest."""
    place = pl.struct(-pl.col("seconds"), "app").rank("ordinal").over(DEVICE)
    share = pl.col("seconds") * CUTS.day_seconds // pl.col("total")
    missing = CUTS.day_seconds - pl.col("share").sum().over(DEVICE)
    shared = rows.with_columns(share.alias("share"), place.alias("place"))
    seconds = pl.col("share") + pl.when(pl.col("place") == 1).then(missing).otherwise(0)
    return shared.select(*KEY, seconds.alias("seconds"))


# --- content: a month --------------------------------------------------------------------------------------


def watch_month(days: list[pl.DataFrame], month: date) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """watch_metrics, taste and segment_thresholds of a month."""
    names = pl.concat([day["app"].unique() for day in days]).unique().cast(pl.String).sort().to_list()
    apps = {name: place for place, name in enumerate(names)}
    codes = {name: CODES.index(REFERENCE.app_categories.get(name, "other")) for name in names}
    category = pl.col("app").cast(pl.String).replace_strict(codes, return_dtype=pl.Int8)
    if len(apps) > 64:
        raise NotImplementedError("more than 64 apps in a month: a bit each is not enough")
    bits = pl.col("app").cast(pl.String).replace_strict({n: 1 << p for n, p in apps.items()}, return_dtype=pl.UInt64)
    none = pl.lit(0, pl.UInt32)
    masked = [
        pl.when(pl.col("category") == p).then("seconds").otherwise(0).sum().alias(f"seconds_{c}")
        for p, c in enumerate(CODES)
    ]
    masked += [
        pl.when(pl.col("category") == p).then("days").otherwise(none).bitwise_or().alias(f"days_{c}")
        for p, c in enumerate(CODES)
    ]
    devices = (
        pl.concat([day.lazy() for day in days])
        .with_columns(category.alias("category"), bits.alias("apps"))
        .group_by(DEVICE)
        .agg(*masked, pl.col("apps").bitwise_or())
    )
    sums = [pl.col(f"seconds_{code}").sum() for code in CODES]
    ors = [pl.col(f"days_{code}").bitwise_or() for code in CODES]
    contracts = devices.group_by("contract").agg(
        *sums, *ors, pl.col("apps").bitwise_or(), pl.col("mac").count().alias("devices")
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
    first = pl.lit((month - date(1970, 1, 1)).days - 1, pl.Int32)
    total = pl.sum_horizontal(f"seconds_{code}" for code in CODES)
    watched = (
        contracts.with_columns(*rank, all_days.alias("days"), total.alias("seconds_total"))
        .with_columns(
            month=pl.lit(month),
            active_days=pl.col("days").bitwise_count_ones().cast(pl.Int32),
            observed_days=pl.lit(len(days), pl.Int32),
            devices=pl.col("devices").cast(pl.Int32),
            apps=pl.col("apps").bitwise_count_ones().cast(pl.Int32),
            first_watched=(first + pl.col("days").bitwise_trailing_zeros().cast(pl.Int32)).cast(pl.Date),
            last_watched=(first + 31 - pl.col("days").bitwise_leading_zeros().cast(pl.Int32)).cast(pl.Date),
            most_watch=code_of(5 - pl.max_horizontal(f"rank_{code}" for code in CODES) % 8),
        )
        .with_columns(active_ratio=pl.col("active_days") / pl.col("observed_days"))
        .collect(engine="streaming")
    )
    return watched.select(WATCH), taste_of(watched).select(TASTE), thresholds_of(watched, month)


WATCH = [
    "month", "contract", *(f"seconds_{code}" for code in CODES), "seconds_total", "active_days", "observed_days",
    "active_ratio", "devices", "apps", "first_watched", "last_watched", "most_watch",
]  # fmt: skip
TASTE = ["month", "contract", "taste", "categories", *(f"share_{code}" for code in CODES), "lift_category", "lift"]


WATCH_SIDE = {
    "month": pl.Date, "contract": pl.String, **{f"seconds_{code}": pl.Int64 for code in CODES},
    "seconds_total": pl.Int64, "active_days": pl.Int32, "observed_days": pl.Int32, "active_ratio": pl.Float64,
    "devices": pl.Int32, "apps": pl.Int32, "first_watched": pl.Date, "last_watched": pl.Date, "most_watch": pl.String,
    "taste": pl.String, "categories": pl.Int32, **{f"share_{code}": pl.Float64 for code in CODES},
    "lift_category": pl.String, "lift": pl.Float64, "user_type": pl.String, "activeness": pl.String,
    "outlier": pl.Boolean, "clinginess": pl.String, "lifecycle": pl.String,
}  # fmt: skip


def code_of(place: pl.Expr) -> pl.Expr:
    """The code of a category by its place."""
    return place.cast(pl.Int64).replace_strict(dict(enumerate(CODES)), return_dtype=pl.String)


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
    """segment_thresholds: one row."""
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
        }
    )


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
    )  # fmt: skip
    pair = pl.concat_str("user_type", "activeness", separator=" ")
    rows = rows.with_columns(clinginess=pair.replace_strict(levels, return_dtype=pl.String))
    earlier = [watch[m] for back in range(1, CUTS.resurrect_months + 1) if (m := month_before(month, back)) in watch]
    if not compares or not earlier:
        rows = rows.with_columns(lifecycle=pl.lit("new" if compares else "unknown"))
        return rows.collect(engine="streaming")
    seen = pl.concat([frame.lazy().select("contract", "month") for frame in earlier])
    seen = seen.group_by("contract").agg(pl.col("month").max().alias("last_seen"))
    lifecycle = (
        pl.when(pl.col("last_seen") == month_before(month)).then(pl.lit("returning"))
        .when(pl.col("last_seen").is_not_null()).then(pl.lit("resurrected")).otherwise(pl.lit("new"))
    )  # fmt: skip
    joined = rows.join(seen, on="contract", how="left").with_columns(lifecycle=lifecycle).drop("last_seen")
    return joined.collect(engine="streaming")


# --- searches ----------------------------------------------------------------------------------------------


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
    """The searches in a text file; a line that holds none is a record without anything."""
    with opened(file) as stream:
        if form == "csv":
            return csv_records(list(stream)[1:], csv_header(file), SEARCH_FIELDS)
        lines = [line for line in stream if line.strip(WHITE_SPACE)]
    nothing = (None,) * len(SEARCH_FIELDS)
    return [json_record(line, SEARCH_FIELDS) or nothing for line in lines]


def clean_searches(landed: pl.DataFrame) -> pl.DataFrame:
    """One row a search, with its keyword's forms and its moment."""
    has_user = filled(pl.col("user_id")).is_not_null()
    events = landed.lazy().filter(has_user & pl.col("keyword").is_not_null()).unique().collect(engine="streaming")
    keywords = keyword_forms(events["keyword"].unique().to_list(), REFERENCE.ui_texts)
    forms = pl.DataFrame(keywords, schema=dict.fromkeys(("landed", "keyword", "keyword_key"), pl.String), orient="row")
    form = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} (?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,4})?$"
    text = pl.col("datetime")
    is_known = (text.str.contains(form) & text.is_between(pl.lit("0100"), pl.lit("2400"))).fill_null(False)
    odd = events.filter(~is_known)["datetime"].drop_nulls().unique()
    times = pl.DataFrame(clock_times(odd), schema={"datetime": pl.String, "read": pl.Datetime("us")}, orient="row")
    moment = pl.when(is_known).then(text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"))
    off = (pl.col("moment").dt.date() - pl.col("log_date")).dt.total_days().abs()
    outcome = trimmed(pl.col("category")).str.to_lowercase()
    return (
        events.lazy()
        .rename({"keyword": "landed"})
        .join(forms.lazy(), on="landed", how="inner")
        .join(times.lazy(), on="datetime", how="left")
        .with_columns(moment=pl.coalesce(moment.otherwise(None), "read"))
        .select(
            "keyword",
            "keyword_key",
            month=pl.col("log_date").dt.month_start(),
            user_id=trimmed(pl.col("user_id")),
            entered=(outcome == "enter").fill_null(False),
            quit=(outcome == "quit").fill_null(False),
            days=pl.lit(1, pl.UInt32) * 2 ** pl.col("log_date").dt.day().cast(pl.UInt32),
            moment=pl.when(off <= CUTS.clock_tolerance_days)
            .then("moment")
            .otherwise(pl.col("log_date").cast(pl.Datetime("us"))),
        )
        .collect(engine="streaming")
    )


def search_months(searches: pl.DataFrame) -> pl.DataFrame:
    """search_metrics of all months."""
    sums = [pl.col(name).sum() for name in ("events", "entered", "quit")]
    more = [pl.col("days").bitwise_or(), pl.col("moment").max()]
    key = ["month", "user_id", "keyword_key"]
    counted = searches.lazy().group_by(*key, "keyword").agg(pl.len().cast(pl.Int64).alias("events"), *sums[1:], *more)
    spellings = counted.collect(engine="streaming")
    shown = (
        spellings.sort("events", "keyword", descending=[True, False]).unique(key, keep="first").select(*key, "keyword")
    )
    keys = spellings.lazy().group_by(key).agg(*sums, *more).collect(engine="streaming")
    users = keys.group_by("month", "user_id").agg(
        *sums, pl.col("days").bitwise_or(), pl.len().alias("distinct_keywords")
    )
    order = ["entered", "events", "moment", "keyword_key"]
    top = keys.sort(order, descending=[True, True, True, False]).unique(["month", "user_id"], keep="first").select(key)
    known = categories_of(top["keyword_key"].unique().to_list(), REFERENCE)
    schema = {"keyword_key": pl.String, "search_category": pl.String}
    categories = pl.DataFrame(known, schema=schema, orient="row")
    before = pl.duration(days=1)
    return (
        users.join(top, on=["month", "user_id"])
        .join(shown, on=key)
        .join(categories, on="keyword_key")
        .select(
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
    )


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


# --- the profile -------------------------------------------------------------------------------------------


def read_links(folder: Path) -> pl.DataFrame:
    """The one contract of a user."""
    frames = [pl.DataFrame(schema={"contract": pl.String, "user_id": pl.String})]
    for path in data_files(folder):
        if form_of(path) == "parquet":
            frames.append(pl.read_parquet(path, columns=["contract", "user_id"]).cast(pl.String))
            continue
        with opened(str(path)) as stream:
            records = csv_records(list(stream)[1:], csv_header(str(path)), ("contract", "user_id"))
        frames.append(pl.DataFrame(records, schema=frames[0].schema, orient="row"))
    contract = trimmed(pl.col("contract")).str.to_uppercase()
    links = pl.concat(frames).select(contract, filled(pl.col("user_id")))
    links = links.filter(
        pl.col("contract").str.contains(CUTS.contract_pattern) & pl.col("user_id").is_not_null()
    ).unique()
    return links.filter(pl.len().over("user_id") == 1).rename({"contract": "linked_contract"})


def watch_side(month: date, watch: dict[date, pl.DataFrame], lands: bool) -> pl.LazyFrame:
    """Each contract's newest profile of the month and the months that profiles are carried on."""
    months = [m for back in range(CUTS.carried_months + 1) if (m := month_before(month, back)) in watch]
    sides = []
    for place, of in enumerate(months):
        side = watch[of].lazy()
        for newer in months[:place]:
            side = side.join(watch[newer].lazy().select("contract"), on="contract", how="anti")
        if lands and of < month:
            side = side.with_columns(lifecycle=pl.lit("dormant"))
        sides.append(side)
    side = pl.concat(sides) if sides else pl.LazyFrame(schema=WATCH_SIDE)
    return side.rename({"month": "watch_month"}).with_columns(customer_id="contract:" + pl.col("contract"))


def search_side(month: date, trends: pl.DataFrame, metrics: pl.DataFrame, links: pl.DataFrame) -> pl.LazyFrame:
    """One row a customer with a user in the trends: the user that stands for it, and how many it has."""
    figures = ["user_id", "searches", "entered", "quit", "search_days", "most_search"]
    now = metrics.lazy().filter(pl.col("month") == month).select(*figures, search_month="month")
    before = metrics.lazy().filter(pl.col("month") == month_before(month)).select("user_id", searches_before="searches")
    customer = pl.coalesce("contract:" + pl.col("linked_contract"), "user:" + pl.col("user_id"))
    users = (
        trends.lazy()
        .drop("month")
        .join(now, on="user_id", how="left")
        .join(before, on="user_id", how="left")
        .join(links.lazy(), on="user_id", how="left")
        .with_columns(
            pl.col("searches_before").fill_null(0), customer_id=customer, weight=pl.col("searches").fill_null(0)
        )
    )
    counts = users.group_by("customer_id").agg(pl.len().cast(pl.Int32).alias("users"))
    first = users.sort("weight", "searches_before", "user_id", descending=[True, True, False])
    return first.unique("customer_id", keep="first").join(counts, on="customer_id").drop("weight", "searches_before")


def profile_month(month: date, as_of: date, watch: pl.LazyFrame, search: pl.LazyFrame) -> pl.DataFrame:
    """customer360 of a month."""
    return (
        watch.join(search, on="customer_id", how="full", coalesce=True)
        .with_columns(
            pl.coalesce("contract", "linked_contract").alias("contract"),
            pl.col("users").fill_null(0),
            month=pl.lit(month),
            as_of=pl.lit(as_of),
            matched=pl.col("watch_month").is_not_null() & pl.col("user_id").is_not_null(),
            recency_days=(pl.lit(as_of) - pl.col("last_watched")).dt.total_days().cast(pl.Int32),
        )
        .drop("linked_contract")
        .collect(engine="streaming")
    )


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


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
