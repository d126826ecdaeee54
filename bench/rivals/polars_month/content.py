"""Content, a day at a time: landed files to one row per contract, device and app."""

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
    bit = pl.lit(1 << day.day.day - 1, pl.UInt32).alias("days")
    return rows.with_columns(pl.col("app").cast(pl.Categorical), bit), any(landed for _, landed in parts)


def cap(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of full devices cut to a day: each its share, rounded down; what is then missing to the largest."""
    place = pl.struct(-pl.col("seconds"), "app").rank("ordinal").over(DEVICE)
    share = pl.col("seconds") * CUTS.day_seconds // pl.col("total")
    missing = CUTS.day_seconds - pl.col("share").sum().over(DEVICE)
    shared = rows.with_columns(share.alias("share"), place.alias("place"))
    seconds = pl.col("share") + pl.when(pl.col("place") == 1).then(missing).otherwise(0)
    return shared.select(*KEY, seconds.alias("seconds"))
