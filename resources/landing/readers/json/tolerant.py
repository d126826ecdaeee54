"""JSON line by line: any bytes give rows. It defines what is right; the fast ways must give the same result."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from resources.landing.layout import Layout
from resources.landing.readers.json.record import RecordReader, Row, record_reader, records_of
from resources.landing.readers.json.value import MOST_RECORDS, compact, parse_objects, parse_value
from resources.landing.readers.lines import WHITE_SPACE


def tolerant_json(layout: Layout, name: str, block: bytes, reader: RecordReader | None = None) -> pa.RecordBatch:
    """A block of lines, which end in line feeds: any bytes give rows."""
    return batch_of(layout, name, list(rows_of_lines(reader or record_reader(layout), block)))


def tolerant_elements(layout: Layout, name: str, block: bytes, reader: RecordReader | None = None) -> pa.RecordBatch:
    """The elements of an array, one per line; each is a JSON value."""
    return batch_of(layout, name, list(rows_of_elements(reader or record_reader(layout), block)))


def rows_of_lines(reader: RecordReader, block: bytes) -> Iterator[Row]:
    """The rows of lines, one after the other: a line may hold a million records."""
    for raw in block.split(b"\n"):
        try:
            line, is_text = raw.decode(), True
        except UnicodeDecodeError:
            line, is_text = raw.decode(errors="backslashreplace"), False
        if not line.strip(WHITE_SPACE):
            continue
        objects = parse_objects(line) if is_text else None
        if objects is None or sum(len(records_of(value)) for value in objects) > MOST_RECORDS:
            yield reader.unparsed(line)
        else:
            for value in objects:
                yield from reader.rows(value)


def rows_of_elements(reader: RecordReader, block: bytes) -> Iterator[Row]:
    """The rows of the elements of an array. One that is not an object is kept without white space."""
    for line in block.decode().split("\n"):
        if line.strip(WHITE_SPACE):
            value = parse_value(line)
            if type(value) is dict:
                yield from reader.rows(value)
            else:
                yield reader.unparsed(compact(value))


def batch_of(layout: Layout, name: str, rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows of a file as a batch."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(layout.columns) - 1)
    names = pa.repeat(pa.scalar(name, pa.string()), len(rows))
    return pa.RecordBatch.from_arrays([names, *(pa.array(c, pa.string()) for c in columns)], schema=layout.schema)
