"""One JSON record as a row: where its fields are, what stands for several records, what is left over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from resources.errors import LandingError
from resources.landing.field_names import field_names
from resources.landing.layout import Layout
from resources.landing.limits import RecordTooLarge, UnknownNames
from resources.landing.process_cache import ProcessCache
from resources.landing.readers.json.value import as_text, compact, parse_object
from resources.landing.readers.other_fields import other_fields_text

Row = tuple[str | None, ...]
"""The columns of a layout except the first, the file's name."""
_MOST_REMEMBERED = 8 << 20
"""Bytes, roughly. Records have few different sets of names; a file that has more is not a log, and is not remembered."""
_LONGEST_REMEMBERED = 256 << 10
_NAME_BYTES = 128
"""What a name takes beside its characters, in a set of names and in the columns that they are."""


@dataclass(frozen=True)
class _Places:
    """Which names of an object are which columns, and which names are not columns."""

    columns: tuple[str | None, ...]
    others: tuple[str, ...]
    has_needed: bool


class RecordReader:
    """Makes rows from the JSON objects of one layout.

    If given `unknown`, it counts there the names that are not fields, and raises RecordTooLarge for a record whose names are
    too long.
    """

    def __init__(self, layout: Layout, unknown: UnknownNames | None = None) -> None:
        self._unknown = unknown
        self._layout, self._names = layout, field_names(layout)
        self._fields = tuple(field for _, field in layout.fields)
        self._blank: Row = (None,) * len(self._fields)
        self._known: dict[tuple[bool | None, tuple[str, ...]], _Places] = {}
        self._remembered = 0

    def rows(self, value: dict[str, Any]) -> Iterator[Row]:
        """The rows of an object: one, or those of its hits if it is a search engine's answer."""
        for record in records_of(value):
            yield self.row(record) if type(record) is dict else self.unparsed(compact(record))

    def row(self, record: dict[str, Any]) -> Row:
        """The row of one record."""
        name, inner = self.envelope(record)
        if inner is None:
            places = self._places(record, None)
            values = [None if key is None else as_text(record[key]) for key in places.columns]
            others = {key: as_text(record[key]) for key in places.others} if places.others else None
        else:
            outside, inside = self._places(record, False), self._places(inner, True)
            values = [
                as_text(record[beside]) if beside is not None else None if within is None else as_text(inner[within])
                for beside, within in zip(outside.columns, inside.columns, strict=True)
            ]
            left = {key: as_text(record[key]) for key in outside.others if key != name}
            within = {key: text for key in inside.others if (text := as_text(inner[key])) is not None}
            others = {**left, **within} if left or within else None
        return (*values, None, other_fields_text(others) if others else None)

    def unparsed(self, text: str) -> Row:
        """The row of something that is not a record."""
        return (*self._blank, text, None)

    def has_needed(self, record: dict[str, Any]) -> bool:
        """Whether a record has one of the needed fields, whatever its value."""
        _, inner = self.envelope(record)
        return (self._places(record, None) if inner is None else self._places(inner, True)).has_needed

    def envelope(self, record: dict[str, Any]) -> tuple[str | None, dict[str, Any] | None]:
        """The first envelope that is there, and what it holds: an object, or text that holds just one."""
        for name in self._layout.options.envelopes:
            value = record.get(name)
            if type(value) is str and value.lstrip(" \t\r\n").startswith("{"):
                value = parse_object(value)
            if type(value) is dict:
                return name, value
        return None, None

    def count_unknown(self, names: Iterable[str]) -> None:
        """Takes names in a file that are not fields. Raises LandingError if there are too many."""
        if self._unknown is not None:
            self._unknown.add(names)

    def _places(self, names: Iterable[str], within: bool | None) -> _Places:
        """The places of an object's names: `within` an envelope, beside one (False), or without one (None)."""
        key = within, tuple(names)
        places = self._known.get(key)
        if places is None:
            self._require_short(key[1])
            places = self._found(key[1], within)
            self.count_unknown(places.others)
            self._remember(key, places)
        return places

    def _require_short(self, names: tuple[str, ...]) -> None:
        if self._unknown is not None:
            try:
                self._unknown.require_short(names)
            except LandingError as error:
                raise RecordTooLarge(error) from None

    def _remember(self, key: tuple[bool | None, tuple[str, ...]], places: _Places) -> None:
        """Keeps the places of a set of names, unless they are too long: each record has texts of its own."""
        size = sum(map(len, key[1])) + _NAME_BYTES * len(key[1])
        if size > _LONGEST_REMEMBERED:
            return
        if self._remembered + size > _MOST_REMEMBERED:
            self._known.clear()
            self._remembered = 0
        self._known[key] = places
        self._remembered += size

    def _found(self, names: tuple[str, ...], within: bool | None) -> _Places:
        document = self._layout.document
        found = {
            field: name
            for field, name in self._names.find(names).items()
            if within is None or (field in document) is not within
        }
        taken = set(found.values())
        return _Places(
            tuple(found.get(field) for field in self._fields),
            tuple(name for name in names if name not in taken),
            any(field in found for field in self._layout.needed),
        )


def records_of(value: dict[str, Any]) -> list[Any]:
    """The records that an object stands for: itself, or the hits of a search engine's answer."""
    hits = value.get("hits")
    found = hits.get("hits") if type(hits) is dict else None
    return found if type(found) is list else [value]


@ProcessCache
def record_reader(layout: Layout) -> RecordReader:
    """The reader of a layout, made once."""
    return RecordReader(layout)
