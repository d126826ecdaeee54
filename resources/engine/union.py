"""A union of frames of different tables, which Sail needs some help with."""

from collections.abc import Callable, Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

_COMPUTED: Mapping[str, Callable[[str], Column]] = {
    "string": lambda name: F.concat(F.col(name), F.lit("")),
    "int": lambda name: F.col(name) + F.lit(0),
    "bigint": lambda name: F.col(name) + F.lit(0),
    "date": lambda name: F.date_add(F.col(name), 0),
}
"""The same values by a column's type, but as computed ones, which have no comment."""


def union_of_tables(first: DataFrame, second: DataFrame) -> DataFrame:
    """All rows of both frames, columns by name.

    Sail (0.7) can't unite columns whose comments in their tables differ: it takes the first table's comment while it
    runs and none while it plans, and refuses the difference. So the first frame's columns are computed here. Once
    Sail unites them as they are, `unionByName` is enough.
    """
    plain = first.select(*[_COMPUTED[kind](name).alias(name) for name, kind in first.dtypes])
    return plain.unionByName(second)
