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


def _log(choose: Chooser, log: str, days: Sequence[date], rows: int, pools: dict[int, Pools]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    turn = choose.whole(0, len(FORMS) - 1)
    for index, day in enumerate(days):
        there = pools[day.month].some(choose)
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
    pools = {month: everyone.some(choose) for month in range(4, 9)}
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
