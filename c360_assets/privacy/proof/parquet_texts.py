"""The texts of a parquet file: those of its columns, however they are stored, and those of its schema."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from c360_assets.privacy.proof.decoding import as_text
from c360_assets.privacy.proof.forms import NOT_TEXT
from c360_assets.privacy.proof.text_check import is_text

_LISTS = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
_LIST_VIEWS = (pa.types.is_list_view, pa.types.is_large_list_view)
_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_BYTES = (
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
)


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
    elif any(is_list(kind) for is_list in (*_LISTS, *_LIST_VIEWS)):
        yield from texts(values.flatten())
    elif with_numbers or any(is_kind(kind) for is_kind in (*_TEXTS, *_BYTES)):
        for value in _different(values):
            yield from _decoded(value, problems) if isinstance(value, bytes) else (str(value),)


def _decoded(value: bytes, problems: list[str] | None) -> Iterator[str]:
    if problems is not None and not is_text(value):
        problems.append(NOT_TEXT)
    yield from as_text(value)


def _different(values: pa.Array) -> Iterator[Any]:
    try:
        few = values.unique()
    except pa.ArrowNotImplementedError:  # of views
        few = values
    return (value for value in set(few.to_pylist()) if value is not None)


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
