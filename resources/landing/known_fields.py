"""Whether a delivery holds what its source is about: a record with any of the needed fields, by name."""

import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, Any

from resources.errors import LandingError, Where
from resources.landing.layout import FileSplit, Layout
from resources.landing.likely_cause import Cause, cause_by_bytes, cause_by_json, cause_by_names
from resources.landing.opening import LOOK_BYTES, opened
from resources.landing.readers.csv.records import csv_batches
from resources.landing.readers.json.array import element_blocks
from resources.landing.readers.json.record import record_reader, records_of
from resources.landing.readers.json.value import parse_objects, parse_value
from resources.landing.readers.lines import BOM, WHITE_SPACE, line_blocks, with_line_feeds
from resources.landing.readers.parquet.rows import enveloped_records, has_needed_columns

_RECORDS_TO_NAME = 100
_BEGINNING_BYTES = 64 << 10
"""How much of each file is looked at first. The first record nearly always has the fields."""


def require_known_fields(layout: Layout, files: Sequence[FileSplit]) -> None:
    """Raises LandingError if a delivery holds records but none of them has a needed field, whatever its value.

    CSV has all of them by its header, and a row must have as many fields. Parquet has them by its schema, unless a column
    may be an envelope of JSON: then its rows decide.
    """
    if not files or any(_begins_well(layout, file) for file in files):
        return
    empty = True
    for file in files:
        with opened(file) as stream:
            for is_known in _looked_at(layout, file, stream):
                if is_known:
                    return
                empty = False
    if not empty:
        what, remedy = _cause(layout, files[0])
        needed = ", ".join(layout.needed)
        raise LandingError(f"holds no record with any of {needed}: {what}", remedy, Where(file=files[0].name))


def _begins_well(layout: Layout, file: FileSplit) -> bool:
    """Whether a record at the beginning of a file has a needed field."""
    if file.form == "parquet":
        with opened(file) as stream:
            return has_needed_columns(layout, stream)
    if file.form == "array":
        with opened(file, LOOK_BYTES) as stream:
            return next(_looked_at(layout, file, stream), False)
    whole = _whole_records(_beginning(file), file.form)
    return any(_looked_at(layout, file, io.BytesIO(whole)))


def _beginning(file: FileSplit) -> bytes:
    data = b""
    with opened(file, LOOK_BYTES) as stream:
        while len(data) < _BEGINNING_BYTES and (more := stream.read(_BEGINNING_BYTES - len(data))):
            data += more
    return data


def _whole_records(beginning: bytes, form: str) -> bytes:
    """The beginning of a file without a record that is cut off, which could have another number of fields."""
    if len(beginning) < _BEGINNING_BYTES:
        return beginning
    end = _line_end(beginning, len(beginning))
    while form == "csv" and end and beginning.count(b'"', 0, end) % 2:  # within quotes
        end = _line_end(beginning, end - 1)
    return beginning[:end]


def _line_end(data: bytes, before: int) -> int:
    """Where the last line before a place ends; 0 if there is none."""
    return max(data.rfind(b"\n", 0, before), data.rfind(b"\r", 0, before)) + 1


def _looked_at(layout: Layout, file: FileSplit, stream: IO[bytes]) -> Iterator[bool]:
    """For each record, whether it has a needed field."""
    reader = record_reader(layout)
    for record in _records_of(layout, file, stream):
        yield record is True or (type(record) is dict and reader.has_needed(record))


def _records_of(layout: Layout, file: FileSplit, stream: IO[bytes]) -> Iterator[object]:
    if file.form == "parquet":
        return enveloped_records(layout, file, stream)
    return _csv_rows(layout, file, stream) if file.form == "csv" else _json_records(layout, file, stream)


def _csv_rows(layout: Layout, file: FileSplit, stream: IO[bytes]) -> Iterator[object]:
    """For each row, whether it has as many fields as the header."""
    place = layout.columns.index("unparsed")
    for batch in csv_batches(layout, file, stream):
        yield from (value is None for value in batch.column(place).to_pylist())


def _json_records(layout: Layout, file: FileSplit, stream: IO[bytes]) -> Iterator[object]:
    """Every record; None for anything that is not one."""
    if file.form == "array":
        for block in element_blocks(file.name, stream, layout.options.limits.line_bytes):
            for line in block.decode().split("\n"):
                value = parse_value(line)
                yield from _objects(value) if type(value) is dict else [None]
        return
    for number, block in enumerate(line_blocks(stream, longest=layout.options.limits.line_bytes)):
        lines = with_line_feeds(block if number else block.removeprefix(BOM))
        for line in lines.decode(errors="backslashreplace").split("\n"):
            objects = parse_objects(line)
            if objects is not None:
                yield from (record for value in objects for record in _objects(value))
            elif line.strip(WHITE_SPACE):
                yield None


def _objects(value: dict[str, Any]) -> list[object]:
    """The records of an object; None for each that is not an object."""
    return [record if type(record) is dict else None for record in records_of(value)]


def _cause(layout: Layout, file: FileSplit) -> Cause:
    if file.form == "parquet":
        return "no column has such a name, and no text holds an object with one", "Land it again with these columns."
    beginning = _beginning(file)
    if file.form == "csv":
        return "no row has as many fields as the header", "Land it again, whole."
    if file.form == "array":
        with opened(file, LOOK_BYTES) as stream:
            some = islice(_json_records(layout, file, stream), _RECORDS_TO_NAME)
            records = [record for record in some if isinstance(record, dict)]
        return cause_by_names(layout, records) if records else ("its JSON array holds no objects", "Land it again.")
    return cause_by_bytes(beginning) or cause_by_json(layout, beginning)
