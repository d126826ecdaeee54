"""The categories of what is watched: tables have a column for each. Labels and apps are reference data."""

from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

CATEGORIES = ("tv", "movies", "entertainment", "kids", "sports", "other")
"""In their fixed order, which breaks ties."""

_PLACES = 8
_DAYS = 32
"""Powers of two: more than there are categories, and than a month has days."""


def weight(category: str, seconds: Column, days: Column) -> Column:
    """A number that orders categories by seconds, then by active days of a month, then in the fixed order.

    One number for all three, because engines compare numbers far faster than structs.
    """
    place = CATEGORIES.index(category)
    return (seconds * _DAYS + days) * _PLACES + F.lit(_PLACES - 1 - place)


def is_watched(weight: Column) -> Column:
    """Whether a weight is that of any seconds."""
    return weight >= _DAYS * _PLACES


def category_in(weight: Column) -> Column:
    """The category that a weight belongs to."""
    place = _PLACES - 1 - weight % _PLACES
    first, *others = enumerate(CATEGORIES)
    return reduce(lambda found, one: found.when(place == one[0], one[1]), others, F.when(place == first[0], first[1]))
