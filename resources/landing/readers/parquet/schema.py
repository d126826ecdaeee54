"""The columns of a parquet file: which are fields, which are envelopes, and whether it has what it must have."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from resources.landing.field_names import field_names
from resources.landing.layout import FileSplit, Layout
from resources.landing.readers.needed_columns import lacking, refuse_doubled, refuse_missing

Places = dict[str, int]
"""For each field that is there, the number of its column."""


@dataclass(frozen=True)
class Envelope:
    """A column that a row's fields may be wrapped in: a struct, whose members are known, or a map or text with JSON."""

    place: int
    members: tuple[str, ...] | None


@dataclass(frozen=True)
class ParquetColumns:
    """The columns of a file. `envelopes` are in the order in which they count."""

    layout: Layout
    names: tuple[str, ...]
    envelopes: tuple[Envelope, ...]

    @property
    def has_needed(self) -> bool:
        """Whether the schema has all needed columns, so that no row has to be looked at."""
        return not min(self.missing_by_place(), key=len)

    def missing_by_place(self) -> list[list[str]]:
        """The needed fields that the columns lack, and those that each struct lacks."""
        structs = [list(envelope.members) for envelope in self.envelopes if envelope.members is not None]
        return [lacking(self.layout, names) for names in [list(self.names), *structs]]


def columns_of(layout: Layout, schema: pa.Schema) -> ParquetColumns:
    """What the columns of a file are."""
    names = tuple(schema.names)
    envelopes = []
    for name in layout.options.envelopes:
        if name in names:
            place = names.index(name)
            kind = schema.field(place).type
            if pa.types.is_struct(kind):
                envelopes.append(Envelope(place, tuple(field.name for field in kind)))
            elif pa.types.is_map(kind) or _is_text(kind):
                envelopes.append(Envelope(place, None))
    return ParquetColumns(layout, names, tuple(envelopes))


def checked_columns(layout: Layout, split: FileSplit, schema: pa.Schema) -> ParquetColumns:
    """The same. Raises LandingError if a needed column occurs twice, or is missing and can't be in an envelope of JSON."""
    columns = columns_of(layout, schema)
    structs = [envelope.members for envelope in columns.envelopes if envelope.members is not None]
    for names in [columns.names, *structs]:
        refuse_doubled(layout, split, names, field_names(layout).find(names))
    if not columns.has_needed and all(envelope.members is not None for envelope in columns.envelopes):
        refuse_missing(split, min(columns.missing_by_place(), key=len))
    return columns


def places_of(layout: Layout, names: Sequence[str], within: bool | None) -> Places:
    """The columns of the fields, `within` an envelope, beside one (False), or without one (None)."""
    return {
        field: names.index(name)
        for field, name in field_names(layout).find(names).items()
        if within is None or (field in layout.document) is not within
    }


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    bytes_ = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    return any(is_one(kind) for is_one in (*kinds, *bytes_))
