"""A file that is one JSON array: whether it is one, and its elements as lines."""

import re
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from resources.landing.layout import Layout
from resources.landing.readers import lines as whole_lines
from resources.landing.readers.json.template import LineTemplate, sorted_out
from resources.landing.readers.json.value import DEEPEST, parse_value
from resources.landing.readers.lines import BOM, is_utf8

_LOOK_BYTES = 64 << 10
_WHITE = b" \t\r\n"
_TO_SPACES = bytes.maketrans(b"\t\r\n", b"   ")
_QUOTE, _OPEN, _CLOSE, _COMMA, _CONTROL = range(1, 6)
_KINDS = np.zeros(256, np.uint8)
_KINDS[:32] = _CONTROL
for _chars, _kind in ((b'"', _QUOTE), (b"[{", _OPEN), (b"]}", _CLOSE), (b",", _COMMA)):
    _KINDS[list(_chars)] = _kind


class _NotAnArray(ValueError):
    """The text is not one JSON array."""


def is_array(layout: Layout, stream: IO[bytes]) -> bool:
    """Whether a text is one JSON array, from its first to its last byte."""
    template: LineTemplate | None = None
    try:
        for block in element_blocks(stream):
            if not is_utf8(block):
                return False
            template = template or LineTemplate.of(layout, block)
            others = sorted_out(layout, "", block, template)[1] if template else block
            for line in filter(None, others.decode().split("\n")):
                parse_value(line)
    except ValueError:
        return False
    return True


def element_blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """The elements of a JSON array, one on each line: the texts between its commas, whatever they are.

    Raises _NotAnArray where the array does not begin or end, or where a text holds a control character: between quotes
    it is not JSON, and line ends that are elsewhere become spaces here.
    """
    data, is_first = _begin(stream), True
    while True:
        cuts, end = _scan(data)
        if end is not None:
            if not is_first or data[:end].strip(_WHITE):
                yield _as_lines(data[:end], cuts)
            _require_white(data[end + 1 :], stream)
            return
        if cuts.size:
            yield _as_lines(data[: cuts[-1]], cuts[:-1])
            data, is_first = data[cuts[-1] + 1 :], False
        more = stream.read(max(whole_lines.BLOCK_BYTES, len(data)))
        if not more:
            raise _NotAnArray
        data += more


def _begin(stream: IO[bytes]) -> bytes:
    """What is behind the opening bracket, of the first bytes."""
    data = b""
    while len(data) < len(BOM) and (more := stream.read(_LOOK_BYTES)):
        data += more
    data = data.removeprefix(BOM).lstrip(_WHITE)
    while not data and (data := stream.read(_LOOK_BYTES)):
        data = data.lstrip(_WHITE)
    if not data.startswith(b"["):
        raise _NotAnArray
    return data[1:]


def _scan(data: bytes) -> tuple[Any, int | None]:
    """Where the commas between elements are, and the closing bracket, in a text that begins with an element."""
    if not data:
        return np.zeros(0, np.int64), None
    kinds: Any = _KINDS[np.frombuffer(data, np.uint8)]
    if b"\\" in data:
        kinds[_escaped(data)] = 0
    places: Any = np.flatnonzero(kinds)
    kinds = kinds[places]
    within: Any = np.cumsum(kinds == _QUOTE) % 2 == 1
    steps = np.where(within, 0, (kinds == _OPEN).astype(np.int8) - (kinds == _CLOSE))
    depth: Any = np.cumsum(steps)
    ends = np.flatnonzero(depth < 0)
    if ends.size:
        last = int(ends[0])
        places, kinds, within, depth = (array[: last + 1] for array in (places, kinds, within, depth))
    if np.any(within & (kinds == _CONTROL)) or depth.max(initial=0) > DEEPEST:
        raise _NotAnArray
    end = int(places[-1]) if ends.size else None
    if end is not None and data[end : end + 1] != b"]":
        raise _NotAnArray
    return places[~within & (kinds == _COMMA) & (depth == 0)], end


def _escaped(data: bytes) -> Any:
    """The positions of characters behind a backslash that is not escaped itself."""
    places = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\\"))
    begins = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    lengths = np.diff(begins, append=len(places))
    behind = (places[begins] + lengths)[lengths % 2 == 1]
    return behind[behind < len(data)]


def _as_lines(data: bytes, cuts: Any) -> bytes:
    """A text with a line feed in place of each cut, and no white space where lines begin.

    Raises _NotAnArray where nothing is between two cuts.
    """
    text = bytearray(data.translate(_TO_SPACES))
    np.frombuffer(text, np.uint8)[cuts] = ord("\n")
    lines = bytes(text).strip(b" ")
    if b"\n " in lines:
        lines = re.sub(rb"\n +", b"\n", lines)
    if not lines or b"\n\n" in lines or lines.startswith(b"\n") or lines.endswith(b"\n"):
        raise _NotAnArray
    return lines


def _require_white(data: bytes, stream: IO[bytes]) -> None:
    """Raises _NotAnArray if anything but white space follows."""
    while not data.strip(_WHITE):
        data = stream.read(whole_lines.BLOCK_BYTES)
        if not data:
            return
    raise _NotAnArray
