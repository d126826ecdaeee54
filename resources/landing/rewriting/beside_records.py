"""Erased ids in a file outside its records: a rewriting can't take out what the reader passes over.

That is what accompanies the hits of a search engine's answer, the values of a name that an object or a header has
twice, and the names of columns and notes about a file.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any

import pyarrow as pa

from resources.erasure.suppression import CachedSuppression, Suppression, count_names
from resources.landing.layout import FileSplit, Layout
from resources.landing.opening import opened
from resources.landing.readers.csv.header import read_header
from resources.landing.readers.csv.records import csv_batches
from resources.landing.readers.csv.text import Blocks
from resources.landing.readers.json.array import element_blocks
from resources.landing.readers.json.record import record_reader
from resources.landing.readers.json.value import parse_objects
from resources.landing.readers.lines import BOM, line_blocks
from resources.landing.readers.parquet.rows import rows_of_batch
from resources.landing.readers.parquet.schema import columns_of
from resources.landing.readers.parquet.sizes import opened_parquet, sized_batches
from resources.landing.readers.parquet.text import text_of

_LINE_ENDS, _ELEMENT_ENDS = re.compile(rb"[\r\n]"), re.compile(rb"\n")


def ids_beside_records(layout: Layout, split: FileSplit, suppression: Suppression) -> int:
    """How often an erased id is found in a file outside its records. Raises LandingError if it can't be read."""
    known = suppression.cached()
    with opened(split) as stream:
        if split.form == "parquet":
            return _beside_parquet_rows(layout, split, known, stream)
        blocks = line_blocks(stream, longest=layout.options.limits.line_bytes)
        if split.form == "csv":
            return _beside_csv_rows(layout, split, known, blocks)
        ends = _LINE_ENDS
        if split.form == "array":
            blocks, ends = element_blocks(split.name, stream, layout.options.limits.line_bytes), _ELEMENT_ENDS
        return sum(_beside_objects(layout, known, text) for block in blocks for text in ends.split(block))


def _beside_objects(layout: Layout, known: CachedSuppression, line: bytes) -> int:
    """Ids in the objects on a line but not in their records. A line that does not parse is a record as a whole."""
    try:
        text = line.removeprefix(BOM).decode()
    except UnicodeDecodeError:
        return 0
    if "\\" not in text and not known.is_named_in(text):
        return 0
    objects = parse_objects(text)
    written = _count(known, _every_text(text)) if objects else 0
    if not objects or not written:
        return 0
    reader = record_reader(layout)
    read = (value for one in objects for row in reader.rows(one) for value in row if value is not None)
    return max(0, written - _count(known, read))


def _every_text(text: str) -> Iterator[str]:
    """All names and values of the objects in a text, including those of doubled names."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, object_pairs_hook=_Pairs)
    place = text.find("{")
    while place >= 0:
        value, end = decoder.raw_decode(text, place)
        waiting: list[Any] = [value]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                yield one
            elif isinstance(one, _Pairs):
                waiting += (part for pair in one for part in pair)
            elif isinstance(one, list):
                waiting += one
        place = text.find("{", end)


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs."""


def _beside_csv_rows(layout: Layout, split: FileSplit, known: CachedSuppression, landed: Iterator[bytes]) -> int:
    """Ids in the header of a CSV file; and, where a name in it is doubled, in values that are not read."""
    blocks = Blocks(chain([next(landed, b"").removeprefix(BOM)], landed))
    header = read_header(layout, split, blocks)
    if header is None:
        return 0
    names = [name.strip() for name in header.written]
    found = _count(known, names)
    if len(set(names)) == len(names):
        return found
    written = sum(_count(known, [block.decode()]) for block in blocks)
    with opened(split) as stream:
        read = sum(_count_rows(known, batch) for batch in csv_batches(layout, split, stream))
    return found + max(0, written - read)


def _beside_parquet_rows(layout: Layout, split: FileSplit, known: CachedSuppression, stream: IO[bytes]) -> int:
    """Ids in the notes of a parquet file and the names of its columns at any depth; and in values that are not read."""
    file = opened_parquet(stream)
    columns = columns_of(layout, file.schema_arrow)
    notes = (note for pair in (file.metadata.metadata or {}).items() for note in pair if pair[0] != b"ARROW:schema")
    every_text = chain(notes, _texts_of_fields(file.schema_arrow))
    found = _count(known, (text.decode(errors="replace") for text in every_text))
    names = [*columns.names, *(name for one in columns.envelopes for name in one.members or ())]
    if len(set(names)) == len(names) and all(one.members is not None for one in columns.envelopes):
        return found
    for batch in sized_batches(layout, split, stream):
        written = _count(known, (text for column in batch.columns for text in _column_texts(column)))
        read = sum(_count_rows(known, rows) for rows in rows_of_batch(columns, split, batch))
        found += max(0, written - read)
    return found


def _texts_of_fields(schema: pa.Schema) -> Iterator[bytes]:
    """The names of columns, nested ones too, and their metadata, which ARROW:schema holds in base64."""
    waiting = list(schema)
    while waiting:
        field = waiting.pop()
        yield field.name.encode()
        for pair in (field.metadata or {}).items():
            yield from pair
        waiting += [field.type.field(place) for place in range(field.type.num_fields)]


def _column_texts(column: pa.Array) -> Iterator[str]:
    """The texts of a column, and all names and values of those that hold objects."""
    for text in text_of(column).to_pylist():
        if text is not None:
            yield from _every_text(text) if parse_objects(text) else [text]


def _count_rows(known: CachedSuppression, rows: pa.RecordBatch) -> int:
    """Ids in rows, except in the name of their file."""
    return _count(known, (text for column in rows.columns[1:] for text in column.to_pylist() if text))


def _count(known: CachedSuppression, texts: Iterable[str]) -> int:
    return sum(count_names(text, known.is_name) for text in texts)
