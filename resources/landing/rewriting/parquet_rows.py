"""A parquet file without its erased rows: the same columns, types, row groups and compression."""

import json
from collections.abc import Callable
from itertools import accumulate
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from resources.errors import NotRewritable, Where
from resources.landing.layout import FileSplit, Layout
from resources.landing.limits import BATCH_BYTES
from resources.landing.opening import opened
from resources.landing.readers.parquet.lists import kind_without_views, without_views
from resources.landing.readers.parquet.rows import rows_of_batch
from resources.landing.readers.parquet.schema import checked_columns
from resources.landing.readers.parquet.sizes import opened_parquet, sized_batches
from resources.landing.rewriting.dictionaries import without_dictionaries
from resources.landing.rewriting.erased import ErasedRecords, erased_places

_HELD_BYTES = 4 * BATCH_BYTES
"""A row group whose rows take more memory than this is written as several."""
_KIND = ("Type", "isAdjustedToUTC", "timeUnit", "precision", "scale", "bitWidth", "isSigned")
"""What a column's logical type says about its values. The rest is how a writer came by it."""


def write_kept_rows(layout: Layout, split: FileSplit, sink: IO[bytes], erased: ErasedRecords) -> None:
    """Writes the rows of a file that stay. Statistics and dictionaries are made again, from those."""
    with opened(split) as stream:
        file = opened_parquet(stream)
        schema = _without_views(file.schema_arrow)
        columns = checked_columns(layout, split, schema)
        ends = {*accumulate(file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups))}
        plain = without_dictionaries(schema)
        with pq.ParquetWriter(sink, plain, version="2.6", compression=_codec(file), store_schema=False) as writer:
            writer.add_key_value_metadata(file.metadata.metadata or {})  # with Arrow's own types, if they are in it
            kept = _RowGroup(writer, plain)
            done = 0
            for batch in sized_batches(layout, split, stream):

                def has_erased(start: int, end: int, batch: pa.RecordBatch = batch) -> bool:
                    return erased.any(rows_of_batch(columns, split, batch.slice(start, end - start)))

                def is_erased(place: int, has_erased: Callable[[int, int], bool] = has_erased) -> bool:
                    return has_erased(place, place + 1)

                gone = set(erased_places(len(batch), has_erased, is_erased))
                kept.add(batch.filter(pa.array([place not in gone for place in range(len(batch))], pa.bool_())))
                done += len(batch)
                if done in ends:
                    kept.end()


class _RowGroup:
    """The rows of a row group until they are written."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._writer, self._schema = writer, schema
        self._tables: list[pa.Table] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Takes rows, and writes what there is when it is too much to hold."""
        rows = pa.table([without_views(column) for column in batch.columns], names=batch.schema.names)
        self._tables.append(rows.cast(self._schema))
        if sum(table.nbytes for table in self._tables) > _HELD_BYTES:
            self.end()

    def end(self) -> None:
        """Writes the rows."""
        rows = pa.concat_tables(self._tables) if self._tables else ()
        if len(rows):
            self._writer.write_table(rows, row_group_size=len(rows))
        self._tables = []


def _without_views(schema: pa.Schema) -> pa.Schema:
    """A schema with lists in place of their views, which are the same in a parquet file."""
    for place, field in enumerate(schema):
        schema = schema.set(place, field.with_type(kind_without_views(field.type)))
    return schema


def require_same_footer(landed: FileSplit, written: FileSplit) -> None:
    """Raises NotRewritable if a file was written with other types or another compression than it landed with."""
    footers = []
    for split in (landed, written):
        with opened(split) as stream:
            file = opened_parquet(stream)
            columns = [_described(file.schema.column(place)) for place in range(len(file.schema))]
            footers.append((columns, _codecs(file)))
    (columns, codecs), (new_columns, new_codecs) = footers
    if columns != new_columns:
        raise NotRewritable("the types of its columns can't be kept", where=Where(file=landed.name))
    if len(codecs) > 1 or not new_codecs <= codecs:
        raise NotRewritable("the compression of its columns can't be kept", where=Where(file=landed.name))


def _described(column: Any) -> tuple[Any, ...]:
    logical = json.loads(column.logical_type.to_json())
    kind = tuple(logical.get(name) for name in _KIND)
    levels = (column.max_definition_level, column.max_repetition_level)
    return column.path, column.physical_type, column.length, *levels, kind


def _codecs(file: pq.ParquetFile) -> set[str]:
    groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
    return {group.column(place).compression for group in groups for place in range(group.num_columns)}


def _codec(file: pq.ParquetFile) -> str:
    """The compression of a file, as its first column has it."""
    groups = file.metadata.num_row_groups
    codec = file.metadata.row_group(0).column(0).compression if groups else "SNAPPY"
    return "NONE" if codec == "UNCOMPRESSED" else str(codec)
