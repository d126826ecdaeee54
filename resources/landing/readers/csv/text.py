"""The text of a CSV file as records (RFC 4180), whatever it holds."""

import csv
import io
import re
import sys
from collections.abc import Generator, Iterator
from itertools import islice
from typing import NamedTuple

from resources.errors import LandingError, Where
from resources.landing.limits import LandingLimits, TooLong
from resources.landing.readers.lines import WHITE_SPACE, is_utf8

_MOST_BLOCKS = 4
_LOOKED_AT = 64 << 10
"""Bytes that are looked at together for what is not text."""
_LINE_BREAK = re.compile(r"\r\n?|\n|\Z")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n?|\n|\Z)")


class Record(NamedTuple):
    """The fields of a record, and its text as it landed, without the line break at its end."""

    fields: list[str]
    text: str


class Blocks(Iterator[bytes]):
    r"""Blocks of whole lines, as UTF-8: bytes that are not text are `\xnn`. What was read too far can be put back."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self.position = 0
        """Bytes of the file that were read."""
        self._back: list[bytes] = []

    def __next__(self) -> bytes:
        if self._back:
            return self._back.pop()
        block = next(self._blocks)
        self.position += len(block)
        return _as_utf8(block)

    def put_back(self, text: str) -> None:
        """Makes a text the next block."""
        if text:
            self._back.append(text.encode())

    def line(self) -> str | None:
        """The next line that is not blank; None after the last one."""
        for block in self:
            for found in _LINE.finditer(block):
                line = found[0].decode()  # only this one: a block has many megabytes
                if line.strip(WHITE_SPACE):
                    if rest := block[found.end() :]:
                        self._back.append(rest)
                    return line
        return None


class RecordParser:
    r"""Finds the records in the text of a file.

    A field that begins with a quote ends at the next one that is not doubled; whatever follows up to the separator
    belongs to it, too. Within quotes, an `escape` takes a quote or itself literally. Without one, a quoted field that
    holds `\"` is refused: it may end there or not.
    """

    def __init__(self, separator: str, escape: str | None, file: str, longest: int = LandingLimits.line_bytes) -> None:
        self._separator, self._escape, self._file = separator, escape, file
        self._longest = longest
        apart, escaped = re.escape(separator), re.escape(escape or "")
        inside = rf'[^"{escaped}]++|""' + (rf"|{escaped}(?:.|\Z)" if escape else "")
        rest = rf"[^{apart}\r\n]*+"
        self._field = re.compile(rf'"((?:{inside})*+)(?:"({rest})|\Z)|({rest})', re.DOTALL)
        self._doubled = re.compile(rf'{escaped}(["{escaped}])|"(")' if escape else '"(")')

    def records(self, text: str) -> Generator[Record, None, str]:
        """Each record that ends in a text and is not blank. Returns the beginning of one that may go on after it."""
        return self._scanned(text) if "\\" in text else self._split(text)

    def _scanned(self, text: str) -> Generator[Record, None, str]:
        """The records of any text."""
        place = 0
        while place < len(text):
            record = self._record(text, place, False)
            if record is None:
                return text[place:]
            fields, end = record
            written = text[place:end]
            if written.strip(WHITE_SPACE):
                yield Record(fields, written)
            place = _behind_break(text, end)
        return ""

    def _split(self, text: str) -> Generator[Record, None, str]:
        """The same for a text without backslashes, by Python's own reader, which knows no other escapes and is fast."""
        csv.field_size_limit(sys.maxsize)
        lines = list(io.StringIO(text, newline=""))
        start, is_over = 0, False

        def each_line() -> Iterator[str]:
            nonlocal is_over
            yield from lines
            is_over = True

        reader = csv.reader(each_line(), delimiter=self._separator)
        for fields in reader:
            if is_over:  # it asked for more
                return "".join(lines[start:])
            end = reader.line_num
            written = lines[start] if end == start + 1 else "".join(lines[start:end])
            if written.strip(WHITE_SPACE):
                yield Record(fields, written.removesuffix("\n").removesuffix("\r"))
            start = end
        return ""

    def first_record(self, beginning: str, blocks: Blocks) -> Record:
        """The record that a text begins with. It is read on as far as needed, and what follows is put back."""
        more, ended = 1, False
        while (found := self._record(beginning, 0, ended)) is None:
            if len(beginning) > self._longest:
                raise TooLong(self._longest, blocks.position, beginning.count("\n") or beginning.count("\r"))
            read = list(islice(blocks, more))
            ended = len(read) < more
            beginning += b"".join(read).decode()
            more = min(2 * more, _MOST_BLOCKS)  # a text is looked at again as often as it doubles
        fields, end = found
        blocks.put_back(beginning[_behind_break(beginning, end) :])
        return Record(fields, beginning[:end])

    def _record(self, text: str, place: int, ended: bool) -> tuple[list[str], int] | None:
        """The fields of the record at a place, and where its text ends; None if it may go on after the text."""
        fields: list[str] = []
        while found := self._field.match(text, place):
            quoted, behind, plain = found.groups()
            if quoted is None:
                fields.append(plain)
            elif behind is None and not ended:
                return None
            else:
                if self._escape is None and text.find('\\"', found.start(1), found.end(1) + 1) >= 0:
                    raise _escapes_unknown(self._file)
                fields.append(self._literal(quoted) + (behind or ""))
            place = found.end()
            if not text.startswith(self._separator, place):
                break
            place += len(self._separator)
        return fields, place

    def _literal(self, quoted: str) -> str:
        if '"' in quoted or (self._escape and self._escape in quoted):
            return self._doubled.sub(lambda found: found[found.lastindex or 0], quoted)
        return quoted


def _behind_break(text: str, place: int) -> int:
    """The place after the line break at a place."""
    found = _LINE_BREAK.match(text, place)
    return found.end() if found else place


def _as_utf8(block: bytes) -> bytes:
    """The block with other bytes escaped. Only the lines near them are decoded: a block has many megabytes."""
    if is_utf8(block):
        return block
    parts, start = [], 0
    while start < len(block):
        end = block.find(b"\n", start + _LOOKED_AT) + 1 or len(block)
        part = block[start:end]
        parts.append(part if is_utf8(part) else part.decode(errors="backslashreplace").encode())
        start = end
    return b"".join(parts)


def _escapes_unknown(file: str) -> LandingError:
    return LandingError(
        r"a quoted field holds \", which may end it or not",
        'If a backslash escapes quotes, set csv_escape = "\\\\" in landing.toml; otherwise double the quotes.',
        Where(file=file),
    )
