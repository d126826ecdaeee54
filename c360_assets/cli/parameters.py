"""Types of parameters that commands share. Imports nothing but click, so that `--help` answers at once."""

from datetime import date

import click

DAY = "YYYY-MM-DD"
MONTH = "YYYY-MM"


class Day(click.ParamType):  # type: ignore[type-arg]  # older versions of click take no argument
    """A day such as 2022-04-01 (or 20220401)."""

    name = DAY

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; one sentence where the text is not one."""
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise click.UsageError(f"{text!r} is not a valid day: write it as 2022-04-01.") from None


class Month(click.ParamType):  # type: ignore[type-arg]
    """A month such as 2022-04."""

    name = MONTH

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The first day of the month; one sentence where the text is not one."""
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            return date.fromisoformat(f"{text}-01" if len(text) == 7 else text).replace(day=1)
        except ValueError:
            raise click.UsageError(f"{text!r} is not a valid month: write it as 2022-04.") from None
