"""Small landings with any dirt, drawn by Hypothesis."""

from collections.abc import Callable, Sequence
from datetime import date

from hypothesis import strategies as st

from .chooser import Chooser, made
from .content import content_records
from .delivery import FORMS, day_files, empty_day
from .identities import identity_files
from .landed import Landed
from .pools import FEW, Pools
from .search import search_records

# Five months, so that a profile can be carried and grow too old; few days, so that they meet.
DAYS = tuple(date(2022, month, day) for month in (4, 5, 6, 7, 8) for day in (1, 30, 2, 15))


def records_of(choose: Chooser, log: str, pools: Pools, day: date, least: int, most: int) -> Sequence:
    """The records of a day of either log."""
    if log == "content":
        return content_records(choose, pools, least, most)
    return search_records(choose, pools, day, least, most)


def _log(choose: Chooser, log: str, days: Sequence[date], max_rows: int, forms: Sequence[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for day in days:
        if choose.odd(10):
            files |= empty_day(choose, log, day)
        else:
            records = records_of(choose, log, FEW, day, choose.whole(0, max_rows // 2), max_rows)
            files |= day_files(choose, log, day, records, choose.pick(forms))
    return files


def _landing(max_days: int, max_rows: int, logs: Sequence[str], forms: Sequence[str], identity: bool) -> Callable:
    def make(choose: Chooser) -> Landed:
        files: dict[str, bytes] = {}
        for log in logs:
            least = choose.whole(0, max_days)
            days = dict.fromkeys(choose.many(lambda inner: inner.pick(DAYS), least, max_days))
            files |= _log(choose, log, list(days), max_rows, forms)
        if identity:
            files |= identity_files(choose, FEW, choose.whole(0, max_rows // 2), max_rows)
        return Landed(files)

    return make


def landings(
    max_days: int = 6,
    max_rows: int = 12,
    logs: Sequence[str] = ("content", "search"),
    forms: Sequence[str] = FORMS,
    identity: bool = True,
) -> st.SearchStrategy[Landed]:
    """Landings of up to `max_days` days a log and about `max_rows` records a day.

    `logs` leaves a log out, `forms` keeps to some of json, csv, parquet, jsonl, ndjson.
    """
    return made(_landing(max_days, max_rows, logs, forms, identity))
