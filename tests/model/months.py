"""Months as their first day."""

from datetime import date


def month_of(day: date) -> date:
    """The month a day is in."""
    return day.replace(day=1)


def months_before(month: date, count: int) -> date:
    """The month `count` months before."""
    year, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, index + 1, 1)


def landed_months(ledger: list[dict]) -> dict[date, list[date]]:
    """The landed days of each month that has any: a day without a record is not landed."""
    found: dict[date, list[date]] = {}
    for row in ledger:
        if row["landed_rows"] > 0:
            found.setdefault(month_of(row["log_date"]), []).append(row["log_date"])
    return found
