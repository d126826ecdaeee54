"""The categories of what is watched, as far as tables have a column for each; labels and apps are reference data."""

from collections.abc import Callable, Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

CATEGORIES = ("tv", "movies", "entertainment", "kids", "sports", "other")
"""In their fixed order, which settles ties."""


def ranked(weights: Callable[[str], Sequence[Column]]) -> Column:
    """An array of structs (weights, then `category`), heaviest first; equal weights in the fixed order.

    Sorted as a whole, so that the result never depends on the order of rows.
    """
    entries = []
    for place, code in enumerate(CATEGORIES):
        parts = [weight.alias(f"weight_{i}") for i, weight in enumerate(weights(code))]
        entries.append(F.struct(*parts, F.lit(-place).alias("order"), F.lit(code).alias("category")))
    return F.sort_array(F.array(*entries), asc=False)
