"""Which line of a file of JSON lines holds a record that is too large. It is looked for only then."""

from collections.abc import Callable
from typing import IO

from resources.landing.layout import Layout
from resources.landing.limits import LONGEST_NAMES
from resources.landing.readers.lines import BOM, count_lines, line_blocks, with_line_feeds

_LEAST = 4
"""A record is at most this many times longer as it is kept than on its line: quotes and backslashes are escaped again."""


def line_of_record(layout: Layout, stream: IO[bytes], is_too_large: Callable[[bytes], bool]) -> int | None:
    """The number of the first line that is too large for what reads it. `stream` is at the beginning of the file."""
    limits, before = layout.options.limits, 0
    least = min(LONGEST_NAMES, limits.field_bytes) // _LEAST
    for number, block in enumerate(line_blocks(stream, longest=limits.line_bytes)):
        lines = with_line_feeds(block if number else block.removeprefix(BOM))
        if len(lines) > least:
            for place, line in enumerate(lines.split(b"\n"), 1):
                if len(line) > least and is_too_large(line + b"\n"):
                    return before + place
        before += count_lines(lines)
    return None
