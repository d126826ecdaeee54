"""JSON line by line: any bytes give rows. It defines what is right; the fast ways must give the same result."""

from collections.abc import Sequence

import pyarrow as pa

from resources.landing.layout import Layout
from resources.landing.readers.json.record import RecordReader, Row, record_reader, records_of
from resources.landing.readers.json.value import MOST_RECORDS, compact, parse_objects, parse_value
from resources.landing.readers.lines import WHITE_SPACE


def tolerant_json(layout: Layout, name: str, block: bytes, reader: RecordReader | None = None) -> pa.RecordBatch:
    """A block of lines, which end in line feeds: any bytes give rows."""
    reader = reader or record_reader(layout)
    rows: list[Row] = []
    for raw in block.split(b"\n"):
        try:
            line, is_text = raw.decode(), True
        except UnicodeDecodeError:
            line, is_text = raw.decode(errors="backslashreplace"), False
        if not line.strip(WHITE_SPACE):
            continue
        objects = parse_objects(line) if is_text else None
        if objects is None or sum(len(records_of(value)) for value in objects) > MOST_RECORDS:
            rows.append(reader.unparsed(line))
        else:
            rows.extend(row for value in objects for row in reader.rows(value))
    return batch_of(layout, name, rows)


def tolerant_elements(layout: Layout, name: str, block: bytes, reader: RecordReader | None = None) -> pa.RecordBatch:
    """The elements of an array, one per line; each is a JSON value. One that is not an object is kept without white space."""
    reader = reader or record_reader(layout)
    rows: list[Row] = []
    for line in block.decode().split("\n"):
        if line.strip(WHITE_SPACE):
            value = parse_value(line)
            rows.extend(reader.rows(value) if type(value) is dict else [reader.unparsed(compact(value))])
    return batch_of(layout, name, rows)


def batch_of(layout: Layout, name: str, rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows of a file as a batch."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(layout.columns) - 1)
    names = pa.repeat(pa.scalar(name, pa.string()), len(rows))
    return pa.RecordBatch.from_arrays([names, *(pa.array(c, pa.string()) for c in columns)], schema=layout.schema)
