"""CSV read as RFC 4180 says, keeping the text of every record for those that turn out ragged."""

import re
from collections.abc import Iterator, Sequence

from .fields import Names
from .json_records import lines
from .opened import RefusedError, escaped
from .text import is_blank, trim
from .unparsed import Unparsed


class _Reader:
    """Parts a text at a separator; `escape` may stand before a quote inside quotes."""

    def __init__(self, text: str, separator: str, escape: str) -> None:
        self.text, self.separator, self.escape = text, separator, escape

    def records(self) -> Iterator[tuple[str, list[str]]]:
        """Each record as landed (without its final line break) and its fields."""
        start = 0
        while start < len(self.text):
            fields, end = self._fields(start)
            record = self.text[start:end]
            start = end + (2 if self.text.startswith("\r\n", end) else 1)
            # choice: a record of white space only is not a record, wherever in the file it is.
            if not is_blank(record):
                yield record, fields

    def _fields(self, start: int) -> tuple[list[str], int]:
        """The fields of the record that begins at `start`, and where its line break begins."""
        fields = []
        position = start
        while True:
            field, position = self._field(position)
            fields.append(field)
            if not self.text.startswith(self.separator, position):
                return fields, position
            position += 1

    def _field(self, start: int) -> tuple[str, int]:
        """One field and where the separator or line break behind it begins."""
        text = self.text
        if not text.startswith('"', start):
            end = self._unquoted_end(start)
            return text[start:end], end
        value = ""
        position = start + 1
        while position < len(text):
            if self.escape and text[position] == self.escape and position + 1 < len(text):
                value += text[position + 1]
                position += 2
            elif text.startswith('\\"', position):
                raise RefusedError("a quote behind a backslash, and no escape is set")
            elif text.startswith('""', position):
                value += '"'
                position += 2
            elif text[position] == '"':
                # choice: what stands between a closing quote and the separator belongs to the field.
                end = self._unquoted_end(position + 1)
                return value + text[position + 1 : end], end
            else:
                value += text[position]
                position += 1
        # choice: a quote that is never closed takes the rest of the file.
        return value, position

    def _unquoted_end(self, start: int) -> int:
        """Where the next separator, line break or end of the file is."""
        position = start
        while position < len(self.text) and self.text[position] not in f"{self.separator}\r\n":
            position += 1
        return position


def without_separator_line(text: str) -> str:
    """The text behind a first line that only says which separator it has."""
    first = next((line for line in lines(text) if not is_blank(line)), "")
    if re.fullmatch('"?sep=.?"?', trim(first), re.IGNORECASE):
        return text[text.index(first) + len(first) :]
    return text


def header_of(text: str, separator: str, escape: str) -> list[str] | None:
    """The names of the first record that is not blank."""
    try:
        first = next(_Reader(text, separator, escape).records(), None)
    except RefusedError:
        return None
    return [escaped(trim(name)) for name in first[1]] if first else None


def separator_of(text: str, names: Names, needed: Sequence[str], separators: Sequence[str], escape: str) -> str | None:
    """The separator with which the header has all the needed fields; None if none does."""
    text = without_separator_line(text)
    first = next((line for line in lines(text) if not is_blank(line)), "")
    for separator in separators:
        # choice: the first line has to have them all, though a quoted name may go on behind it.
        headers = [header_of(part, separator, escape) or [] for part in (first, text)]
        if all(names.of(field, header) is not None for field in needed for header in headers):
            return separator
    return None


def rows(text: str, separator: str = ",", escape: str = "") -> Iterator[list[tuple[str, str | None]] | Unparsed]:
    """The pairs of name and value of each record, empty fields as null; a ragged record as its text."""
    header: list[str] | None = None
    landed_header: list[str] = []
    for record, fields in _Reader(without_separator_line(text), separator, escape).records():
        if header is None:
            header = [escaped(trim(name)) for name in fields]
            landed_header = fields
        elif len(fields) != len(header):
            yield Unparsed(escaped(record))
        elif fields != landed_header:
            yield [(name, escaped(field) or None) for name, field in zip(header, fields, strict=True)]
