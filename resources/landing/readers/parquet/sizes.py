"""How many rows of a parquet file make a batch that fits in memory, whatever a few bytes of the file stand for.

A text that many rows name is in the file once: a dictionary of 8 MB and 65,536 rows are 512 GB as text. So the headers of
the pages are looked at before a row is read. Where dictionaries are as small as usual, that is all.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from resources.errors import LandingError, Where
from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout
from resources.landing.limits import BATCH_BYTES, too_large
from resources.landing.readers.parquet.lists import as_list
from resources.landing.readers.parquet.pages import GroupSize, group_sizes

_MOST_ROWS = ROWS_A_BATCH * 4
_MOST_BYTES = 4 * BATCH_BYTES
_MOST_VALUES = 128 << 20
"""Values in all lists of a column of a row group: row groups of logs have far fewer."""


def opened_parquet(stream: IO[bytes], dictionaries: list[str] | None = None, buffer_bytes: int = 0) -> Any:
    """A parquet file. Texts of the columns in `dictionaries` stay in their dictionaries.

    With `buffer_bytes`, so much of a column is read at a time; otherwise all that a row group has of it.
    """
    # Microseconds, since the years of other calendars are beyond what nanoseconds can hold.
    return pyarrow.parquet.ParquetFile(
        stream, coerce_int96_timestamp_unit="us", read_dictionary=dictionaries, buffer_size=buffer_bytes
    )


def names_within(columns: Iterable[pa.Field]) -> list[str]:
    """The names of columns, and of all that is nested in them: each is written with the values that it has in a row."""
    names: list[str] = []
    for column in columns:
        names.append(column.name)
        if pa.types.is_nested(column.type):
            names += names_within(column.type.field(place) for place in range(column.type.num_fields))
    return names


def sized_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The rows of a file in batches that are small enough as text, too.

    Raises LandingError for a row that is larger than a line may be, and ValueError for a file that is damaged.
    """
    before = 0
    for batch, is_sized in batches_in_memory(split, stream, group_sizes(stream)):
        yield from [batch] if is_sized else _cut(layout, split, batch, before)
        before += len(batch)


def batches_in_memory(
    split: FileSplit | None, stream: IO[bytes], groups: Sequence[GroupSize], buffer_bytes: int = 0
) -> Iterator[tuple[pa.RecordBatch, bool]]:
    """The rows of a file in batches that are small enough in memory, and of each whether it is as text, too.

    Of others, texts are in dictionaries. Raises LandingError for lists that are too long, and ValueError for a file that is
    damaged.
    """
    file = opened_parquet(stream, buffer_bytes=buffer_bytes)
    columns = [file.schema.column(place) for place in range(len(file.schema))]
    texts = [column for column in columns if column.physical_type == "BYTE_ARRAY"]
    is_nested = any(column.max_repetition_level for column in columns)
    if in_lists := [column.path for column in texts if column.max_repetition_level]:
        file = opened_parquet(stream, in_lists, buffer_bytes)
    kept = None
    fixed = sum(max(0, column.length or 0) for column in columns) + sum(map(len, names_within(file.schema_arrow)))
    for number, group in enumerate(groups):
        rows, longest = _rows_of(split, columns, number, group, fixed)
        is_small = longest * rows <= _MOST_BYTES
        if not is_small:
            kept = kept or opened_parquet(stream, [column.path for column in texts], buffer_bytes)
        for batch in (kept if kept and not is_small else file).iter_batches(rows, [number]):
            yield batch, is_small and not is_nested


def _rows_of(split: FileSplit | None, columns: list[Any], number: int, group: GroupSize, fixed: int) -> tuple[int, int]:
    """How many rows of a row group make a batch, and how long the texts of a row may be that are in dictionaries.

    A batch of lists may be all that a row group has, in one row: so that is bounded too.
    """
    if len(group.columns) != len(columns):
        raise ValueError("a row group has other columns than the file")
    widest, longest, prefixed = fixed + 1, 0, 0
    for column, size in zip(columns, group.columns, strict=True):
        if column.max_repetition_level:
            if size.values > _MOST_VALUES:
                raise LandingError(
                    f"the lists of row group {number + 1} hold more than {_MOST_VALUES:,} values",
                    "Land it again with smaller row groups.",
                    Where(file=split.name if split else None),
                )
            widest += (size.unpacked + 8 * size.values) // max(1, group.rows)
        elif column.physical_type == "BYTE_ARRAY":
            widest += size.densest
            longest += size.longest
        prefixed += size.prefixed
    return max(1, min(_MOST_ROWS, BATCH_BYTES // widest, _MOST_BYTES // max(1, prefixed))), longest


def _inner(values: pa.Array) -> list[pa.Array]:
    """The arrays that a nested one is made of."""
    kind = values.type
    if pa.types.is_struct(kind):
        return list(values.flatten())
    if pa.types.is_map(kind):
        return [values.keys, values.items]
    return [values.values] if pa.types.is_list(kind) else []


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
    """The approximate size of each row as text, in bytes. Raises ValueError if a damaged file's dictionary is too short."""
    values = as_list(values)
    kind = values.type
    if pa.types.is_dictionary(kind):
        lengths = np.append(pc.fill_null(pc.binary_length(values.dictionary), 0).to_numpy(False).astype(np.int64), 0)
        places = pc.min_max(values.indices).as_py()
        if places["max"] is not None and not 0 <= places["min"] <= places["max"] < len(values.dictionary):
            raise ValueError("a row names a text that the dictionary does not have")
        return lengths[pc.fill_null(values.indices, len(lengths) - 1).to_numpy(False)]
    if pa.types.is_struct(kind):
        named = np.full(len(values), sum(len(field.name) for field in kind), np.int64)
        return sum(map(_row_bytes, _inner(values)), named)
    if inner := _inner(values):
        items = sum(map(_row_bytes, inner), np.ones(len(inner[0]), np.int64))
        sums = np.concatenate([[0], np.cumsum(items)])
        offsets = values.offsets.to_numpy(zero_copy_only=False)
        return sums[offsets[1:]] - sums[offsets[:-1]]
    if pa.types.is_binary(kind) or pa.types.is_string(kind):
        return pc.fill_null(pc.binary_length(values), 0).to_numpy(False).astype(np.int64)
    return np.full(len(values), 8, np.int64)
