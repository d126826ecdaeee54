"""One larger landing with all the dirt there is, from a seed."""

from collections.abc import Sequence
from datetime import date

from .chooser import Chooser, Seeded
from .delivery import FORMS, day_files, empty_day
from .identities import identity_files
from .landed import Landed
from .landings import records_of
from .pools import Pools, large_pools

# Months with content, months with searches: gaps in both, so that every lifecycle and trend can come about.
MONTHS = (
    ((4, 5, 7, 8), (5, 6, 8)),
    ((4, 5, 6, 7), (4, 6, 7)),
    ((4, 6, 7, 8), (5, 7, 8)),
)


def _days(months: Sequence[int], count: int) -> list[date]:
    """So many days, every month in turn."""
    numbers = (1, 30, 15, 2, 29, 9, 22, 12, 18, 26)
    return [date(2022, months[index % len(months)], numbers[index // len(months) % 10]) for index in range(count)]


def _log(choose: Chooser, log: str, days: Sequence[date], rows: int, pools: dict[date, Pools]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    turn = choose.whole(0, len(FORMS) - 1)
    for index, day in enumerate(days):
        there = pools[day.replace(day=1)].some(choose)
        records = records_of(choose, log, there, day, rows * 3 // 4, rows * 3 // 4)
        files |= day_files(choose, log, day, records, FORMS[(turn + index) % len(FORMS)])
    return files | empty_day(choose, log, days[0].replace(day=3))


def dirty_landing(seed: int, days: int = 10, rows: int = 300) -> Landed:
    """A landing of `days` days a log and about `rows` records a day; the same seed gives the same bytes.

    From four days on all months of the seed's calendar are there, and with them carried profiles, all
    lifecycles and all trends.
    """
    choose = Seeded(seed)
    everyone = large_pools()
    pools = {date(2022, month, 1): everyone.some(choose) for month in range(4, 9)}
    content_months, search_months = MONTHS[seed % len(MONTHS)]
    return Landed(
        {
            **_log(choose, "content", _days(content_months, days), rows, pools),
            **_log(choose, "search", _days(search_months, days), rows, pools),
            **identity_files(choose, everyone, rows // 3, rows // 2),
            "log_content/_SUCCESS": b"",
            "log_content/.20220410.json.crc": b"crc",
            "log_search/readme.txt": b"no day",
        }
    )


def dirty_months(seed: int, months: int = 14, rows: int = 80) -> Landed:
    """A landing of many months with two days of each log in most of them, and about `rows` records a day.

    Every fifth month has no content and every seventh no searches, so that customers and words go missing and come back.
    """
    choose = Seeded(seed)
    everyone = large_pools(20, 20)
    starts = [date(2022 + (3 + index) // 12, (3 + index) % 12 + 1, 1) for index in range(months)]
    pools = {start: everyone.some(choose) for start in starts}
    return Landed(
        {
            **_log(choose, "content", _two_days(starts, 5), rows, pools),
            **_log(choose, "search", _two_days(starts, 7), rows, pools),
            **identity_files(choose, everyone, rows // 3, rows // 2),
        }
    )


def _two_days(starts: Sequence[date], gap: int) -> list[date]:
    """The first day and a later one of each month, but of each `gap`th."""
    there = [start for index, start in enumerate(starts) if index % gap != gap - 1]
    return [start.replace(day=day) for start in there for day in (1, 10 + start.month)]
