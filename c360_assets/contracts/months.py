"""Arithmetic of months: plain dates, without Dagster, for what must answer at once."""

import calendar
from datetime import date


def month_of(day: date) -> date:
    """The first day of the month that a day is in."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The first day of the month `count` months after (before, if negative) the given one."""
    total = month.year * 12 + month.month - 1 + count
    return date(total // 12, total % 12 + 1, 1)


def last_day(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
