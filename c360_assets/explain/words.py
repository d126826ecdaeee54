"""Numbers and days as rules say them."""

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction


def count(number: int, noun: str) -> str:
    """A number of things: 1 day, 1,200 days."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def seconds(value: int) -> str:
    """Seconds, grouped by thousands."""
    return f"{value:,} s"


def cut(value: float) -> str:
    """A cut of a month: whole where it is whole."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0") if abs(value) >= 1 else f"{value:.6g}"


def fraction(value: Fraction) -> str:
    """A cut of the reference data, as written there."""
    return f"{value.numerator}/{value.denominator}" if value.denominator > 1 else str(value.numerator)


def days(found: Sequence[date]) -> str:
    """Days of one month, runs of them joined: 1–3, 7 and so on."""
    if not found:
        return "none"
    runs: list[list[int]] = []
    for day in sorted(day.day for day in found):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    listed = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
    return f"{found[0]:%Y-%m} {listed}"


def listed(names: Collection[str]) -> str:
    """Names joined by commas; none if there are none."""
    return ", ".join(names) or "none"
