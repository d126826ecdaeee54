"""A CSV file: regular lines by PyArrow, all other records one by one."""

from collections.abc import Iterator
from typing import IO

import pyarrow as pa

from resources.landing.layout import FileSplit, Layout
from resources.landing.readers.csv.blocks import CsvBlock, columns_of
from resources.landing.readers.csv.header import parser_of, read_header
from resources.landing.readers.csv.rows import row_batches, rows_of
from resources.landing.readers.csv.text import Blocks
from resources.landing.readers.lines import BOM, line_blocks


def csv_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The records below the header, in any order.

    Raises LandingError for a header that can't be used, and for escapes within quoted fields that are not expected.
    """
    blocks = Blocks(_without_mark(line_blocks(stream, longest=layout.options.limits.line_bytes)))
    header = read_header(layout, split, blocks)
    if header is None:
        return
    parser = parser_of(layout, split, header.separator)
    for data in blocks:
        block = CsvBlock(header, parser, data)
        yield from row_batches(header, block.odd_records(blocks))
        lines, count = block.regular_lines()
        if lines:
            columns = columns_of(header, lines, count)
            if columns is not None:
                yield from rows_of(header, columns)
            else:
                yield from row_batches(header, parser.records(lines.decode()))


def _without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks of a file without the byte order mark at its start."""
    yield next(blocks, b"").removeprefix(BOM)
    yield from blocks
