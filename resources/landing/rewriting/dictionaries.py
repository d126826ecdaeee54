"""The dictionaries of a parquet file: a writer may leave texts in them that no row names, such as unused categories."""

from collections.abc import Iterator
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

from resources.landing.layout import ROWS_A_BATCH
from resources.landing.readers.parquet.lists import is_any_list
from resources.landing.readers.parquet.sizes import opened_parquet


def unnamed_texts(stream: IO[bytes]) -> Iterator[str]:
    """The texts in a file's dictionaries that no row of their row group names."""
    file = opened_parquet(stream)
    columns = [file.schema.column(place) for place in range(len(file.schema))]
    texts = [column.path for column in columns if column.physical_type == "BYTE_ARRAY"]
    if not texts:
        return
    file = opened_parquet(stream, texts)
    for number in range(file.metadata.num_row_groups):
        found: dict[int, tuple[pa.Array, set[int]]] = {}
        for batch in file.iter_batches(ROWS_A_BATCH, [number], columns=texts):
            for place, values in enumerate(_in_dictionaries(batch.columns)):
                known = found.get(place)
                if known is None or not known[0].equals(values.dictionary):
                    yield from _unnamed(known)
                    known = found[place] = (values.dictionary, set())
                known[1].update(pc.unique(values.indices).to_pylist())
        for known in found.values():
            yield from _unnamed(known)


def _in_dictionaries(columns: list[pa.Array]) -> Iterator[pa.DictionaryArray]:
    """The arrays with a dictionary that columns are made of, always in the same order."""
    for values in columns:
        kind = values.type
        if pa.types.is_dictionary(kind):
            yield values
        elif pa.types.is_struct(kind):
            yield from _in_dictionaries(values.flatten())
        elif pa.types.is_map(kind):
            yield from _in_dictionaries([values.keys, values.items])
        elif is_any_list(kind):
            yield from _in_dictionaries([values.flatten()])


def _unnamed(known: tuple[pa.Array, set[int]] | None) -> Iterator[str]:
    if known is None or len(known[0]) == len(known[1] - {None}):
        return
    for place, value in enumerate(known[0].to_pylist()):
        if value is not None and place not in known[1]:
            yield value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def without_dictionaries(schema: pa.Schema) -> pa.Schema:
    """A schema whose texts are not in dictionaries, at any depth: then a writer makes them, of what the rows name."""
    for place, field in enumerate(schema):
        schema = schema.set(place, field.with_type(_plain(field.type)))
    return schema


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_struct(kind):
        return pa.struct([inner.with_type(_plain(inner.type)) for inner in kind])
    if pa.types.is_map(kind):
        return pa.map_(*(part.with_type(_plain(part.type)) for part in (kind.key_field, kind.item_field)))
    if pa.types.is_list(kind):
        return pa.list_(_plain_item(kind))
    if pa.types.is_large_list(kind):
        return pa.large_list(_plain_item(kind))
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(_plain_item(kind), kind.list_size)
    return kind


def _plain_item(kind: pa.DataType) -> pa.Field:
    item: pa.Field = kind.value_field
    return item.with_type(_plain(item.type))
