"""Checks what is about to be kept: nulls, row rules and keys. Rules that Polars can't read as SQL are written by hand."""

import re
from functools import cache

import polars as pl

from bench.rivals.kept import PARTITIONS, RULES

_AS_POLARS = (
    (r"regexp_matches\(", "regexp_like("),
    (r"not isnan\((\w+)\)", r"\1 <= 1e308"),  # NaN is more than any number
    (r"date_trunc\('month', (\w+)\) = month", r"strftime(\1, '%Y-%m') = strftime(month, '%Y-%m')"),
    (r"concat_or_null\(([^()]+), ([^()]+), ([^()]+)\)", r"(cast(\1 as text) || cast(\2 as text) || cast(\3 as text))"),
    (r"concat_or_null\(([^()]+), ([^()]+)\)", r"(\1 || \2)"),
)


def _bit(day: str) -> pl.Expr:
    """The bit of a day of the month."""
    return pl.lit(2, pl.Int64) ** (pl.col(day).dt.day().cast(pl.Int64) - 1)


def _is_of_month(*days: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(day).dt.month_start() == pl.col("month") for day in days)


_BITS = pl.col("day_bits").cast(pl.Int64)
_BY_HAND = {
    "device_months.days_fit.first_watched": _is_of_month("first_watched", "last_watched")
    & (pl.col("first_watched") <= pl.col("last_watched"))
    & (_BITS % (_bit("first_watched") * 2) == _bit("first_watched")),
    "device_months.days_fit.last_watched": (_bit("last_watched") <= _BITS) & (_bit("last_watched") * 2 > _BITS),
    "retention.cohort_fits.months_since": pl.col("cohort_month").dt.offset_by(
        pl.concat_str("months_since", pl.lit("mo"))
    )
    == pl.col("month"),
    "customer360.sides_fit.recency_days": pl.col("recency_days").eq_missing(
        (pl.col("as_of") - pl.col("last_watched")).dt.total_days().cast(pl.Int32)
    ),
}


def check(table: str, rows: pl.DataFrame) -> None:
    """Ends the script if rows of a partition break a rule of their table, or share a key."""
    key = [name for name in RULES[table]["key"] if name not in PARTITIONS]
    hashes = pl.struct(key).hash().n_unique() if key else pl.lit(1 if RULES[table]["key"] else rows.height)
    broken, distinct = rows.lazy().select(_broken(table), hashes.alias("distinct")).collect(engine="streaming").row(0)
    sharing = rows.height - distinct if not key or distinct == rows.height else rows.height - rows.n_unique(key)
    if broken or sharing > 0:
        raise SystemExit(f"{table}: {broken} rows break a rule, {sharing} share a key")


@cache
def _broken(table: str) -> pl.Expr:
    """How many rows break a rule."""
    rules = RULES[table]
    holds = [pl.col(name).is_not_null() for name in rules["never_null"]]
    holds += [_rule(f"{table}.{name}", predicate) for name, predicate in rules["rows"].items()]
    return (~pl.all_horizontal(holds).fill_null(False)).sum().alias("broken")


def _rule(name: str, predicate: str) -> pl.Expr:
    if name in _BY_HAND:
        return _BY_HAND[name]
    for duckdb, polars in _AS_POLARS:
        predicate = re.sub(duckdb, polars, predicate)
    return pl.sql_expr(predicate)
