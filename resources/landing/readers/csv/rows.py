"""Rows of the raw table from the fields of CSV records."""

from collections.abc import Iterable, Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from resources.landing.layout import ROWS_A_BATCH
from resources.landing.limits import BATCH_BYTES
from resources.landing.readers.csv.header import Header
from resources.landing.readers.csv.text import Record
from resources.landing.readers.other_fields import other_fields_column


def row_batches(header: Header, records: Iterable[Record]) -> Iterator[pa.RecordBatch]:
    """Records as rows. Those with more or fewer fields than the header are whole in `unparsed`."""
    records, breadth = iter(records), len(header.written)
    while some := list(islice(records, ROWS_A_BATCH)):
        fitting = [fields for fields, _ in some if len(fields) == breadth]
        if fitting:
            columns = [_with_nulls(pa.array(column, pa.string())) for column in zip(*fitting, strict=True)]
            yield from rows_of(header, pa.RecordBatch.from_arrays(columns, [str(place) for place in range(breadth)]))
        if len(fitting) < len(some):
            ragged = [text for fields, text in some if len(fields) != breadth]
            yield _unparsed(header, pa.array(ragged, pa.string()))


def rows_of(header: Header, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The columns of a file as rows; its header is not a record, wherever it occurs.

    The names of unknown columns are written again in each row: long ones make small batches.
    """
    batch = _without_headers(header, batch)
    rows = max(1, BATCH_BYTES // (1 + sum(len(name) for name, _ in header.others)))
    for start in range(0, max(1, len(batch)), rows):
        yield _rows_of(header, batch.slice(start, rows))


def _rows_of(header: Header, batch: pa.RecordBatch) -> pa.RecordBatch:
    nothing = pa.nulls(len(batch), pa.string())
    fields = [nothing if place is None else batch.column(place) for place in header.places]
    members: dict[str, pa.Array] = {}
    for name, place in header.others:
        column = batch.column(place)
        members[name] = pc.coalesce(column, members[name]) if name in members else column
    others = other_fields_column(members, len(batch)) if members else nothing
    return pa.RecordBatch.from_arrays(
        [_names(header, len(batch)), *fields, nothing, others], schema=header.layout.schema
    )


def _without_headers(header: Header, batch: pa.RecordBatch) -> pa.RecordBatch:
    first = next(place for place, name in enumerate(header.written) if name)
    if not pc.any(pc.equal(batch.column(first), header.written[first])).as_py():
        return batch
    same = pa.repeat(pa.scalar(True), len(batch))
    for column, name in zip(batch.columns, header.written, strict=True):
        same = pc.and_(same, pc.equal(pc.fill_null(column, ""), name))
    return batch.filter(pc.invert(same))


def _unparsed(header: Header, texts: pa.Array) -> pa.RecordBatch:
    nothing = pa.nulls(len(texts), pa.string())
    fields = [nothing] * len(header.places)
    return pa.RecordBatch.from_arrays(
        [_names(header, len(texts)), *fields, texts, nothing], schema=header.layout.schema
    )


def _names(header: Header, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(header.split.name, pa.string()), rows)


def _with_nulls(column: pa.Array) -> pa.Array:
    """An empty field is null."""
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
