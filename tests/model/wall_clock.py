"""The search log's date and time texts."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from .text import WHITE_SPACE, is_blank, trim

SPACE = f"[{WHITE_SPACE}]"
FORM = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    rf"(?:T|{SPACE}+)([0-9]{{1,2}}):([0-9]{{2}}):([0-9]{{2}})(?:\.([0-9]{{0,9}}))?"
    rf"(?:{SPACE}*([A-Za-z]{{2}}))?(Z|[+-][0-9]{{2}}:?[0-9]{{2}}|[+-][0-9]{{2}})?"
)
MORNING = ("SA", "AM")
AFTERNOON = ("CH", "PM")


def _ascii_digits(text: str) -> str:
    """Decimal digits of any script as 0-9."""
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def _year(year: int) -> int:
    """The year of our calendar: Buddhist years are 543 ahead, Reiwa years 2018 behind."""
    if year >= 2400:
        return year - 543
    return year + 2018 if year < 100 else year


def _hour(hour: int, meridiem: str | None) -> int:
    """The hour of 24; ValueError where the clock has no such hour."""
    if meridiem is None:
        return hour  # datetime() refuses 24 and above
    if meridiem not in MORNING + AFTERNOON or not 1 <= hour <= 12:
        raise ValueError(f"no such time: {hour} {meridiem}")
    return hour % 12 + (12 if meridiem in AFTERNOON else 0)


def _local(time: datetime, zone: str) -> datetime:
    """The time in Viet Nam, seven hours ahead of UTC, of a time with a zone."""
    if zone == "Z":
        ahead = timedelta()
    else:
        hours, minutes = int(zone[1:3]), int(zone[3:].replace(":", "") or 0)
        if hours > 23 or minutes > 59:
            raise ValueError(f"no such zone: {zone}")
        ahead = timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
    return time - ahead + timedelta(hours=7)


def read_wall_clock(text: str) -> datetime | None:
    """The time a text tells, as logged; None where it tells none."""
    found = FORM.fullmatch(_ascii_digits(trim(text)))
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, meridiem, zone = found.groups()
    if meridiem and zone:
        return None  # choice: a clock of 12 hours names no zone
    try:
        time = datetime(
            _year(int(year)),
            int(month),
            int(day),
            _hour(int(hour), meridiem and meridiem.upper()),
            int(minute),
            int(second),
            int((fraction or "").ljust(6, "0")[:6]),
        )
        return _local(time, zone) if zone else time
    except (ValueError, OverflowError):
        return None


def searched_at(text: str | None, day: date) -> tuple[datetime | None, bool]:
    """The time of a search in the file of `day`, and whether the device's clock was wrong."""
    if text is None or is_blank(text):
        return None, False
    time = read_wall_clock(text)
    if time is None or abs((time.date() - day).days) > 1:
        return None, True
    return time, False
