"""A file of NDJSON. Each line is read in the fastest way that provably gives what the tolerant way gives."""

from collections.abc import Iterator
from itertools import chain
from typing import IO

import numpy as np
import pyarrow as pa

from resources.landing.layout import FileSplit, Layout
from resources.landing.readers.json_regular import fast_json
from resources.landing.readers.json_template import LineTemplate, sorted_out
from resources.landing.readers.json_tolerant import tolerant_json
from resources.landing.readers.lines import BOM, is_utf8, joined, line_blocks, lines_at, lines_of

_LINES_PER_PART = 512


def json_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The records of a split: lines by the template, the rest of a block as a whole or in parts, then line by line.

    If most lines of a block do not fit the template, all that are left are first tried as a whole: it may be regular.
    """
    first = split.start == 0
    template: LineTemplate | None = None
    for block in line_blocks(stream, split.start, split.end):
        lines = block.removeprefix(BOM) if first else block
        first = False
        lines, beyond_text = (lines, b"") if is_utf8(lines) else _ascii_lines(lines)
        template = template or LineTemplate.of(lines)
        usual, others = sorted_out(layout, split.name, lines, template) if template else (None, lines)
        if usual is not None:
            yield usual
        if len(others) > len(lines) // 2:
            template = None  # the next block may have another one
            whole = fast_json(layout, split.name, others)
            if whole is not None:
                yield whole
                others = b""
        for part in chain(_parts(others), _parts(beyond_text)):
            batch = fast_json(layout, split.name, part)
            yield tolerant_json(layout, split.name, part) if batch is None else batch


def _ascii_lines(block: bytes) -> tuple[bytes, bytes]:
    """The lines of a block that are ASCII, and all others."""
    lines = lines_of(block)
    is_ascii = np.ones(len(lines), bool)
    is_ascii[lines_at(lines, np.flatnonzero(np.frombuffer(block, np.uint8) > 127))] = False
    return joined(lines.filter(pa.array(is_ascii))), joined(lines.filter(pa.array(~is_ascii)))


def _parts(block: bytes) -> Iterator[bytes]:
    """The block in parts of some hundred lines, so that an odd line slows down only its neighbours."""
    lines = block.splitlines(keepends=True) if b"\r" not in block else block.split(b"\n")
    joint = b"" if b"\r" not in block else b"\n"
    for start in range(0, len(lines), _LINES_PER_PART):
        yield joint.join(lines[start : start + _LINES_PER_PART])
