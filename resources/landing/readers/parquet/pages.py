"""What the pages of a Parquet file hold, by their headers, so that memory is bounded before PyArrow reads a row.

Sizes in the footer are what a writer says; those in the headers of pages are what a reader unpacks. A few bytes may stand
for much: a dictionary's text that every row names, a text that begins as the one before, a run of the same value in a list.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, NamedTuple

import numpy as np
import pyarrow as pa

from resources.landing.readers.parquet.thrift import Struct, struct_of

_LARGEST_PAGE = 1 << 30
_HEADER_BYTES = 512
_LONGEST_HEADER = 16 << 20
_TEXT = 6
"""The physical type BYTE_ARRAY."""
_DICTIONARY_PAGE, _DATA_PAGES = 2, {0: (5, 2), 3: (8, 4)}
"""Types of pages. For those of data: the fields of the header that has the values, and of their encoding in it."""
_BY_PREFIX, _BY_DICTIONARY = 7, (2, 8)
"""Encodings: DELTA_BYTE_ARRAY; PLAIN_DICTIONARY and RLE_DICTIONARY."""
_CODECS = {0: None, 1: "snappy", 2: "gzip", 4: "brotli", 6: "zstd", 7: "lz4_raw"}
_SHORT = 4096
"""A dictionary whose texts can't be longer is not looked at."""
_MOST_AT_ONCE = 64 << 20
"""The bytes of a dictionary up to which its lengths are looked for at once, which takes several times its memory."""
_LENGTH = "<I"  # not a struct.Struct: what is sent to the executors of a cluster must be picklable


@dataclass(frozen=True)
class ColumnSize:
    """What a column has in one row group.

    `densest` is the most bytes per value of a page, `longest` a length that no text of its dictionaries exceeds, `prefixed`
    one that no text exceeds which is written by its difference from the one before, `largest` the bytes of a page.
    """

    values: int = 0
    unpacked: int = 0
    densest: int = 0
    longest: int = 0
    prefixed: int = 0
    largest: int = 0


class GroupSize(NamedTuple):
    """A row group: its rows, and its columns in the order of the schema."""

    rows: int
    columns: Sequence[ColumnSize]


class _Page(NamedTuple):
    header: Struct
    data: int
    packed: int
    unpacked: int


def footer_bytes(stream: IO[bytes]) -> int:
    """The size of a file's footer. Raises ValueError if the file has no room for it."""
    end = stream.seek(0, 2)
    size = int(struct.unpack_from(_LENGTH, _read(stream, end - 8, 8, end))[0])
    if size > end - 8:
        raise ValueError("the footer begins before the file")
    return size


def group_sizes(stream: IO[bytes]) -> list[GroupSize]:
    """The row groups of a file. Raises ValueError if it is damaged."""
    end, size = stream.seek(0, 2), footer_bytes(stream)
    footer, _ = struct_of(_read(stream, end - 8 - size, size, end))
    try:
        return [
            GroupSize(_count(group, 3), [_column(stream, chunk, end) for chunk in group[1]])
            for group in _structs(footer.get(4))
        ]
    except (TypeError, AttributeError, KeyError, OverflowError):
        # Any field of a header may have a value of any type: a list for a number, a number for a struct.
        raise ValueError("a header has a value of another type") from None


