"""A parquet file: every column as text, nested values as JSON."""

import json
from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout, check_needed


def parquet_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The rows of a file, batch by batch. A column that the file lacks is null."""
    file = pyarrow.parquet.ParquetFile(stream)
    top = file.schema_arrow.names
    envelope = layout.envelope if layout.envelope in top else None
    inner = [field.name for field in file.schema_arrow.field(envelope).type] if envelope else []
    check_needed(layout, split, [*top, *inner])
    wanted = [name for _, name in layout.fields if name in top] + ([envelope] if envelope else [])
    for batch in file.iter_batches(batch_size=ROWS_A_BATCH * 4, columns=wanted):
        arrays = [pa.repeat(pa.scalar(split.name, pa.string()), len(batch))]
        for _, name in layout.fields:
            if envelope and name in layout.nested and name in inner:
                values = pc.struct_field(batch.column(envelope), name)
            elif name in top:
                values = batch.column(name)
            else:
                values = pa.nulls(len(batch), pa.string())
            arrays.append(_text_of(values))
        arrays += [pa.nulls(len(batch), pa.string())] * 2
        yield pa.RecordBatch.from_arrays(arrays, schema=layout.schema)


def _text_of(values: pa.Array) -> pa.Array:
    """Any parquet column as text; numbers equal in value."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _text_of(values.dictionary_decode())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _json_of_lists(values)
    if pa.types.is_struct(kind) or pa.types.is_map(kind):
        return _json_of(values)
    if pa.types.is_timestamp(kind):
        text = pc.replace_substring_regex(values.cast(pa.string()), r"(\.[0-9]*?)0+(Z?)$", r"\1\2")
        return pc.replace_substring_regex(text, r"\.?Z?$", "")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        decoded = [None if v is None else v.decode(errors="backslashreplace") for v in values.to_pylist()]
        return pa.array(decoded, pa.string())
    text = values.cast(pa.string())
    return text if _is_valid(text) else _text_of(text.cast(pa.binary()))


def _json_of_lists(values: pa.Array) -> pa.Array:
    """Lists as JSON array text. Days repeat the same few lists, so each is written once."""
    if pa.types.is_nested(values.type.value_type):
        return _json_of(values)
    known: dict[tuple[Any, ...], str] = {}
    texts: list[str | None] = []
    for items in values.to_pylist():
        if items is None:
            texts.append(None)
            continue
        key = tuple(items)
        if key not in known:
            known[key] = _dumps(items)
        texts.append(known[key])
    return pa.array(texts, pa.string())


def _json_of(values: pa.Array) -> pa.Array:
    """Nested values as JSON text."""
    return pa.array([None if value is None else _dumps(value) for value in values.to_pylist()], pa.string())


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _is_valid(text: pa.Array) -> bool:
    """Whether a text column really holds text: parquet does not make sure."""
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
