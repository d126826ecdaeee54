"""A file that is one JSON array: whether it is one, and its elements as lines."""

import re
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from resources.errors import Where
from resources.landing.layout import Layout
from resources.landing.limits import too_large
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


def is_array(layout: Layout, file: str, stream: IO[bytes]) -> bool:
    """Whether a text is one JSON array, from its first to its last byte."""
    template: LineTemplate | None = None
    try:
        for block in element_blocks(file, stream, layout.options.limits.line_bytes):
            if not is_utf8(block):
                return False
            template = template or LineTemplate.of(layout, block)
            others = sorted_out(layout, "", block, template)[1] if template else block
            for line in filter(None, others.decode().split("\n")):
                parse_value(line)
    except ValueError:
        return False
    return True


def element_blocks(file: str, stream: IO[bytes], longest: int) -> Iterator[bytes]:
    """The elements of a JSON array, one on each line: the texts between its commas, whatever they are.

    Raises _NotAnArray if the array does not begin or end, or if a text holds a control character: between quotes it is
    not JSON, and line ends that are elsewhere become spaces here. Raises LandingError for an element that is too
    long.
    """
    data, scanner = _begin(stream), _Scanner()
    rest: list[bytes] = []
    waiting = count = 0
    while True:
        cuts, end = scanner.scan(data)
        stop = end if end is not None else int(cuts[-1]) if cuts.size else None
        if stop is None:
            rest.append(data)
            waiting += len(data)
            if waiting > longest:
                raise _too_long(b"".join(rest), longest, file, count)
        else:
            whole = b"".join([*rest, data[:stop]])
            inner = (cuts if end is not None else cuts[:-1]) + waiting
            if len(whole) > longest:
                lengths = np.diff(inner, prepend=-1, append=len(whole)) - 1
                if lengths.max() > longest:
                    first = int(np.argmax(lengths > longest))
                    begin = int(inner[first - 1]) + 1 if first else 0
                    raise _too_long(whole[begin : begin + int(lengths[first])], longest, file, count + first)
            if end is None or count or inner.size or whole.strip(_WHITE):
                yield _as_lines(whole, inner)
            if end is not None:
                _require_white(data[end + 1 :], stream)
                return
            count += len(cuts)
            rest, waiting = [data[stop + 1 :]], len(data) - stop - 1
        data = stream.read(whole_lines.BLOCK_BYTES)
        if not data:
            raise _NotAnArray


def _too_long(element: bytes, longest: int, file: str, before: int) -> Exception:
    """The error for an element that is too long. If it has line ends, the text is lines rather than an array."""
    if b"\n" in element.strip(_WHITE):
        return _NotAnArray()
    return too_large(f"element {before + 1:,} of the array", longest, Where(file=file))


def _begin(stream: IO[bytes]) -> bytes:
    """The first bytes after the opening bracket."""
    data = b""
    while len(data) < len(BOM) and (more := stream.read(_LOOK_BYTES)):
        data += more
    data = data.removeprefix(BOM).lstrip(_WHITE)
    while not data and (data := stream.read(_LOOK_BYTES)):
        data = data.lstrip(_WHITE)
    if not data.startswith(b"["):
        raise _NotAnArray
    return data[1:]


class _Scanner:
    """Scans the text of an array after its opening bracket, block by block."""

    def __init__(self) -> None:
        self._depth, self._is_within, self._is_escaped = 0, False, False

    def scan(self, data: bytes) -> tuple[Any, int | None]:
        """Where the commas between elements are in a block, and the closing bracket."""
        kinds: Any = _KINDS[np.frombuffer(data, np.uint8)]
        self._without_escaped(data, kinds)
        places: Any = np.flatnonzero(kinds)
        kinds = kinds[places]
        # A sum of bytes wraps around at 256, which keeps its parity.
        within: Any = (np.cumsum(kinds == _QUOTE, dtype=np.uint8) + np.uint8(self._is_within)) % 2 == 1
        steps = np.where(within, 0, (kinds == _OPEN).astype(np.int8) - (kinds == _CLOSE))
        depth: Any = np.cumsum(steps, dtype=np.int32) + self._depth
        ends = np.flatnonzero(depth < 0)
        if ends.size:
            last = int(ends[0])
            places, kinds, within, depth = (array[: last + 1] for array in (places, kinds, within, depth))
        if np.any(within & (kinds == _CONTROL)) or depth.max(initial=0) > DEEPEST:
            raise _NotAnArray
        if places.size:
            self._is_within, self._depth = bool(within[-1]), int(depth[-1])
        end = int(places[-1]) if ends.size else None
        if end is not None and data[end : end + 1] != b"]":
            raise _NotAnArray
        return places[~within & (kinds == _COMMA) & (depth == 0)], end

    def _without_escaped(self, data: bytes, kinds: Any) -> None:
        """Ignores characters after a backslash that is not itself escaped."""
        if b"\\" not in data:
            if self._is_escaped and data:
                kinds[0], self._is_escaped = 0, False
            return
        places: Any = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\\"))
        if self._is_escaped:
            kinds[0] = 0
            places = places[1:] if places[0] == 0 else places
        begins = np.flatnonzero(np.diff(places, prepend=-2) != 1)
        lengths = np.diff(begins, append=len(places))
        behind = (places[begins] + lengths)[lengths % 2 == 1]
        self._is_escaped = bool(behind.size) and int(behind[-1]) == len(data)
        kinds[behind[behind < len(data)]] = 0


def _as_lines(data: bytes, cuts: Any) -> bytes:
    """A text with a line feed in place of each cut, and no white space where lines begin.

    Raises _NotAnArray if there is nothing between two cuts.
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
