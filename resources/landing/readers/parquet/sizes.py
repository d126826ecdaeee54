"""How many rows of a parquet file make a batch that fits in memory, whatever a few bytes of the file stand for.

A text that many rows name is in the file once: a dictionary of 8 MB and 65,536 rows are 512 GB as text. So the
dictionaries are looked at before a row group is read. Where they are as small as usual, that is all.
"""

from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from resources.errors import Where
from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout
from resources.landing.limits import BATCH_BYTES, too_large

_MOST_ROWS = ROWS_A_BATCH * 4


def opened_parquet(stream: IO[bytes], dictionaries: list[str] | None = None) -> Any:
    """A parquet file. Texts of the columns in `dictionaries` stay in their dictionaries."""
    # Microseconds, since the years of other calendars are beyond what nanoseconds can hold.
    return pyarrow.parquet.ParquetFile(stream, coerce_int96_timestamp_unit="us", read_dictionary=dictionaries)


def sized_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The rows of a file in batches that are small enough as text, too.

    Raises LandingError for a row that is larger than a line may be.
    """
    schema = opened_parquet(stream).schema
    columns = [schema.column(place) for place in range(len(schema))]
    texts = [column for column in columns if column.physical_type == "BYTE_ARRAY"]
    in_lists = [column.path for column in texts if column.max_repetition_level]
    file = opened_parquet(stream, in_lists)
    kept = opened_parquet(stream, [column.path for column in texts])
    fixed = sum(max(0, column.length or 0) for column in columns) + sum(map(len, file.schema_arrow.names))
    before = 0
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        widest = group.total_byte_size // max(1, group.num_rows) + fixed
        rows = max(1, min(_MOST_ROWS, BATCH_BYTES // (widest + 1)))
        is_small = _as_text(kept, number) * rows <= 4 * BATCH_BYTES
        for batch in (file if is_small else kept).iter_batches(rows, [number]):
            yield from [batch] if is_small and not in_lists else _cut(layout, split, batch, before)
            before += len(batch)


def _as_text(file: Any, number: int) -> int:
    """The most bytes that a row of a row group can have, going by its dictionaries except those in lists.

    What the footer says of single columns is not asked for: PyArrow (26) ends the process where that is damaged.
    """
    first = next(file.iter_batches(1, [number]), None)
    return sum(map(_longest, first.columns)) if first is not None else 0


def _longest(values: pa.Array) -> int:
    """The length of the longest text in the dictionaries of a column, and of a struct's."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        lengths = pc.max(pc.binary_length(values.dictionary)).as_py() if len(values.dictionary) else 0
        return int(lengths or 0)
    return sum(map(_longest, _inner(values))) if pa.types.is_struct(kind) else 0


def _inner(values: pa.Array) -> list[pa.Array]:
    """The arrays that a nested one is made of."""
    kind = values.type
    if pa.types.is_struct(kind):
        return list(values.flatten())
    if pa.types.is_map(kind):
        return [values.keys, values.items]
    return [values.values] if pa.types.is_list(kind) or pa.types.is_large_list(kind) else []


def _cut(layout: Layout, split: FileSplit, batch: pa.RecordBatch, before: int) -> Iterator[pa.RecordBatch]:
    """A batch in pieces of BATCH_BYTES as text."""
    sizes = sum((_row_bytes(column) for column in batch.columns), np.zeros(len(batch), np.int64))
    longest = layout.options.limits.line_bytes
    if len(sizes) and sizes.max() > longest:
        row = before + int(np.argmax(sizes > longest)) + 1
        raise too_large(f"row {row:,}", longest, Where(file=split.name))
    ends = np.cumsum(sizes)
    start = 0
    while start < len(batch):
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + BATCH_BYTES, side="right")))
        yield batch.slice(start, stop - start)
        start = stop


def _row_bytes(values: pa.Array) -> Any:
    """The approximate size of each row as text, in bytes."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        lengths = np.append(pc.fill_null(pc.binary_length(values.dictionary), 0).to_numpy(False).astype(np.int64), 0)
        return lengths[pc.fill_null(values.indices, len(lengths) - 1).to_numpy(False)]
    if pa.types.is_struct(kind):
        return sum(map(_row_bytes, _inner(values)), np.zeros(len(values), np.int64))
    if inner := _inner(values):
        items = sum(map(_row_bytes, inner), np.ones(len(inner[0]), np.int64))
        sums = np.concatenate([[0], np.cumsum(items)])
        offsets = values.offsets.to_numpy(zero_copy_only=False)
        return sums[offsets[1:]] - sums[offsets[:-1]]
    if pa.types.is_binary(kind) or pa.types.is_string(kind):
        return pc.fill_null(pc.binary_length(values), 0).to_numpy(False).astype(np.int64)
    return np.full(len(values), 8, np.int64)
