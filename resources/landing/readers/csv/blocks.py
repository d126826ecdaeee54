"""A block of a CSV file: lines that PyArrow reads as the parser would, and all other records."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from resources.landing.process_cache import ProcessCache
from resources.landing.readers.csv.header import Header
from resources.landing.readers.csv.text import Blocks, Record, RecordParser
from resources.landing.readers.lines import BOM, WHITE_SPACE, joined, lines_at, lines_of, with_line_feeds

_MOST_COLUMNS = 200
"""With more columns, lines with quotes are left to the parser: the pattern would become too large."""
_LARGEST_BLOCK = 1 << 30
"""PyArrow's CSV reader takes no block of 2 GiB, which is one line."""


class CsvBlock:
    """Some lines of a file. `odd_records` comes first: it finds out which lines are records of their own."""

    def __init__(self, header: Header, parser: RecordParser, data: bytes) -> None:
        if b"\r" in data and b'"' not in data and data.count(b"\r") > data.count(b"\r\n"):
            data = with_line_feeds(data)
        self._header, self._parser, self._data = header, parser, data
        self._lines = lines_of(data)
        self._is_regular = self._regular_lines()

    def odd_records(self, blocks: Blocks) -> Iterator[Record]:
        """The records of lines that are not regular, and of those that they go on in, which then are not regular either.

        The last one may go on in the `blocks` that follow.
        """
        rest, end, count = "", 0, len(self._lines)
        odd = np.flatnonzero(~self._is_regular)
        runs = np.split(odd, np.flatnonzero(np.diff(odd) != 1) + 1) if len(odd) else []
        for run in runs:  # neighbours are parsed together
            start, end = max(end, int(run[0])), max(end, int(run[-1]) + 1)
            rest = yield from self._parser.records(rest + self._text(start, end))
            more = 1
            while rest and end < count:
                start, end = end, min(end + more, count)
                self._is_regular[start:end] = False
                rest = yield from self._parser.records(rest + self._text(start, end))
                more *= 2
        if rest:
            yield self._parser.first_record(rest, blocks)

    def regular_lines(self) -> tuple[bytes, int]:
        """The lines that are one record each, and how many they are."""
        if self._is_regular.all():
            return self._data, len(self._lines)
        return joined(self._lines.filter(pa.array(self._is_regular))), int(self._is_regular.sum())

    def _text(self, start: int, end: int) -> str:
        bounds = np.frombuffer(self._lines.buffers()[1], np.int64)
        return self._data[bounds[start] : bounds[end]].decode()

    def _regular_lines(self) -> Any:
        """Which lines are records of their own, with as many fields as the header and without anything to unescape."""
        data, lines, separator = self._data, self._lines, self._header.separator
        if not separator.isascii() or len(data) > _LARGEST_BLOCK:
            return np.zeros(len(lines), bool)
        breaks = len(self._header.written) - 1
        regular = pc.equal(pc.count_substring(lines, separator), breaks)
        if b'"' in data:
            quoted = self._quoted_lines()
            fits = pc.match_substring_regex(lines.filter(quoted), _quoted_line(separator, breaks))
            regular = pc.replace_with_mask(regular, quoted, fits)
            if b"\r" in data:
                regular = pc.and_not(regular, pc.match_substring_regex(lines, r"\r(?:[^\n]|\z)"))
        if b"\0" in data:
            regular = pc.and_not(regular, pc.match_substring_regex(lines, r"\x00"))
        # At a block's beginning, PyArrow takes it for the file's. One byte is found fast.
        if BOM[:1] in data and BOM in data:
            regular = pc.and_not(regular, pc.starts_with(lines, BOM))
        if separator in WHITE_SPACE:  # a line may be blank and yet have all its separators
            regular = pc.and_(regular, pc.match_substring_regex(lines, "[!-~]"))
        return regular.to_numpy(zero_copy_only=False).copy()

    def _quoted_lines(self) -> pa.Array:
        """Which lines hold a quote. A few quotes are looked up faster than each line is searched."""
        quotes = np.flatnonzero(np.frombuffer(self._data, np.uint8) == ord('"'))
        if len(quotes) > len(self._lines):
            return pc.match_substring(self._lines, '"')
        found = np.zeros(len(self._lines), bool)
        found[lines_at(self._lines, quotes)] = True
        return pa.array(found)


@ProcessCache
def _quoted_line(separator: str, breaks: int) -> str:
    """A pattern of lines whose quoted fields hold no quotes, nothing that could be an escape, and no line break."""
    if breaks >= _MOST_COLUMNS:
        return r"[^\x00-\xff]"
    apart = re.escape(separator)
    field = rf'(?:"(?:[^"\\\r\n]|\\[^"\\\r\n])*"|[^"\r\n{apart}]*)'
    return rf"\A{field}(?:{apart}{field}){{{breaks}}}\r?\n?\z"


def columns_of(header: Header, lines: bytes, count: int) -> pa.RecordBatch | None:
    """The fields of regular lines; None unless PyArrow finds `count` records."""
    columns = [str(place) for place in range(len(header.written))]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(lines),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(lines) + 1, column_names=columns),
            pyarrow.csv.ParseOptions(
                delimiter=header.separator, quote_char='"' if b'"' in lines else False, double_quote=False
            ),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table.combine_chunks().to_batches()[0] if len(table) == count else None
