"""A file of JSON lines, or of one JSON array.

Each record is read in the fastest way that provably gives what the tolerant way gives.
"""

from collections.abc import Callable, Iterator
from itertools import chain, islice, pairwise
from typing import IO

import numpy as np
import pyarrow as pa

from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout
from resources.landing.limits import UnknownNames
from resources.landing.readers.json.array import element_blocks
from resources.landing.readers.json.record import RecordReader, Row
from resources.landing.readers.json.regular import fast_json
from resources.landing.readers.json.template import LineTemplate, sorted_out
from resources.landing.readers.json.tolerant import batch_of, rows_of_elements, rows_of_lines
from resources.landing.readers.lines import (
    BOM,
    is_utf8,
    joined,
    line_blocks,
    lines_at,
    lines_of,
    with_line_feeds,
    without_blank_lines,
)

_LINES_PER_PART = 512
_Tolerant = Callable[[RecordReader, bytes], Iterator[Row]]


def json_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The records of a split of a file of JSON lines."""
    reader = _BlockReader(layout, split.name, rows_of_lines)
    is_first = split.start == 0
    for block in line_blocks(stream, split.start, split.end, layout.options.limits.line_bytes):
        yield from reader.batches(with_line_feeds(block.removeprefix(BOM) if is_first else block))
        is_first = False


def array_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The records of a file that is one JSON array."""
    reader = _BlockReader(layout, split.name, rows_of_elements)
    for block in element_blocks(split.name, stream, layout.options.limits.line_bytes):
        yield from reader.batches(block)


class _BlockReader:
    """Reads the blocks of one file: lines by the template, the rest as a whole or in parts, then line by line.

    If most lines of a block do not fit the template, the remaining ones are first tried as a whole: they may be regular.
    """

    def __init__(self, layout: Layout, name: str, tolerant: _Tolerant) -> None:
        self._layout, self._name, self._tolerant = layout, name, tolerant
        self._records = RecordReader(layout, UnknownNames(layout.options.limits, name))
        self._template: LineTemplate | None = None

    def batches(self, block: bytes) -> Iterator[pa.RecordBatch]:
        """The records on the lines of a block, which end in line feeds."""
        lines, beyond_text = (block, b"") if is_utf8(block) else _ascii_lines(block)
        usual, others = self._by_template(lines)
        others, beyond_text = without_blank_lines(others), without_blank_lines(beyond_text)
        if len(others) > len(lines) // 2:
            self._template = None  # the next block may have another one
            whole = self._several_on_a_line(others)
            whole = fast_json(self._layout, self._name, others, self._records) if whole is None else whole
            if whole is not None:
                yield whole
                others = b""
        if usual is not None:
            yield usual
        for part in chain(_parts(others), _parts(beyond_text)):
            batch = fast_json(self._layout, self._name, part, self._records)
            yield from [batch] if batch is not None else self._one_by_one(part)

    def _one_by_one(self, lines: bytes) -> Iterator[pa.RecordBatch]:
        """The records of lines that nothing is known of. A few bytes may be a record: so they are in several batches."""
        rows = self._tolerant(self._records, lines)
        while some := list(islice(rows, ROWS_A_BATCH)):
            yield batch_of(self._layout, self._name, some)

    def _by_template(self, lines: bytes) -> tuple[pa.RecordBatch | None, bytes]:
        self._template = self._template or LineTemplate.of(self._layout, lines, self._records)
        return sorted_out(self._layout, self._name, lines, self._template) if self._template else (None, lines)

    def _several_on_a_line(self, lines: bytes) -> pa.RecordBatch | None:
        """The records of lines that hold several objects each; None if one of them does not fit the template.

        If a line did not parse as a whole, or had the two brackets in a text, one of its parts would not fit.
        """
        if b"}{" not in lines:
            return None
        apart = lines.replace(b"}{", b"}\n{")
        template = LineTemplate.of(self._layout, apart, self._records)
        usual, others = sorted_out(self._layout, self._name, apart, template) if template else (None, lines)
        return None if others else usual


def _ascii_lines(block: bytes) -> tuple[bytes, bytes]:
    """The lines of a block that are ASCII, and all others."""
    lines = lines_of(block)
    is_ascii = np.ones(len(lines), bool)
    is_ascii[lines_at(lines, np.flatnonzero(np.frombuffer(block, np.uint8) > 127))] = False
    return joined(lines.filter(pa.array(is_ascii))), joined(lines.filter(pa.array(~is_ascii)))


def _parts(block: bytes) -> Iterator[bytes]:
    """The block in parts of a few hundred lines, so that an odd line slows down only its neighbours."""
    if block.isspace():
        return
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    cuts = [0, *ends[_LINES_PER_PART - 1 :: _LINES_PER_PART].tolist(), len(block)]
    for start, end in pairwise(cuts):
        if start < end:
            yield block[start:end]
