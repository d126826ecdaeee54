"""Forms of data that the proof does not decode, recognized by their first bytes."""

import lzma
import zlib
from collections.abc import Callable

from c360_assets.privacy.proof.decoding import encoding_by_mark
from c360_assets.privacy.proof.text_check import TextCheck
from resources.errors import LandingError
from resources.landing.sniffing import kind_of

DAMAGED = "it is damaged, or not what it begins like: what could be unpacked was searched"
UNREADABLE = "it can't be read or decoded, so it can't be searched"
UNLISTED = "it can't be listed or looked at, so what it holds can't be searched"
NOT_TEXT = "it is neither text nor of a form that is decoded, so it can't be searched"
TOO_MUCH = "it holds more when unpacked than the proof looks at"
HIDDEN = "it holds data beside the files of its archive, which is not searched"
OTHER_METHOD = "it holds a file in a zip archive by another method than deflate, which the proof does not unpack"
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"LZIP", "compressed with lzip"),
    (b"\x89LZO\0\r\n", "compressed with lzop"),
    (b"MSCF\0\0\0\0", "a cabinet archive"),
    (b"-----BEGIN AGE", "encrypted with age"),
    (b"U2FsdGVkX1", "encrypted with OpenSSL"),
)
_END_OF_ZIP = b"PK\x05\x06"
_END_BYTES = 22 + (1 << 16)
"""The end of a zip archive, with the longest comment."""
_ENDINGS = (".br", ".lz", ".lzma", ".lzo", ".deflate", ".snappy", ".sz", ".zz")
"""Of names: compressions that do not begin with bytes of their own."""


class TooMuch(ValueError):
    """A file holds more than the proof takes into memory, or looks at."""


def undecoded_form(head: bytes) -> str | None:
    """Why a file that begins with these bytes can't be searched; None if they are those of no form that is known."""
    if what := next((what for magic, what in _OTHERS if head.startswith(magic)), None):
        return _reason(f"is {what}")
    if head[:1] == b"\x78" and not _may_be_text(head) and _begins(zlib.decompressobj().decompress, head):
        return _reason("is compressed with zlib")
    if head[:3] == b"\x5d\0\0" and _begins(lzma.LZMADecompressor(lzma.FORMAT_ALONE, 1 << 30).decompress, head):
        return _reason("is compressed with lzma")
    if encoding_by_mark(head):
        return None
    try:
        kind_of(head, "")
    except LandingError as error:
        return _reason(error.what.removesuffix(", which can't be read"))
    return None


def is_packed_unseen(data: bytes, name: str) -> bool:
    """Whether bytes that are not text are compressed, by the name of their file, or end with a zip archive."""
    return name.lower().endswith(_ENDINGS) or _END_OF_ZIP in data[-_END_BYTES:]


def _reason(what: str) -> str:
    return f"it {what}, which the proof does not decode"


def _may_be_text(head: bytes) -> bool:
    check = TextCheck()
    check.add(head)
    return check.is_text


def _begins(decompress: Callable[[bytes, int], bytes], head: bytes) -> bool:
    """Whether bytes are the beginning of compressed data."""
    try:
        return bool(decompress(head, 1 << 16))
    except (zlib.error, lzma.LZMAError, EOFError, MemoryError):
        return False
