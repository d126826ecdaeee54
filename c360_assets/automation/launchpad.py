"""What jobs of the launchpad share: days and months as text, and errors as failures without a stack trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import dagster as dg

from c360_assets.planning.plan import DayRange
from resources.errors import C360Error


def day_of(name: str, text: str) -> date | None:
    """A day, None where the text is empty. Raises dg.Failure where it is not a day."""
    return _date_of(text, f"{name} is {text!r}: write a day as 2022-04-01, or leave it empty.")


def days_of(first_day: str, last_day: str) -> DayRange:
    """The days from first to last. Raises dg.Failure where one of them is not a day, or the last comes before the first."""
    first, last = day_of("first_day", first_day), day_of("last_day", last_day)
    if first and last and first > last:
        raise dg.Failure(f"first_day {first} is after last_day {last}: swap them.", allow_retries=False)
    return DayRange(first, last)


def month_of(name: str, text: str) -> date | None:
    """The first day of a month, None where the text is empty. Raises dg.Failure where it is not a month."""
    whole = f"{text}-01" if len(text) == len("2022-04") else text
    found = _date_of(whole, f"{name} is {text!r}: write it as 2022-04, or leave it empty.")
    return found.replace(day=1) if found else None


def _date_of(text: str, otherwise: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise dg.Failure(otherwise, allow_retries=False) from None


@contextmanager
def errors_as_failures() -> Iterator[None]:
    """An error of the project's own ends the run with its sentence: starting it again would not help."""
    try:
        yield
    except C360Error as error:
        raise dg.Failure(str(error), allow_retries=False) from error
