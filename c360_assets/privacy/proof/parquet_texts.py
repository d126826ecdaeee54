"""The texts of a parquet file: those of its columns, however they are stored, and those of its schema.

A few bytes of a file may stand for much. So it is read in the batches that landed parquet is read in, whose texts stay in
dictionaries where they would be large: each different text is looked at, not each row.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from c360_assets.privacy.proof.decoding import as_text
from c360_assets.privacy.proof.forms import NOT_TEXT, TooMuch
from c360_assets.privacy.proof.text_check import is_text
from resources.landing.limits import LandingLimits
from resources.landing.readers.parquet.lists import is_any_list
from resources.landing.readers.parquet.pages import footer_bytes, group_sizes
from resources.landing.readers.parquet.sizes import batches_in_memory, opened_parquet

_LARGEST_FOOTER = 16 << 20
_MOST_CHUNKS = 200_000
"""Columns of all row groups."""
MOST_PAGE_BYTES = 256 << 20
"""One page of each column of a row group: so much is unpacked at once."""
_MOST_IN_LISTS = 32 << 20
"""Values in all lists of a row group: one row may have them all."""
_LONGEST = LandingLimits().line_bytes
_BUFFER_BYTES = 1 << 20
_PIECE_VALUES, _PIECE_BYTES = 1 << 20, 8 << 20
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_BYTES = (
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)


def opened(file: IO[bytes]) -> tuple[pq.ParquetFile, Iterator[pa.RecordBatch]]:
    """A parquet file, and its rows in batches. Raises TooMuch for what takes too much memory, ValueError for damage."""
    if footer_bytes(file) > _LARGEST_FOOTER:
        raise TooMuch
    groups = group_sizes(file)
    if sum(len(group.columns) for group in groups) > _MOST_CHUNKS:
        raise TooMuch
    parquet: pq.ParquetFile = opened_parquet(file, buffer_bytes=_BUFFER_BYTES)
    places = range(len(parquet.schema))
    in_lists = [place for place in places if parquet.schema.column(place).max_repetition_level]
    for group in groups:
        if sum(column.largest for column in group.columns) > MOST_PAGE_BYTES:
            raise TooMuch
        if sum(column.values for place, column in enumerate(group.columns) if place in in_lists) > _MOST_IN_LISTS:
            raise TooMuch
    return parquet, (batch for batch, _ in batches_in_memory(None, file, groups, _BUFFER_BYTES))


def texts_of(values: pa.Array, with_numbers: bool = False, problems: list[str] | None = None) -> Iterator[str]:
    """The distinct texts of a column, however deeply nested; bytes are decoded, and numbers included on request.

    Bytes that are not text add a reason to `problems`, if it is given.
    """
    kind, texts = values.type, partial(texts_of, with_numbers=with_numbers, problems=problems)
    if isinstance(values, pa.ExtensionArray):
        yield from texts(values.storage)
    elif pa.types.is_dictionary(kind):
        yield from texts(values.dictionary)
    elif pa.types.is_struct(kind):
        for inner in values.flatten():
            yield from texts(inner)
    elif pa.types.is_map(kind):
        yield from texts(values.keys)
        yield from texts(values.items)
    elif is_any_list(kind):
        yield from texts(values.flatten())
    elif with_numbers or any(is_kind(kind) for is_kind in (*_TEXTS, *_BYTES)):
        for value in _different(values):
            yield from _decoded(value, problems) if isinstance(value, bytes) else (str(value),)


def _decoded(value: bytes, problems: list[str] | None) -> Iterator[str]:
    if problems is not None and NOT_TEXT not in problems and not is_text(value):
        problems.append(NOT_TEXT)
    yield from as_text(value)


def _different(values: pa.Array) -> Iterator[Any]:
    """The distinct values of a piece of an array at a time, so that few of them are Python's at once."""
    for start in range(0, len(values), _PIECE_VALUES):
        few = values.slice(start, _PIECE_VALUES)
        with suppress(pa.ArrowNotImplementedError):  # of views
            few = few.unique()
        _refuse_long(few)
        count = max(1, min(len(few), _PIECE_BYTES * len(few) // max(1, few.nbytes)))
        for place in range(0, len(few), count):
            yield from (value for value in set(few.slice(place, count).to_pylist()) if value is not None)


def _refuse_long(values: pa.Array) -> None:
    """Raises TooMuch if one of these texts is longer than a line may be."""
    with suppress(pa.ArrowNotImplementedError):
        if values.nbytes > _LONGEST and (pc.max(pc.binary_length(values)).as_py() or 0) > _LONGEST:
            raise TooMuch


def schema_texts(file: pq.ParquetFile) -> Iterator[str]:
    """The names of all columns, nested ones too, and the keys and values of metadata."""
    yield file.metadata.created_by or ""
    yield from _metadata_texts(file.metadata.metadata)
    yield from _metadata_texts(file.schema_arrow.metadata)
    waiting = [file.schema_arrow.field(index) for index in range(len(file.schema_arrow))]
    while waiting:
        field = waiting.pop()
        yield field.name
        yield from _metadata_texts(field.metadata)
        waiting += [field.type.field(index) for index in range(field.type.num_fields)]


def _metadata_texts(metadata: dict[bytes, bytes] | None) -> Iterator[str]:
    for pair in (metadata or {}).items():
        for one in pair:
            yield from as_text(one)
