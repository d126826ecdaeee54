"""Days of a month as bits of one number: `bit_or` unites sets of days, `bit_count` counts them."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def day_of_month() -> Column:
    """The day of a row's `log_date` in its month, as a bit: the lowest is the first day. 31 days fit an int."""
    return F.expr("shiftleft(1, dayofmonth(log_date) - 1)")
