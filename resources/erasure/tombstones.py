"""Tombstones: landed records of erased customers, of which only the file they came in is kept."""

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from resources.engine.arrow_function import arrow_function
from resources.engine.optimization_barrier import optimization_barrier
from resources.erasure.suppression import Kind, Suppression

TEXTS = ("unparsed", "other_fields")
"""The columns in which an erased id is looked for as a word."""


def with_tombstones(frame: DataFrame, ids: tuple[tuple[str, Kind], ...], suppression: Suppression | None) -> DataFrame:
    """Landed records with `erased`: true where one is of an erased customer, and then all else but the file is null.

    `ids` are the columns that hold a customer's id, with its kind. A record that is a tombstone already stays one.
    """
    before = F.col("erased") if "erased" in frame.columns else F.lit(None).cast("boolean")
    if suppression is None:
        return frame.withColumn("erased", before)
    found = optimization_barrier(F.when(before | _is_erased(ids, suppression), F.lit(True)))
    marked = frame.withColumn("erased", found)
    kept = ("source_file", "erased", "log_date")
    return marked.select(
        *[
            F.col(name) if name in kept else F.when(F.col("erased").isNull(), F.col(name)).alias(name)
            for name in marked.columns
        ]
    )


def _is_erased(ids: tuple[tuple[str, Kind], ...], suppression: Suppression) -> Column:
    """Whether a record is of an erased customer; never null."""
    kinds = [kind for _, kind in ids]

    def one(first: pa.Array, second: pa.Array, unparsed: pa.Array, other: pa.Array) -> pa.Array:
        columns = [*[first, second][: len(kinds)], unparsed, other]
        return pa.array(suppression.erased_records(kinds, [values.to_pylist() for values in columns]), pa.bool_())

    nothing = F.lit(None).cast("string")
    names = [F.col(name) for name, _ in ids]
    return arrow_function(one, "boolean")(*[*names, nothing][:2], *map(F.col, TEXTS))
