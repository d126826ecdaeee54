"""What the steps share: expressions over columns, and the columns of the watch side."""

import polars as pl

from bench.rivals.reference import CODES, CUTS
from c360_assets.text.normalise import WHITE_SPACE

WATCH_SIDE = {
    "month": pl.Date, "contract": pl.String, **{f"seconds_{code}": pl.Int64 for code in CODES},
    "seconds_total": pl.Int64, "active_days": pl.Int32, "observed_days": pl.Int32, "active_ratio": pl.Float64,
    "devices": pl.Int32, "apps": pl.Int32, "first_watched": pl.Date, "last_watched": pl.Date, "most_watch": pl.String,
    "taste": pl.String, "categories": pl.Int32, **{f"share_{code}": pl.Float64 for code in CODES},
    "lift_category": pl.String, "lift": pl.Float64, "user_type": pl.String, "activeness": pl.String,
    "outlier": pl.Boolean, "clinginess": pl.String, "lifecycle": pl.String,
    "watch_change": pl.Float64, "watch_trend": pl.String, "rfm": pl.String, "rfm_group": pl.String,
}  # fmt: skip
"""What a profile takes over from content, with its types."""


def trimmed(column: pl.Expr) -> pl.Expr:
    """The text without white space at its ends."""
    return column.str.strip_chars(WHITE_SPACE)


def filled(column: pl.Expr) -> pl.Expr:
    """The trimmed text; null where nothing is left."""
    text = trimmed(column)
    return pl.when(text != "").then(text)


def known(column: pl.Expr) -> pl.Expr:
    """The trimmed text; null where nothing is left, or a word for null."""
    text = filled(column)
    return pl.when(~text.is_in(CUTS.null_markers)).then(text)


def user_of(column: pl.Expr) -> pl.Expr:
    """A user id in its one form; null where there is none. Tools that take ids for numbers write `.0` behind them."""
    return known(column).str.replace(r"^([0-9]+)\.0+$", "$1")


def code_of(place: pl.Expr) -> pl.Expr:
    """The code of a category by its place."""
    return place.cast(pl.Int64).replace_strict(dict(enumerate(CODES)), return_dtype=pl.String)
