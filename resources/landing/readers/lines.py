"""Bytes to blocks of whole lines."""

import re
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa

from resources.landing.limits import LandingLimits, TooLong

BLOCK_BYTES = 8 << 20
"""Bytes to read at a time: enough for the fast path to pay off, few enough for many readers at once."""
_NEAR = 64 << 10
_BLANK_LINES = re.compile(rb"\n{2,}")
BOM = b"\xef\xbb\xbf"
# White_Space of Unicode: the same list as in c360_assets/text/normalise.py, as a test makes sure.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def line_blocks(
    stream: IO[bytes], start: int = 0, end: int | None = None, longest: int = LandingLimits.line_bytes
) -> Iterator[bytes]:
    """The lines that begin in [start, end), in blocks that end where a line ends: at a line feed, or a carriage return.

    A block ends at a carriage return only if no line feed is in it. Raises TooLong for a line that is longer than
    `longest`: within blocks that are shorter there is none, and nothing to look for.
    """
    position = start
    if start:
        stream.seek(start - 1)
        position = start - 1 + len(_to_line_end(stream, start - 1, longest))
        stream.seek(position)
    rest: list[bytes] = []
    waiting = 0
    while end is None or position < end:
        size = BLOCK_BYTES if end is None else min(BLOCK_BYTES, end - position)
        block = stream.read(size)
        if not block:
            break
        position += len(block)
        if end is not None and position >= end and not block.endswith((b"\n", b"\r")):
            block += _to_line_end(stream, position, longest)
        cut = (block.rfind(b"\n") + 1) or (block.rfind(b"\r") + 1)
        if not cut:
            rest.append(block)
            waiting += len(block)
            if waiting > longest:
                raise TooLong(longest, position)
            continue
        yield _bounded(b"".join([*rest, memoryview(block)[:cut]]), position - len(block) + cut, longest)
        rest = [block[cut:]] if cut < len(block) else []
        waiting = len(block) - cut
    if rest:
        yield _bounded(b"".join(rest), position, longest)


def _bounded(block: bytes, end: int, longest: int) -> bytes:
    """The block. Raises TooLong if a line in it is longer than that; it ends at this position of the file."""
    if len(block) > longest:
        codes = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero((codes == ord("\n")) | (codes == ord("\r"))) + 1
        lengths = np.diff(ends, prepend=0, append=len(block))
        if lengths.max() > longest:
            begins = int(lengths[: int(np.argmax(lengths > longest))].sum())
            raise TooLong(longest, end - len(block) + begins)
    return block


def _to_line_end(stream: IO[bytes], position: int, longest: int) -> bytes:
    """The bytes up to the end of the line that a stream is in, at a position. Where the stream is afterwards is not defined.

    Raises TooLong if they are more than a line may have.
    """
    found: list[bytes] = []
    length = 0
    while more := stream.read(_NEAR):
        length += len(more)
        if length > longest + _NEAR:
            raise TooLong(longest, position)
        ends = [place + 1 for place in (more.find(b"\n"), more.find(b"\r")) if place >= 0]
        found.append(more[: min(ends, default=len(more))])
        if ends:
            break
    return b"".join(found)


def with_line_feeds(block: bytes) -> bytes:
    """The same lines, each ended by a line feed, whatever ended it. There may be more lines without anything on them."""
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block


def without_blank_lines(block: bytes) -> bytes:
    """The lines of a block, with runs of empty lines cut to one, since empty lines are not records and take time."""
    return _BLANK_LINES.sub(b"\n", block) if b"\n\n\n" in block else block


def lines_of(block: bytes) -> pa.Array:
    """The lines of a block with their line feeds, as binary values that share its bytes."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    offsets = pa.py_buffer(np.concatenate([[0], ends]).astype(np.int64))
    return pa.Array.from_buffers(pa.large_binary(), len(ends), [None, offsets, pa.py_buffer(block)])


def joined(lines: pa.Array) -> bytes:
    """Lines as one block again."""
    return bytes(lines.buffers()[2] or b"") if len(lines) else b""


def count_lines(block: bytes) -> int:
    """Lines of a block; the last one may lack its line feed."""
    return block.count(b"\n") + (not block.endswith(b"\n"))


def lines_at(lines: pa.Array, places: Any) -> Any:
    """Which lines of a block the bytes at these positions belong to."""
    ends = np.frombuffer(lines.buffers()[1], np.int64)[1:]
    return np.searchsorted(ends, places, side="right")


def is_utf8(block: bytes) -> bool:
    """Whether all of a block is text. PyArrow finds out five times as fast as decoding it, without a copy."""
    if block.isascii():
        return True
    offsets = pa.py_buffer(np.array([0, len(block)], np.int64))
    text = pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(block)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
