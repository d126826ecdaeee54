"""Whether text is JSON or CSV, judged by its beginning; otherwise, why it is neither."""

import re
from collections.abc import Iterator, Sequence
from typing import IO, cast

from resources.errors import LandingError, Where
from resources.landing.layout import Layout
from resources.landing.likely_cause import cause_by_bytes
from resources.landing.readers.csv.header import is_separator_line, separator_of
from resources.landing.readers.json.value import parse_objects
from resources.landing.readers.lines import BOM, WHITE_SPACE, line_blocks
from resources.landing.readers.needed_columns import missing_columns

_LINE_END = re.compile(r"\r\n?|\n")
_LOOK_BYTES = 64 << 10
_FAR = 1 << 20
"""No header is longer than this."""


def text_form(layout: Layout, name: str, stream: IO[bytes]) -> str | None:
    """`json` or `csv`, or None for a text of nothing but white space.

    What begins with a bracket is JSON; otherwise a text with the needed header is CSV, and one in which any line holds
    an object is JSON. Raises LandingError for any other.
    """
    beginning = _beginning(stream)
    text = beginning.removeprefix(BOM).decode(errors="replace").lstrip(WHITE_SPACE)
    if not text:
        return None
    if text.startswith(("{", "[")):
        return "json"
    missing = _missing_columns(layout, text)
    if not missing:
        return "csv"
    whole = cast(IO[bytes], _Again(beginning.removeprefix(BOM), stream))
    if _holds_object(line_blocks(whole, longest=layout.options.limits.line_bytes)):
        return "json"
    where = Where(file=name)
    if cause := cause_by_bytes(beginning):
        raise LandingError(f"holds no record: {cause[0]}", cause[1], where)
    if len(missing) < len(layout.needed):
        raise missing_columns(name, missing)
    needed = ", ".join(layout.needed)
    raise LandingError(
        "holds no record: it has no header, and no line is a JSON object",
        f"Begin it with a header that has {needed}.",
        where,
    )


class _Again:
    """A stream that begins with what was read of it already: its last line may go on."""

    def __init__(self, beginning: bytes, stream: IO[bytes]) -> None:
        self._beginning, self._stream = beginning, stream

    def read(self, size: int) -> bytes:
        """Reads from the beginning, then from the stream."""
        data, self._beginning = self._beginning, b""
        return data or self._stream.read(size)


def _beginning(stream: IO[bytes]) -> bytes:
    """A text up to at least the end of its second line, not counting blank lines."""
    text = b""
    while more := stream.read(_LOOK_BYTES):
        text += more
        shown = text.lstrip()
        if not shown:
            text = b""  # however much white space a file begins with
        if len(shown) > _FAR or len(shown.splitlines()) > 2:
            break
    return text


def _missing_columns(layout: Layout, text: str) -> Sequence[str]:
    """The needed columns that the first line lacks, by the separator with which it lacks fewest."""
    lines = (line for line in _LINE_END.split(text) if line.strip(WHITE_SPACE))
    line = next(lines, "")
    if is_separator_line(line):
        line = next(lines, "")
    return separator_of(layout, line)[1]


def _holds_object(blocks: Iterator[bytes]) -> bool:
    """Whether any line holds an object."""
    return any(
        b"{" in line and parse_objects(line.decode(errors="backslashreplace")) is not None
        for block in blocks
        for line in block.splitlines()
    )
