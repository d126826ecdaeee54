"""Days of a month as bits of one number: `bit_or` unites sets of days, `bit_count` counts them."""

from pyspark.sql import Column
from pyspark.sql import functions as F


def day_of_month() -> Column:
    """The day of a row's `log_date` in its month, as a bit."""
    return F.expr("shiftleft(1L, dayofmonth(log_date))")
