"""Where a record's known fields are, and what else it has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import json_text
from .options import Options

EXTENDED = ("$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$oid", "$date")


@dataclass(frozen=True)
class Source:
    """The known fields of a source: column -> name."""

    folder: str
    fields: Mapping[str, str]
    needed: tuple[str, ...]
    document: Mapping[str, str] = field(default_factory=dict)  # beside an envelope, and by their letter

    @property
    def columns(self) -> list[str]:
        """All columns for a record's values."""
        return [*self.document, *self.fields]


class Columns(dict[str, Any]):
    """A row by its columns' names. Where several have a name, the first counts; `again` has what the last others hold."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self.again: dict[str, Any] = {}
        for name, value in pairs:
            if name not in self:
                self[name] = value
            elif value is not None:
                self.again[name] = value


def plain(name: str) -> str:
    """A name as it is compared."""
    return "".join(char for char in name if char not in "_- ").lower()


@dataclass(frozen=True)
class Names:
    """By which names a source's fields go."""

    more: Mapping[str, list[str]] = field(default_factory=dict)

    def of(self, field_name: str, names: Iterable[str]) -> str | None:
        """Which of the names is the field: the exact one, otherwise the first; None if none is."""
        names = list(names)
        if field_name in names:
            return field_name
        wanted = {plain(name) for name in (field_name, *self.more.get(field_name, []))}
        return next((name for name in names if plain(name) in wanted), None)


def names_of(source: Source, options: Options) -> Names:
    """The names of a source's fields."""
    return Names(options.names.get(source.folder, {}))


def envelope_of(record: Mapping[str, Any], options: Options) -> tuple[str | None, dict[str, Any]]:
    """The first envelope that is there, by its name, and what is in it."""
    for name in options.envelopes:
        inside = _object(record.get(name))
        if inside is not None:
            return name, inside
    return None, {}


def _object(value: Any) -> dict[str, Any] | None:
    """The value if it is an object, or text that holds just one."""
    if isinstance(value, str):
        try:
            value = json_text.parse(value)
        except ValueError:
            return None
    return value if isinstance(value, dict) else None


def _unwrapped(value: Any) -> Any:
    """The value of extended JSON, otherwise the value itself."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in EXTENDED:
        return next(iter(value.values()))
    return value


def text_of(value: Any) -> str | None:
    """A field's value as a column has it."""
    return json_text.as_text(_unwrapped(value))


def known_fields(source: Source, names: Names, record: Mapping[str, Any], options: Options) -> list[str]:
    """Which of the source's fields, the document's aside, the record has."""
    name, inside = envelope_of(record, options)
    fields = inside if name is not None else record
    return [known for known in source.fields.values() if names.of(known, fields) is not None]


def row_of(source: Source, names: Names, record: Mapping[str, Any], options: Options) -> dict[str, str | None]:
    """The columns of an object, `other_fields` among them."""
    envelope, inside = envelope_of(record, options)
    fields = record if envelope is None else inside
    row = {column: text_of(record.get(name)) for column, name in source.document.items()}
    used_beside = {*source.document.values()} | ({envelope} if envelope is not None else set())
    used = {}
    for column, known in source.fields.items():
        used[column] = names.of(known, fields)
        row[column] = None if used[column] is None else text_of(fields[used[column]])
    others = {name: text_of(value) for name, value in record.items() if name not in used_beside}
    if envelope is None:
        others = {name: text for name, text in others.items() if name not in used.values()}
    if isinstance(record, Columns):
        others |= {name: text_of(value) for name, value in record.again.items()}
    if envelope is not None:
        within = {name: text_of(value) for name, value in inside.items() if name not in used.values()}
        others |= {name: text for name, text in within.items() if text is not None}
    return {**row, "other_fields": others_text(others)}


def others_text(others: Mapping[str, str | None]) -> str | None:
    """The other fields as one JSON object, by name; null if there are none."""
    texts = {name: others[name] for name in sorted(others) if others[name] is not None}
    return json_text.compact(texts) if texts else None
