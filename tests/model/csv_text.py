"""CSV read as RFC 4180 says, keeping the text of every record for those that turn out ragged."""

from collections.abc import Iterator

from .text import is_blank, trim


def records(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each record as landed (without its final line break) and its fields."""
    start = 0
    while start < len(text):
        fields, end = _fields(text, start)
        record = text[start:end]
        start = end + (2 if text.startswith("\r\n", end) else 1)
        # choice: a record of white space only is no record, wherever in the file it stands.
        if not is_blank(record):
            yield record, fields


def _fields(text: str, start: int) -> tuple[list[str], int]:
    """The fields of the record that begins at `start`, and where its line break begins."""
    fields = []
    position = start
    while True:
        field, position = _field(text, position)
        fields.append(field)
        if not text.startswith(",", position):
            return fields, position
        position += 1


def _field(text: str, start: int) -> tuple[str, int]:
    """One field and where the comma or line break behind it begins."""
    if not text.startswith('"', start):
        end = _unquoted_end(text, start)
        return text[start:end], end
    value = ""
    position = start + 1
    while position < len(text):
        if text.startswith('""', position):
            value += '"'
            position += 2
        elif text[position] == '"':
            # choice: what stands between a closing quote and the comma belongs to the field.
            end = _unquoted_end(text, position + 1)
            return value + text[position + 1 : end], end
        else:
            value += text[position]
            position += 1
    # choice: a quote that is never closed takes the rest of the file.
    return value, position


def _unquoted_end(text: str, start: int) -> int:
    """Where the next comma, line break or end of the file is."""
    position = start
    while position < len(text) and text[position] not in ",\n" and not text.startswith("\r\n", position):
        position += 1
    return position


def rows(text: str) -> Iterator[dict[str, str | None] | str]:
    """A dict a record, empty fields as null; a ragged record as its text."""
    header: list[str] | None = None
    for record, fields in records(text):
        if header is None:
            header = [trim(name) for name in fields]
        elif len(fields) != len(header):
            yield record
        else:
            yield {name: field or None for name, field in zip(header, fields, strict=True)}
