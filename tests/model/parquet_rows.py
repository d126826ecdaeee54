"""The rows of a parquet file, each value as JSON would have it."""

import io
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .fields import Columns, Names
from .json_text import Number
from .opened import RefusedError
from .options import Options

IDS = ("user_id", "eventID", "contract", "Contract", "Mac", "_id")


def rows(data: bytes, names: Names, needed: Sequence[str], options: Options) -> Iterator[dict[str, Any]]:
    """Each row as an object."""
    try:
        table = _read(pq.ParquetFile(io.BytesIO(data)))
    except (pa.ArrowException, OSError, EOFError) as error:
        raise RefusedError("is cut off or damaged") from error
    _require(table.schema, names, needed, options)
    columns = [(field.name, _values(column, field.name, names)) for field, column in _pairs(table)]
    for place in range(table.num_rows):
        yield Columns((name, values[place]) for name, values in columns)


def _read(file: pq.ParquetFile) -> pa.Table:
    """All rows. Each row group by itself: PyArrow can't join some nested columns of several."""
    groups = [file.read_row_group(number) for number in range(file.num_row_groups)]
    return pa.concat_tables(groups) if groups else file.read()


def _pairs(table: pa.Table) -> list[tuple[pa.Field, pa.ChunkedArray]]:
    return list(zip(table.schema, table.columns, strict=True))


def _require(schema: pa.Schema, names: Names, needed: Sequence[str], options: Options) -> None:
    """All the needed columns, once each: in the row, or in an envelope; what a text holds shows later."""
    if any(field.name in options.envelopes and _may_hold_an_object(field.type) for field in schema):
        return
    for level in _levels(schema, options):
        found = [names.of(field, level) for field in needed]
        if None not in found:
            if any(level.count(name) > 1 for name in found):
                raise RefusedError("has a needed column twice")
            return
    raise RefusedError("lacks a needed column")


def _levels(schema: pa.Schema, options: Options) -> list[list[str]]:
    """The names at each level: those of the columns, and those in each envelope of the schema."""
    inner = [field for field in schema if field.name in options.envelopes and pa.types.is_struct(field.type)]
    return [schema.names, *([part.name for part in field.type] for field in inner)]


def has_columns(data: bytes, names: Names, needed: Sequence[str], options: Options) -> bool:
    """Whether the schema has the needed columns, whatever the rows hold."""
    levels = _levels(pq.ParquetFile(io.BytesIO(data)).schema_arrow, options)
    return any(all(names.of(field, level) is not None for field in needed) for level in levels)


def _may_hold_an_object(kind: pa.DataType) -> bool:
    """Whether only the values show which fields there are: those of texts, bytes and maps."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    texts = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return texts or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_map(kind)


def _values(column: pa.ChunkedArray, name: str, names: Names) -> list[Any]:
    is_id = any(names.of(known, [name]) for known in IDS[:-1]) or name == "_id"
    return [json_value(value, column.type, is_id, names) for value in column.to_pylist()]


def json_value(value: Any, kind: pa.DataType, is_id: bool, names: Names) -> Any:
    """A value of parquet as JSON has it: null, text, number, true or false, list, object."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if pa.types.is_map(kind):
        return {str(json_value(key, kind.key_type, False, names)): json_value(inner, kind.item_type, False, names)
                for key, inner in value}  # fmt: skip
    if isinstance(value, dict):
        is_envelope = True  # an id within an envelope is an id as well
        return {
            part.name: json_value(
                value[part.name], part.type, is_envelope and any(names.of(one, [part.name]) for one in IDS), names
            )
            for part in kind
        }
    if isinstance(value, list):
        return [json_value(inner, kind.value_type, False, names) for inner in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return _scalar(value, is_id)


def _scalar(value: Any, is_id: bool) -> Any:
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return Number(str(int(value)) if is_id and value.is_integer() else repr(value))
    if isinstance(value, datetime):
        zone = "+00:00" if value.tzinfo else ""
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        # Nanoseconds are left out: a time has six digits of a fraction, or none.
        return datetime.combine(value.date(), value.time()).isoformat(" ") + zone
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, Decimal)):
        return Number(str(value))
    if isinstance(value, timedelta):
        return Number(str(value // timedelta(seconds=1)))
    return str(value)
