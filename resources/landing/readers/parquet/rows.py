"""A parquet file: every row is a record, every column text."""

from collections.abc import Iterator, Mapping
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc

from resources.landing.field_names import field_names
from resources.landing.layout import FileSplit, Layout
from resources.landing.limits import UnknownNames
from resources.landing.readers.json.record import RecordReader, record_reader
from resources.landing.readers.json.value import parse_object
from resources.landing.readers.other_fields import other_fields_column
from resources.landing.readers.parquet.schema import Envelope, ParquetColumns, checked_columns, columns_of, places_of
from resources.landing.readers.parquet.sizes import names_within, opened_parquet, sized_batches
from resources.landing.readers.parquet.text import text_of

_MAY_BE_OBJECT = r"^[ \t\r\n]*\{"


def parquet_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The rows of a file, in any order. The schema is checked before a row is read."""
    schema = opened_parquet(stream).schema_arrow
    columns = checked_columns(layout, split, schema)
    unknown = UnknownNames(layout.options.limits, split.name)
    names = names_within(schema)
    unknown.require_short(names)
    unknown.add(names)
    rows = _Rows(columns, split, RecordReader(layout, unknown))
    for batch in sized_batches(layout, split, stream):
        yield from rows.of(batch)


def rows_of_batch(columns: ParquetColumns, split: FileSplit, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The rows of a batch of a file, in any order."""
    yield from _Rows(columns, split, record_reader(columns.layout)).of(batch)


def has_needed_columns(layout: Layout, stream: IO[bytes]) -> bool:
    """Whether a file has all needed columns by its schema. Otherwise its rows decide, by their envelopes."""
    return columns_of(layout, opened_parquet(stream).schema_arrow).has_needed


def enveloped_records(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """Each row as far as it shows which fields it has: the names of its columns, and its envelopes as text."""
    columns = columns_of(layout, opened_parquet(stream).schema_arrow)
    for batch in sized_batches(layout, split, stream):
        found = [(columns.names[one.place], text_of(batch.column(one.place)).to_pylist()) for one in columns.envelopes]
        for row in range(len(batch)):
            yield {**dict.fromkeys(columns.names), **{name: texts[row] for name, texts in found}}


class _Rows:
    """Makes rows from the batches of one file."""

    def __init__(self, columns: ParquetColumns, split: FileSplit, reader: RecordReader) -> None:
        self._columns, self._layout, self._name = columns, columns.layout, split.name
        self._reader = reader

    def of(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """The rows of a batch, by the envelope that each is in."""
        for envelope in self._columns.envelopes:
            if not len(batch):
                return
            column = batch.column(envelope.place)
            if envelope.members is not None:
                there = pc.is_valid(column)
                if pc.any(there).as_py():
                    yield self._within(_filtered(batch, there), envelope)
            else:
                objects = _objects(text_of(column))
                there = pa.array([value is not None for value in objects], pa.bool_())
                if pc.any(there).as_py():
                    yield self._of_json(_filtered(batch, there), envelope, [one for one in objects if one is not None])
            batch = _filtered(batch, pc.invert(there))
        if len(batch):
            yield self._flat(batch)

    def _flat(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        places = places_of(self._layout, self._columns.names, None)
        others = [
            (name, batch.column(place))
            for place, name in enumerate(self._columns.names)
            if place not in places.values()
        ]
        return self._batch(len(batch), {field: batch.column(place) for field, place in places.items()}, others)

    def _within(self, batch: pa.RecordBatch, envelope: Envelope) -> pa.RecordBatch:
        """Rows whose fields are the members of a struct."""
        names, members = self._columns.names, envelope.members or ()
        outside, inside = places_of(self._layout, names, False), places_of(self._layout, members, True)
        column = batch.column(envelope.place)
        within = [pc.struct_field(column, [place]) for place in range(len(members))]
        fields = {field: batch.column(place) for field, place in outside.items()}
        fields |= {field: within[place] for field, place in inside.items()}
        taken = {envelope.place, *outside.values()}
        others = [(name, batch.column(place)) for place, name in enumerate(names) if place not in taken]
        others += [(name, within[place]) for place, name in enumerate(members) if place not in inside.values()]
        return self._batch(len(batch), fields, others)

    def _of_json(self, batch: pa.RecordBatch, envelope: Envelope, objects: list[dict[str, Any]]) -> pa.RecordBatch:
        """Rows whose fields are in an object of JSON: as records of JSON lines."""
        names, reader, known = self._columns.names, self._reader, field_names(self._layout)
        texts = [self._text(known.field_of(name), batch.column(place)).to_pylist() for place, name in enumerate(names)]
        rows = []
        for row, inner in enumerate(objects):
            record: dict[str, Any] = dict.fromkeys(names)
            for name, column in zip(names, texts, strict=True):
                if column[row] is not None:
                    record[name] = column[row]
            record[names[envelope.place]] = inner
            rows.append((self._name, *reader.row(record)))
        arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=self._layout.schema)

    def _batch(self, rows: int, fields: Mapping[str, pa.Array], others: list[tuple[str, pa.Array]]) -> pa.RecordBatch:
        """Rows from the columns of the fields and all other columns, of which the last with a value counts."""
        nothing = pa.nulls(rows, pa.string())
        arrays = [self._text(field, fields[field]) if field in fields else nothing for _, field in self._layout.fields]
        members: dict[str, pa.Array] = {}
        for name, column in others:
            text = text_of(column)
            members[name] = pc.coalesce(text, members[name]) if name in members else text
        left = other_fields_column(members, rows) if members else nothing
        names = pa.repeat(pa.scalar(self._name, pa.string()), rows)
        return pa.RecordBatch.from_arrays([names, *arrays, nothing, left], schema=self._layout.schema)

    def _text(self, field: str | None, column: pa.Array) -> pa.Array:
        return text_of(column, is_id=field in self._layout.ids)


def _filtered(batch: pa.RecordBatch, mask: pa.Array) -> pa.RecordBatch:
    return batch if pc.all(mask).as_py() else batch.filter(mask)


def _objects(texts: pa.Array) -> list[dict[str, Any] | None]:
    """The object that each text holds; None for a text without one."""
    may_be = pc.match_substring_regex(texts, _MAY_BE_OBJECT).to_pylist()
    return [parse_object(text) if likely else None for text, likely in zip(texts.to_pylist(), may_be, strict=True)]