def _column(stream: IO[bytes], chunk: Struct, end: int) -> ColumnSize:
    meta = chunk.get(3)
    if not isinstance(meta, dict):
        raise ValueError("a column is not described")
    is_text, codec = meta.get(1) == _TEXT, _CODECS.get(meta.get(4, -1), "")
    values = unpacked = densest = longest = prefixed = largest = 0
    for page in _pages(stream, meta, end):
        kind = page.header[1]
        largest = max(largest, page.unpacked)
        if kind == _DICTIONARY_PAGE:
            longest = max(longest, _longest_text(stream, page, codec, end) if is_text else 0)
            continue
        place, encoding_place = _DATA_PAGES[kind]
        count = _count(page.header.get(place), 1)
        values += count
        unpacked += page.unpacked
        encoding = page.header[place].get(encoding_place)
        if is_text and encoding == _BY_PREFIX:
            prefixed = max(prefixed, page.unpacked)  # a page begins with a whole text, and no text is longer than it
        elif encoding not in _BY_DICTIONARY:
            densest = max(densest, page.unpacked // max(1, count))
    return ColumnSize(values, unpacked, densest, longest, prefixed, largest)


def _pages(stream: IO[bytes], meta: Struct, end: int) -> Iterator[_Page]:
    """The pages of a column that PyArrow reads: those of a dictionary and of data."""
    left, place = _count(meta, 5), _count(meta, 9)
    if 0 < _count(meta, 11, 0) < place:
        place = _count(meta, 11)
    while left > 0:
        header, length = _header(stream, place, end)
        packed, unpacked = _count(header, 3), _count(header, 2)
        if place + length + packed > end:
            raise ValueError("a page ends behind the file")
        if unpacked > _LARGEST_PAGE:
            raise ValueError("a page is too large")
        kind = header.get(1)
        if kind in _DATA_PAGES:
            left -= _count(header.get(_DATA_PAGES[kind][0]), 1)
        if kind in _DATA_PAGES or kind == _DICTIONARY_PAGE:
            yield _Page(header, place + length, packed, unpacked)
        place += length + packed


def _header(stream: IO[bytes], place: int, end: int) -> tuple[Struct, int]:
    """The header of the page at a place, and its length. It may have statistics, with values of any length."""
    count = _HEADER_BYTES
    while True:
        data = _read(stream, place, min(count, end - place), end)
        try:
            return struct_of(data)
        except ValueError:
            if len(data) < count or count >= _LONGEST_HEADER:
                raise
        count *= 8


def _longest_text(stream: IO[bytes], page: _Page, codec: str | None, end: int) -> int:
    """The length of the longest text of a dictionary, or an upper bound of it."""
    count = _count(page.header.get(7), 1)
    most = max(0, page.unpacked - 4 * count)
    if most <= _SHORT or codec == "":
        return most
    data = _read(stream, page.data, page.packed, end)
    if codec:
        data = pa.decompress(data, page.unpacked, codec, asbytes=True)
    first = struct.unpack_from(_LENGTH, data)[0] if len(data) >= 4 else 0
    if count * (4 + first) == len(data):
        lengths = np.ndarray((count,), "<u4", data, 0, (4 + first,))
        if (lengths == first).all():
            return int(first)
    longest = _longest_of_short(data, count) if len(data) <= _MOST_AT_ONCE else None
    return _longest_of(data, count) if longest is None else longest


def _longest_of_short(data: bytes, count: int) -> int | None:
    """As `_longest_of`, for all texts at once, where each is shorter than 256 bytes and has no zeros; otherwise None.

    The length of such a text is a byte and three zeros. If each place with three zeros is where the text before ends, these
    are the lengths.
    """
    found = np.frombuffer(data, np.uint8)
    zero = found == 0
    places = np.flatnonzero(zero[1:-2] & zero[2:-1] & zero[3:])
    if not count or len(places) != count:
        return None
    ends = places + 4 + found[places]
    if places[0] == 0 and ends[-1] == len(data) and (places[1:] == ends[:-1]).all():
        return int(found[places].max())
    return None


def _longest_of(data: bytes, count: int) -> int:
    """The length of the longest of consecutive texts, each of which follows its length."""
    length_at = partial(struct.unpack_from, _LENGTH)
    place = longest = 0
    try:
        for _ in range(count):
            (length,) = length_at(data, place)
            place += 4 + length
            if length > longest:
                longest = length
    except struct.error:
        raise ValueError("a dictionary ends early") from None
    return int(longest)


def _read(stream: IO[bytes], place: int, count: int, end: int) -> bytes:
    if place < 0 or count < 0 or place + count > end:
        raise ValueError("a place is not in the file")
    stream.seek(place)
    data = stream.read(count)
    if len(data) < count:
        raise ValueError("the file ends early")
    return data


def _structs(found: Any) -> list[Struct]:
    if not isinstance(found, list) or not all(
        isinstance(group, dict)
        and isinstance(group.get(1), list)
        and all(isinstance(chunk, dict) for chunk in group[1])
        for group in found
    ):
        raise ValueError("the footer does not describe the file")
    return found


def _count(header: Any, place: int, otherwise: int = -1) -> int:
    found = header.get(place, otherwise) if isinstance(header, dict) else -1
    if not isinstance(found, int) or found < 0:
        raise ValueError("a header lacks a count")
    return found
