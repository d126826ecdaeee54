"""The date and time texts of devices."""

from datetime import date, datetime, time, timedelta

from .chooser import Chooser
from .values import BAD_BYTE

SCRIPTS = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")
TIMES = ((20, 15, 36), (0, 0, 0), (12, 0, 0), (23, 59, 59), (1, 2, 3), (11, 59, 59), (13, 0, 1))
FRACTIONS = (".123", "", ".", ".5", ".12", ".1234", ".000")
MERIDIEMS = (("SA", "CH"), ("AM", "PM"), ("am", "pm"), ("sa", "Ch"))
UNREADABLE = (
    "not a date", "{:%Y-%m-%d}", "{:%Y-%m-%d}T20:15:36", "{:%Y-%m-%d} 25:00:00", "{:%Y-%m-%d} 24:00:00",
    "{:%Y-%m-%d} 13:15:36 CH", "{:%Y-%m-%d} 0:15:36 SA", "{:%Y-%m-%d} 20:15:36.12345",
    "{:%Y-%m-%d} 20:15", "{:%Y-%m-%d} 20:60:00", "{:%Y-%m-%d} 20:15:60", "{:%Y-%m}-32 20:15:36",
    "{:%Y}-13-01 20:15:36", "{:%d/%m/%Y} 20:15:36", "2022-02-30 20:15:36", "0004-02-29 20:15:36",
    "{:%y-%m-%d} 20:15:36", "{:%Y-%m-%d} 8:15:36 XX", "{:%Y-%m-%d} 8:5:36",
    "{:%Y-%m-%d} 20:15:36+07:00", "1656682536", "x{:%Y-%m-%d} 20:15:36", "{:%Y-%m-%d} 008:15:36",
    "{:%Y-%m-%d}\x1c20:15:36", "{:%Y-%m-%d} -8:15:36", "{:%Y-%m-%d} 20:15:²6",
)  # fmt: skip


def _clock(choose: Chooser) -> str:
    """A time of day of 24 hours, or of 12 with a meridiem."""
    hour, minute, second = choose.pick(TIMES)
    fraction = choose.pick(FRACTIONS)
    if choose.odd(3):
        half = choose.pick(MERIDIEMS)[hour // 12]
        twelve = f"{(hour + 11) % 12 + 1:0{choose.whole(1, 2)}}"
        return f"{twelve}:{minute:02}:{second:02}{fraction}{choose.pick((' ', '', chr(0x202F), '  '))}{half}"
    return f"{hour:0{choose.whole(1, 2)}}:{minute:02}:{second:02}{fraction}"


def _date(choose: Chooser, day: date) -> str:
    year = choose.pick((day.year, day.year, day.year + 543, day.year - 2018))
    return f"{year:04}-{day:%m-%d}"


def clock_text(choose: Chooser, day: date) -> str | None:
    """What a device logs for a search in the file of `day`."""
    if choose.odd(12):
        return choose.pick((None, "", "  ", "\u00a0", f"{day:%Y-%m-%d} 20:15:36{BAD_BYTE}"))
    if choose.odd(10):
        return choose.pick(UNREADABLE).format(datetime.combine(day, time()))
    if choose.odd(6):
        days = choose.pick((1, -1, 2, -2, 30, -365, 366))
        day += timedelta(days=days)
    if choose.odd(15):
        day = choose.pick((date(1970, 1, 1), date(2018, 6, 1), date(2022, 1, 31)))
    text = f"{_date(choose, day)}{choose.pick((' ', ' ', chr(9), '  '))}{_clock(choose)}"
    if choose.odd(6):
        text = text.translate(str.maketrans("0123456789", choose.pick(SCRIPTS)))
    return f" {text}\n" if choose.odd(20) else text
