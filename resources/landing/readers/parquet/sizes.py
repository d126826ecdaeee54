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

from resources.errors import LandingError, Where
from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout
from resources.landing.limits import BATCH_BYTES, too_large

_MOST_ROWS = ROWS_A_BATCH * 4
_MOST_ITEMS = 64 << 20
"""Items of all lists in a row group at most."""


def opened_parquet(stream: IO[bytes], dictionaries: list[str] | None = None) -> Any:
    """A parquet file. Texts of the columns in `dictionaries` stay in their dictionaries."""
    # Microseconds, since the years of other calendars are beyond what nanoseconds can hold.
    return pyarrow.parquet.ParquetFile(stream, coerce_int96_timestamp_unit="us", read_dictionary=dictionaries)


def sized_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The rows of a file in batches that are small enough as text, too.

    Raises LandingError for a row that is larger than a line may be.
    """
    file = opened_parquet(stream)
    texts = _texts(file)
    kept = opened_parquet(stream, texts) if texts else file
    names_bytes = sum(map(len, file.schema_arrow.names))
    before = 0
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        _require_few_items(file, group, split)
        rows = _rows_a_batch(file, group, names_bytes)
        if not texts or not group.num_rows or _as_text(kept, number, group) * rows <= 4 * BATCH_BYTES:
            yield from file.iter_batches(rows, [number])
        else:
            place = before
            for batch in kept.iter_batches(rows, [number]):
                yield from _cut(layout, split, batch, place)
                place += len(batch)
        before += group.num_rows


def _texts(file: Any) -> list[str]:
    """The paths of the columns that have dictionaries of texts."""
    found: dict[str, None] = {}
    for number in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(number)
        for place in range(group.num_columns):
            column = group.column(place)
            if column.physical_type == "BYTE_ARRAY" and column.has_dictionary_page:
                found[file.schema.column(place).path] = None
    return list(found)


def _rows_a_batch(file: Any, group: Any, names_bytes: int) -> int:
    fixed: int = sum(max(0, file.schema.column(place).length or 0) for place in range(group.num_columns))
    widest: int = group.total_byte_size // max(1, group.num_rows)
    return max(1, min(_MOST_ROWS, BATCH_BYTES // (widest + fixed + names_bytes + 1)))


def _require_few_items(file: Any, group: Any, split: FileSplit) -> None:
    for place in range(group.num_columns):
        if file.schema.column(place).max_repetition_level and group.column(place).num_values > _MOST_ITEMS:
            what = f"a row group has lists of more than {_MOST_ITEMS:,} items"
            raise LandingError(what, "Land it again in smaller row groups.", Where(file=split.name))


def _as_text(file: Any, number: int, group: Any) -> int:
    """How many bytes a row has at most, as its row group's dictionaries tell; lists by their average length."""
    first = next(file.iter_batches(1, [number]), None)
    if first is None:
        return 0
    items = max((group.column(place).num_values for place in range(group.num_columns)), default=0)
    each = max(1, -(-items // max(1, group.num_rows)))
    return sum(_longest(column) * (each if pa.types.is_nested(column.type) else 1) for column in first.columns)


def _longest(values: pa.Array) -> int:
    """The length of the longest text in the dictionaries of a column."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        lengths = pc.max(pc.binary_length(values.dictionary)).as_py() if len(values.dictionary) else 0
        return int(lengths or 0)
    return sum(map(_longest, _inner(values)))


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
    """The bytes of each row as text, about."""
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
