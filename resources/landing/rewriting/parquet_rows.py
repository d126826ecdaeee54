"""A parquet file without its erased rows: the same columns, types, row groups and compression."""

from collections.abc import Callable
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from resources.landing.layout import FileSplit, Layout
from resources.landing.opening import opened
from resources.landing.readers.parquet.rows import rows_of_batch
from resources.landing.readers.parquet.schema import checked_columns
from resources.landing.readers.parquet.sizes import opened_parquet
from resources.landing.rewriting.erased import ErasedRecords, erased_places

_ROWS_AT_ONCE = 16_384


def write_kept_rows(layout: Layout, split: FileSplit, sink: IO[bytes], erased: ErasedRecords) -> None:
    """Writes the rows of a file that stay. Statistics are made anew, from those."""
    with opened(split) as stream:
        file = opened_parquet(stream)
        schema = file.schema_arrow
        columns = checked_columns(layout, split, schema)
        with pq.ParquetWriter(sink, schema, version="2.6", compression=_codec(file)) as writer:
            for number in range(file.metadata.num_row_groups):
                kept: list[pa.RecordBatch] = []
                for batch in file.iter_batches(_ROWS_AT_ONCE, [number]):

                    def has_erased(start: int, end: int, batch: pa.RecordBatch = batch) -> bool:
                        return erased.any(rows_of_batch(columns, split, batch.slice(start, end - start)))

                    def is_erased(place: int, has_erased: Callable[[int, int], bool] = has_erased) -> bool:
                        return has_erased(place, place + 1)

                    gone = set(erased_places(len(batch), has_erased, is_erased))
                    kept.append(batch.filter(pa.array([place not in gone for place in range(len(batch))], pa.bool_())))
                rows = pa.Table.from_batches(kept, schema)
                if len(rows):
                    writer.write_table(rows, row_group_size=len(rows))


def _codec(file: pq.ParquetFile) -> str:
    """The compression of a file, as its first column has it."""
    groups = file.metadata.num_row_groups
    codec = file.metadata.row_group(0).column(0).compression if groups else "SNAPPY"
    return "NONE" if codec == "UNCOMPRESSED" else str(codec)
