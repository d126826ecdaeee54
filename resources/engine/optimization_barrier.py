"""Expressions that the engines compute once a row."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def optimization_barrier(column: Column) -> Column:
    """The column, computed once a row however often a frame names it.

    Both engines move a filter down to where rows are read, and write out there, for each name in it, all that the
    column is made of; above it they compute that again. They leave alone what may differ from one look to the next,
    as a random number does: it is never below 0, so the condition changes nothing.
    """
    return F.when(F.rand() >= 0, column)
