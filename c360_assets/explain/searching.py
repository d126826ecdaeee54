"""What the lake holds of one user in one month, from landed records to search_metrics."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from c360_assets.cleaning.reasons import UNPARSEABLE
from c360_assets.contracts.months import last_day
from c360_assets.explain.records import (
    COUNTED,
    DUPLICATE,
    MOST_RECORDS,
    QUARANTINED,
    LandedRecord,
    accepted,
    at_most,
    is_named_in,
    quoted,
    raw_rows,
    with_copies,
)
from c360_assets.reference.model import Reference
from c360_assets.reference.vocabulary import ENTER, UNKNOWN
from c360_assets.text.masking import mask
from c360_assets.text.normalise import normalise_keyword, trim
from resources.lake.sql import LakeQuery, Row

_EVENT = ("datetime", "user_id", "keyword", "category", "proxy_isp", "platform", "network_type", "action",
          "user_plans_map")  # fmt: skip
_SHOWN = ("datetime", "user_id", "keyword", "category", "platform", "network_type")
_RAW = ("source_file", "event_id", *_EVENT, "unparsed", "other_fields")
_WHOLE_FLOAT = re.compile(r"([0-9]+)\.0+")


@dataclass(frozen=True)
class KeywordMonth:
    """One keyword of a user in a month: its searches, and what orders it among the others."""

    key: str
    keyword: str
    searches: int
    entered: int
    latest: datetime

    @property
    def order(self) -> tuple[int, int, timedelta, str]:
        """The keyword that comes first represents the user."""
        return (-self.entered, -self.searches, datetime.max - self.latest, self.key)


class Searching:
    """A user's month. Everything is read when first asked for."""

    def __init__(self, query: LakeQuery, reference: Reference, user: str, month: date) -> None:
        self.user, self.month = user, month
        self._query, self._reference = query, reference
        self._days = f"log_date between date '{month}' and date '{last_day(month)}'"

    @cached_property
    def metrics(self) -> Row | None:
        """The row of search_metrics."""
        rows = self._query.rows(
            ["search_metrics"],
            f"select * from search_metrics where month = date '{self.month}' and user_id = {quoted(self.user)}",
        )
        return rows[0] if rows else None

    @cached_property
    def records(self) -> list[LandedRecord]:
        """Every landed record of the user in the month, by day and file."""
        found = [*self._used(), *self._quarantined()]
        return sorted(found, key=lambda record: record.place)

    @cached_property
    def searches(self) -> list[Row]:
        """The clean rows that a landed record was found for."""
        found = {record.row for record in self.records if record.is_counted}
        return [row for row in self._clean if (row["log_date"], row["search_id"]) in found]

    @cached_property
    def keywords(self) -> list[KeywordMonth]:
        """The month's keywords; the one that represents the user comes first."""
        by_key: dict[str, list[Row]] = defaultdict(list)
        for row in self.searches:
            by_key[row["keyword_key"]].append(row)
        return sorted((_keyword(key, rows) for key, rows in by_key.items()), key=lambda keyword: keyword.order)

    def category(self) -> tuple[str, str | None]:
        """The category of the keyword that represents the user, and the phrase of the dictionary that gives it."""
        words = f" {self.keywords[0].key} "
        phrases = [word for word in self._reference.keywords if f" {word.key} " in words]
        best = min(phrases, key=lambda word: (-len(word.key), word.key), default=None)
        return (best.category, best.phrase) if best else (UNKNOWN, None)

    @cached_property
    def _clean(self) -> list[Row]:
        # Times are read as text: PyArrow would import pandas for them, which takes a second.
        rows = self._query.stream(
            ["clean_search"],
            "select log_date, search_id, cast(searched_at as varchar) as searched_at, keyword, keyword_key, outcome "
            f"from clean_search where {self._days} and user_id = {quoted(self.user)} "
            f"order by 1, 3, 2 limit {MOST_RECORDS + 1}",
        )
        return [{**row, "searched_at": _time(row["searched_at"])} for row in at_most("clean_search", rows)]

    @cached_property
    def _quarantine(self) -> list[Row]:
        user = quoted(self.user)
        rows = self._query.stream(
            ["quarantine_search"],
            f"select log_date, reason, {', '.join(_RAW)} from quarantine_search where {self._days} and "
            f"(strpos(user_id, {user}) > 0 or strpos(upper(unparsed), upper({user})) > 0)",
        )
        ours = (row for row in rows if self._is_ours(row) or is_named_in(self.user, row["unparsed"]))
        return at_most("quarantine_search", ours)

    def _used(self) -> list[LandedRecord]:
        """The records that break no rule, from the days on which the user has a clean row."""
        named = f"strpos(user_id, {quoted(self.user)}) > 0"
        raw = raw_rows(self._query, "raw_search", _RAW, self._clean, named, self._is_ours)
        ours = with_copies(accepted(raw, self._quarantine, _RAW), _same)
        ids = _search_ids(row for row, is_copy in ours if not is_copy)
        return [
            self._record(row, DUPLICATE if is_copy else COUNTED, key=(row["log_date"], ids[_same(row)]))
            for row, is_copy in ours
        ]

    def _quarantined(self) -> list[LandedRecord]:
        return [self._record(row, QUARANTINED, row["reason"]) for row in self._quarantine]

    def _record(
        self, row: Row, fate: str, reason: str | None = None, key: tuple[Hashable, ...] | None = None
    ) -> LandedRecord:
        landed = {} if reason == UNPARSEABLE else {name: row[name] for name in _SHOWN}
        if landed and row["keyword"] is not None:
            landed["keyword"] = _without_numbers(row["keyword"], self._reference.measures.keyword_max_length)
        return LandedRecord(row["log_date"], row["source_file"], row["event_id"], landed, fate, reason, key)

    def _is_ours(self, row: Row) -> bool:
        text = trim(row["user_id"] or "")
        whole = _WHOLE_FLOAT.fullmatch(text)
        return (whole[1] if whole else text) == self.user


