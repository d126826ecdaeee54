"""Landed records of a customer, each with what became of it: counted, capped, a duplicate, or quarantined."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar

from resources.errors import TooManyRecords
from resources.lake.sql import LakeQuery, Row

COUNTED, CAPPED, DUPLICATE, QUARANTINED = "counted", "capped", "duplicate", "quarantined"
FATES = (COUNTED, CAPPED, DUPLICATE, QUARANTINED)
"""In a capped record some or all seconds do not count, since its device had more than a day on that day."""

MOST_RECORDS = 100_000
"""The most records of a customer and month that are listed. Each takes some kilobytes of memory."""
_WORD = re.compile(r"[^\W_]+")
Listed = TypeVar("Listed")


@dataclass(frozen=True)
class LandedRecord:
    """One landed record: where it came from, its values as landed, and its fate.

    `row` is the key of the clean row that holds it; `category` is that of its app. A line that does not parse has
    no values here, since it may hold those of others.
    """

    day: date
    source_file: str
    record_id: str | None
    landed: Mapping[str, str | None]
    fate: str
    reason: str | None = None
    row: tuple[Hashable, ...] | None = None
    category: str | None = None
    seconds: int = field(default=0)

    @property
    def is_counted(self) -> bool:
        """Whether it is in a clean row."""
        return self.fate in (COUNTED, CAPPED)

    @property
    def place(self) -> tuple[Hashable, ...]:
        """What records are sorted by: engines return rows in any order, and an explanation has to be the same each time."""
        texts = (self.record_id, *self.landed.values(), self.fate, self.reason)
        return (self.day, self.source_file, *(text or "" for text in texts))


def accepted(raw: Iterable[Row], quarantined: Iterable[Row], columns: Sequence[str]) -> list[Row]:
    """The raw rows that are not in quarantine. Equal rows are interchangeable, so they are matched by count."""
    left = Counter(_values(row, columns) for row in quarantined)
    kept = []
    for row in raw:
        values = _values(row, columns)
        if left[values]:
            left[values] -= 1
        else:
            kept.append(row)
    return kept


def with_copies(rows: Iterable[Row], same: Callable[[Row], Hashable]) -> list[tuple[Row, bool]]:
    """The rows in the order of their files and values, each with whether it is a copy of one before."""
    seen: set[Hashable] = set()
    found = []
    for row in sorted(rows, key=_place):
        key = same(row)
        found.append((row, key in seen))
        seen.add(key)
    return found


def _place(row: Row) -> tuple[Hashable, ...]:
    others = (value for name, value in row.items() if name not in ("log_date", "source_file"))
    return (row["log_date"], row["source_file"], *(str(value or "") for value in others))


def is_named_in(customer_id: str, text: str | None) -> bool:
    """Whether a line holds an id as a maximal run of letters and digits."""
    return text is not None and any(word.upper() == customer_id.upper() for word in _WORD.findall(text))


def raw_rows(
    query: LakeQuery,
    table: str,
    columns: Sequence[str],
    clean: Iterable[Row],
    where: str,
    is_ours: Callable[[Row], bool],
) -> list[Row]:
    """The rows of a raw table that are the customer's, from the days on which there are these clean rows.

    `where` also matches a few other rows.
    """
    days = sorted({row["log_date"] for row in clean})
    if not days:
        return []
    chosen = ", ".join(f"date '{day}'" for day in days)
    rows = query.stream(
        [table], f"select log_date, {', '.join(columns)} from {table} where log_date in ({chosen}) and {where}"
    )
    return at_most(table, filter(is_ours, rows))


def at_most(table: str, rows: Iterable[Listed]) -> list[Listed]:
    """Rows of one customer and month, each of which an explanation lists.

    Raises TooManyRecords where there are too many to be held in memory: that is a device or a test account, not a person.
    """
    found = list(islice(rows, MOST_RECORDS + 1))
    if len(found) > MOST_RECORDS:
        raise TooManyRecords(
            f"the customer has more than {MOST_RECORDS:,} records in {table} in one month, and an explanation lists each",
            "Count them with `c360 sql`.",
        )
    return found


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _values(row: Row, columns: Sequence[str]) -> tuple[Hashable, ...]:
    return (row["log_date"], *(row[name] for name in columns))
