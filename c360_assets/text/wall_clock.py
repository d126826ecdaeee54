"""Reads the times that devices write: many formats, calendars and scripts, and clocks that are wrong.

Pure functions. The formats are listed in docs/definitions/cleaning-search.md.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from c360_assets.text.normalise import WHITE_SPACE, trim

_WHITE = f"[{WHITE_SPACE}]"
_FORM = re.compile(
    rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?:T|{_WHITE}+)([0-9]{{1,2}}):([0-9]{{2}}):([0-9]{{2}})"
    rf"(?:\.([0-9]{{0,9}}))?(?:{_WHITE}*((?ai:SA|CH|AM|PM))|(Z|[+-][0-9]{{2}}(?::?[0-9]{{2}})?))?"
)
_AFTERNOON = ("CH", "PM")
_BUDDHIST_FROM, _BUDDHIST_YEARS = 2400, 543
_REIWA_BEFORE, _REIWA_YEARS = 100, 2018
_EPOCH = datetime(1970, 1, 1)


def _ascii_digits(text: str) -> str:
    """Digits of any script as 0–9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def _common_year(year: int) -> int:
    """The year of the common era. Some devices count in the Buddhist or the Japanese era."""
    if year >= _BUDDHIST_FROM:
        return year - _BUDDHIST_YEARS
    return year + _REIWA_YEARS if year < _REIWA_BEFORE else year


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of the day; None if a 12-hour clock has no such hour."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half.upper() in _AFTERNOON else 0)


def _offset(zone: str) -> timedelta:
    """How far a zone is ahead of UTC. Raises ValueError where there is no such offset."""
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2] or 0), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def read_wall_clock(text: str, time_zone: str) -> datetime | None:
    """The time on the clock; None if its format is unknown or there is no such time.

    It is as it is written, or in `time_zone` if it names a zone of its own.
    """
    match = _FORM.fullmatch(_ascii_digits(trim(text)))
    if match is None:
        return None
    year, month, day, clock_hour, minute, second = map(int, match.groups()[:6])
    hour = _hour(clock_hour, match[8])
    if hour is None:
        return None
    micros = int((match[7] or "").ljust(6, "0")[:6])
    try:
        written = datetime(_common_year(year), month, day, hour, minute, second, micros)
        if match[9] is None:
            return written
        return (written - _offset(match[9])).replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def trusted_micros(text: str | None, log_date: date, tolerance_days: int, time_zone: str) -> int | None:
    """Microseconds since 1970 of a time that agrees with the day of the log; None if it does not.

    The day of the log is authoritative: a device's clock may be off by at most `tolerance_days` calendar days.
    """
    moment = read_wall_clock(text, time_zone) if text is not None else None
    if moment is None or abs((moment.date() - log_date).days) > tolerance_days:
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1)