def _keyword(key: str, rows: list[Row]) -> KeywordMonth:
    spellings: dict[str, int] = defaultdict(int)
    for row in rows:
        spellings[row["keyword"]] += 1
    spelling = min(spellings, key=lambda text: (-spellings[text], text))
    latest = max(_moment(row) for row in rows)
    return KeywordMonth(key, spelling, len(rows), sum(row["outcome"] == ENTER for row in rows), latest)


def _moment(row: Row) -> datetime:
    """When a search was, as far as it is known: otherwise the midnight that its day begins with."""
    return row["searched_at"] or datetime.combine(row["log_date"], time())


def _time(text: str | None) -> datetime | None:
    """The time on the device's clock, which is stored as if it were UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def _same(row: Row) -> tuple[Hashable, ...]:
    """What two records of a day are the same search by."""
    return (row["log_date"], *(row[name] for name in _EVENT))


def _search_ids(rows: Iterable[Row]) -> dict[tuple[Hashable, ...], str]:
    """The search_id of each landed search, computed as clean_search does."""
    equal: dict[tuple[date, str], list[Row]] = defaultdict(list)
    for row in rows:
        equal[row["log_date"], _digest(row)].append(row)
    ids = {}
    for (_, digest), found in equal.items():
        for place, row in enumerate(sorted(found, key=lambda row: row["keyword"]), start=1):
            ids[_same(row)] = digest if place == 1 else hashlib.sha256(f"{digest}#{place}".encode()).hexdigest()
    return ids


def _digest(row: Row) -> str:
    masked = mask(normalise_keyword(row["keyword"]))
    values = [masked if name == "keyword" else row[name] for name in _EVENT]
    parts = ("-" if value is None else f"{len(value)}:{value}" for value in values)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _without_numbers(keyword: str, longest: int) -> str:
    """A landed keyword, in which numbers and addresses are masked: they may be another person's."""
    if len(keyword) > longest:
        return f"({len(keyword):,} characters)"
    normalised = normalise_keyword(keyword)
    masked = mask(normalised)
    return keyword if masked == normalised else masked
