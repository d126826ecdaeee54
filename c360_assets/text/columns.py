"""The functions of normalise.py, masking.py and wall_clock.py as column functions, the same on both engines.

They run in Python on Arrow batches, since neither engine can normalise Unicode. Use few of them, and only after
filters that leave few rows: content never comes here.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import pyarrow as pa
from pyspark.sql import Column
from pyspark.sql import functions as F

from c360_assets.text.masking import mask
from c360_assets.text.normalise import WHITE_SPACE, keyword_key, normalise_keyword
from c360_assets.text.plans import names_of_plans
from c360_assets.text.wall_clock import trusted_micros
from resources.engine.arrow_function import arrow_function


def _text_function(function: Callable[[str], str | None]) -> Callable[[Column], Column]:
    """A str → str function as a column function. Nulls stay null, and repeated values are computed once per batch."""

    def over(values: pa.Array) -> pa.Array:
        known = lru_cache(maxsize=None)(function)
        return pa.array([None if v is None else known(v) for v in values.to_pylist()], pa.string())

    # Made on use: which kind of function it is depends on the session that is running then.
    return lambda column: arrow_function(over, "string")(column)


normalised_keyword = _text_function(normalise_keyword)
without_case = _text_function(str.casefold)
masked_keyword = _text_function(mask)
key_of_keyword = _text_function(keyword_key)
plan_names = _text_function(names_of_plans)


def folded(texts: Sequence[str]) -> list[str]:
    """Texts in the form of normalised keywords `without_case`, to compare them with."""
    return sorted({normalise_keyword(text).casefold() for text in texts})


def trusted_time(text: Column, log_date: Column, tolerance_days: int, time_zone: str) -> Column:
    """The logged time as a timestamp (UTC); null unless it can be read and agrees with the day of the log.

    A time that names its zone is the local time in `time_zone`.
    """

    def over(texts: pa.Array, days: pa.Array) -> pa.Array:
        pairs = zip(texts.to_pylist(), days.to_pylist(), strict=True)
        return pa.array([trusted_micros(t, d, tolerance_days, time_zone) for t, d in pairs], pa.int64())

    return F.timestamp_micros(arrow_function(over, "bigint")(text, log_date))


def trimmed(column: Column | str) -> Column:
    """The text without white space, as Unicode defines it, at its ends."""
    return F.btrim(F.col(column) if isinstance(column, str) else column, F.lit(WHITE_SPACE))


def filled(column: Column | str) -> Column:
    """The trimmed text; null if nothing is left."""
    return F.nullif(trimmed(column), F.lit(""))


def known(column: Column | str, markers: Sequence[str]) -> Column:
    """The trimmed text; null if nothing is left, or only a marker that means null."""
    text = filled(column)
    return F.when(~text.isin(list(markers)), text) if markers else text


def without_white_space(column: Column, others: str = "") -> Column:
    """The text without any white space, and without `others` (in the syntax of a regex class)."""
    return F.regexp_replace(column, f"[{WHITE_SPACE}{others}]", "")
