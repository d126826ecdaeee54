"""Whether bytes are text throughout: only then has a search of their words seen all that they hold."""

import codecs
from collections.abc import Callable

from c360_assets.privacy.proof.decoding import encoding_by_mark

_NOT_IN_UTF_8 = bytes((0, 4, 5, 6, *range(0x0E, 0x1A)))
"""Control characters that text does not have. Others separate its fields, or colour its lines."""
_NOT_IN_8_BITS = bytes((*range(9), *range(0x0E, 0x1B), *range(0x1C, 0x20)))
_SPACES = {ord(char): None for char in "\t\n\x0b\x0c\r\ufeff"}
_MOST_ABOVE_ASCII = 0.4
"""In an encoding of 8 bits: of compressed bytes, it is half."""
_LEAST_NULLS = 1 / 3
"""In UTF-16 without a mark: each letter of ASCII has one. Of four bytes of a number, one may be null too."""


class TextCheck:
    """Takes the bytes of a stream, block by block, and knows in the end whether they were text."""

    def __init__(self) -> None:
        self._readings: list[Callable[[bytes, bool], bool]] | None = None

    def add(self, block: bytes, is_last: bool = False) -> None:
        """Takes the next bytes. The last ones may be empty."""
        if self._readings is None:
            self._readings = _readings(block)
        self._readings = [fits for fits in self._readings if fits(block, is_last)]

    @property
    def is_text(self) -> bool:
        """Whether everything so far was text; nothing at all is."""
        return self._readings is None or bool(self._readings)


def is_text(data: bytes) -> bool:
    """Whether these bytes are text."""
    check = TextCheck()
    check.add(data, is_last=True)
    return check.is_text


def _readings(head: bytes) -> list[Callable[[bytes, bool], bool]]:
    """The ways to read a text that begins with these bytes."""
    if encoding := encoding_by_mark(head):
        return [_Wide(encoding, least_nulls=0)]
    if b"\0" in head:
        return [_Wide("utf-16-le", _LEAST_NULLS), _Wide("utf-16-be", _LEAST_NULLS)]
    return [_Utf8(), _EightBits()]


class _Utf8:
    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def __call__(self, block: bytes, is_last: bool) -> bool:
        try:
            self._decoder.decode(block, is_last)
        except UnicodeDecodeError:
            return False
        return len(block.translate(None, _NOT_IN_UTF_8)) == len(block)


class _EightBits:
    """Text in an encoding of one byte a character, such as Latin-1, or in UTF-8 with a few damaged bytes."""

    def __init__(self) -> None:
        self._size = self._above = 0

    def __call__(self, block: bytes, is_last: bool) -> bool:
        self._size += len(block)
        self._above += len(block.translate(None, bytes(range(0x80))))
        is_mostly_ascii = not is_last or self._above <= self._size * _MOST_ABOVE_ASCII
        return is_mostly_ascii and len(block.translate(None, _NOT_IN_8_BITS)) == len(block)


class _Wide:
    """Text in UTF-16 or UTF-32, without a character that can't be printed."""

    def __init__(self, encoding: str, least_nulls: float) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._least_nulls = least_nulls

    def __call__(self, block: bytes, is_last: bool) -> bool:
        try:
            text = self._decoder.decode(block, is_last)
        except UnicodeDecodeError:
            return False
        return text.translate(_SPACES).isprintable() and block.count(0) >= len(block) * self._least_nulls
