"""Content, a day at a time: landed files to one row per contract, device and app."""

from collections.abc import Callable

import polars as pl

from bench.rivals.landed import LandedDay
from bench.rivals.polars_month.reading import read_csv, read_json, read_parquet
from bench.rivals.reference import CUTS

DEVICE = ["contract", "mac"]
KEY = [*DEVICE, "app"]


def clean_day(day: LandedDay) -> tuple[pl.DataFrame, bool]:
    """A day, one row per contract, device and app, with its seconds capped; and whether anything landed."""
    read = {"json": read_json, "csv": read_csv, "parquet": read_parquet}[day.form]
    parts = [read(file) for file in day.files]
    cells = pl.concat([part for part, _ in parts]).filter(pl.col("seconds").is_between(1, CUTS.day_seconds))
    grouped, several = group_records(cells, pl.DataFrame.unique)
    rows = capped_rows(grouped, several).filter(pl.col("seconds") > 0).select(*KEY, "seconds")
    bit = pl.lit(1 << day.day.day - 1, pl.UInt32).alias("days")
    return rows.with_columns(pl.col("app").cast(pl.Categorical), bit), any(landed for _, landed in parts)


def group_records(
    cells: pl.DataFrame, distinct: Callable[[pl.DataFrame], pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The groups of records by contract, device and app; and those of several records without their copies."""
    sums = [pl.col("seconds").sum(), pl.len().cast(pl.Int64).alias("records")]
    grouped = cells.lazy().group_by(KEY).agg(sums).collect(engine="streaming")
    of_several = cells.join(grouped.filter(pl.col("records") > 1), on=KEY, how="semi", nulls_equal=True)
    return grouped, distinct(of_several).group_by(KEY).agg(sums)


def capped_rows(grouped: pl.DataFrame, several: pl.DataFrame) -> pl.DataFrame:
    """The groups without copies, with the seconds of a full device cut to a day; `summed_seconds` are those before."""
    summed = pl.concat([grouped.filter(pl.col("records") == 1), several])
    summed = summed.with_columns(summed_seconds="seconds")
    totals = (
        summed.lazy().filter(pl.col("mac").is_not_null()).group_by(DEVICE).agg(pl.col("seconds").sum().alias("total"))
    )
    full = totals.filter(pl.col("total") > CUTS.day_seconds).collect(engine="streaming")
    capped = cap(summed.join(full, on=DEVICE, how="inner"))
    return pl.concat([summed.join(full, on=DEVICE, how="anti"), capped.select(summed.columns)])


def cap(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of full devices cut to a day: each its share, rounded down; what is then missing to the largest."""
    place = pl.struct(-pl.col("seconds"), "app").rank("ordinal").over(DEVICE)
    share = pl.col("seconds") * CUTS.day_seconds // pl.col("total")
    missing = CUTS.day_seconds - pl.col("share").sum().over(DEVICE)
    shared = rows.with_columns(share.alias("share"), place.alias("place"))
    seconds = pl.col("share") + pl.when(pl.col("place") == 1).then(missing).otherwise(0)
    return shared.with_columns(seconds.alias("seconds"))
