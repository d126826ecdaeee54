"""Files of any kind and size, unpacked and in blocks that end between words: so that all of their bytes can be searched."""

import bz2
import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

from c360_assets.privacy.proof.archives import MOST_MEMBERS, is_tar, is_zip, members_of_tar, members_of_zip
from c360_assets.privacy.proof.decoding import encoding_by_mark
from c360_assets.privacy.proof.forms import DAMAGED, TOO_MUCH, TooMuch
from c360_assets.privacy.proof.text_check import TextCheck
from resources.landing.limits import LandingLimits
from resources.landing.opening import decompressed
from resources.landing.sniffing import HEAD_BYTES, compression_of

_BLOCK_BYTES = 1 << 20
_PIECE_BYTES = 1 << 16
"""What is unpacked at a time: of damaged data, at most the last piece is lost."""
_DEEPEST = 8
"""Archives in archives: one may hold itself."""
_OVERLAP_BYTES = 256
"""Longer than any id in any encoding."""
_BETWEEN = ((b"\n", b'"'), (b",", b" "))
"""What ends values, and what ends words."""


def is_packed(head: bytes) -> bool:
    """Whether a file that begins with these bytes is compressed, or an archive."""
    return is_zip(head) or is_tar(head) or compression_of(head) is not None


@dataclass
class Unpacker:
    """Unpacks one file. `problems` say why not all that it holds was seen; `left` bytes may still come out of it."""

    left: int = LandingLimits().unpacked_bytes
    members: int = field(default_factory=lambda: MOST_MEMBERS)
    problems: list[str] = field(default_factory=list)

    def unpacked(self, stream: IO[bytes], depth: int = 0) -> Iterator[io.BufferedReader]:
        """What a file holds without its compression, and each file of an archive; of damaged data, what can still be read.

        The names in an archive come as one more stream. Raises OSError if the file itself can't be read.
        """
        if depth > _DEEPEST:
            self.problems.append(TOO_MUCH)
            return
        filled = _Filled(stream, self if depth else None)
        buffered = io.BufferedReader(cast(Any, filled), _BLOCK_BYTES)
        head = buffered.peek(HEAD_BYTES)[:HEAD_BYTES]
        if not is_packed(head):
            yield buffered
            return
        try:
            for inner in self._inside(buffered, head):
                yield from self.unpacked(inner, depth + 1)
        except TooMuch:
            self.problems.append(TOO_MUCH)
        except Exception:  # whatever a damaged or strange archive makes a library raise
            self.problems.append(DAMAGED)
        if filled.error and not depth:  # what decompresses may have taken it for damage
            raise filled.error

    def _inside(self, stream: io.BufferedReader, head: bytes) -> Iterator[IO[bytes]]:
        if is_zip(head):
            yield from members_of_zip(stream, self)
        elif is_tar(head):
            yield from members_of_tar(stream, self)
        elif (compression := compression_of(head)) == "bz2":
            yield cast(IO[bytes], _Bz2(stream))
        else:
            yield decompressed(stream, compression)

    def take(self, count: int) -> None:
        """Counts bytes that came out of the file. Raises TooMuch beyond the limit."""
        self.left -= count
        if self.left < 0:
            self.problems.append(TOO_MUCH)
            raise TooMuch

    def take_member(self) -> None:
        """Counts a file or folder of an archive. Raises TooMuch beyond the limit."""
        self.members -= 1
        if self.members < 0:
            raise TooMuch


def count_in_text(stream: io.BufferedReader, count: Callable[[bytes], int], check: TextCheck | None = None) -> int:
    """What is counted in the bytes of a stream, in blocks that end between words. `check` is given all bytes.

    A text that says that it is UTF-16 or UTF-32 is counted as UTF-8, and without null bytes, and the larger number taken:
    it may go on in another encoding, as when a program appends to it.
    """
    check, encoding = check or TextCheck(), encoding_by_mark(stream.peek(4)[:4])
    decode = codecs.getincrementaldecoder(encoding)("replace").decode if encoding else None
    as_marked, as_bytes, marked, plain = _Blocks(), _Blocks(), 0, 0
    is_last = False
    while not is_last:
        block = stream.read(_BLOCK_BYTES)
        is_last = not block
        check.add(block, is_last)
        if decode:
            marked += sum(map(count, as_marked.add(decode(block, is_last).encode(), is_last)))
            block = block.replace(b"\0", b"")
        plain += sum(map(count, as_bytes.add(block, is_last)))
    return max(marked, plain)


class _Blocks:
    """Cuts bytes into blocks that end between words: between lines or quotation marks, where there are any."""

    def __init__(self) -> None:
        self._rest = b""

    def add(self, block: bytes, is_last: bool = False) -> Iterator[bytes]:
        """What can be looked at now that these bytes have come; of the last ones, all."""
        data = self._rest + block
        if is_last:
            yield data
        elif data:
            places = (max(map(data.rfind, between)) for between in _BETWEEN)
            end = next((place + 1 for place in places if place >= 0), 0)
            yield data[:end] if end else data
            self._rest = data[end:] if end else data[-_OVERLAP_BYTES:]


class _Filled(io.RawIOBase):
    """A stream that gives as many bytes as are asked for, while there are any.

    One from within a file counts for its unpacker, and ends where it is damaged or too large, which the unpacker notes.
    """

    def __init__(self, stream: IO[bytes], unpacker: Unpacker | None) -> None:
        # Where a compressed file is cut off, `read` would lose what it has so far.
        read = getattr(stream, "read1", stream.read) if unpacker else stream.read
        self._read, self._unpacker = read, unpacker
        self.error: Exception | None = None

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills a buffer. Returns the count of bytes, which is smaller only at the end."""
        view, count = memoryview(buffer).cast("B"), 0
        try:
            while self.error is None and count < len(view) and (data := self._next(len(view) - count)):
                view[count : count + len(data)] = data
                count += len(data)
        except Exception as error:  # whatever damaged data makes a library raise
            self.error = error
            if not self._unpacker:
                raise
            self._unpacker.problems.append(DAMAGED)
        return count

    def _next(self, count: int) -> bytes:
        if not self._unpacker:
            return cast(bytes, self._read(min(count, _BLOCK_BYTES)))
        data: bytes = self._read(min(count, _PIECE_BYTES))
        self._unpacker.take(len(data))
        return data


class _Bz2(io.RawIOBase):
    """What is compressed with bzip2, in one stream or several. Raises OSError for anything else behind them."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._decompressor = stream, bz2.BZ2Decompressor()

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The bytes that come next. Raises EOFError if the compressed data is cut off."""
        while True:
            packed = b""
            if self._decompressor.eof:
                packed = self._decompressor.unused_data or self._stream.read(_BLOCK_BYTES)
                if not packed:
                    return b""
                self._decompressor = bz2.BZ2Decompressor()
            elif self._decompressor.needs_input and not (packed := self._stream.read(_BLOCK_BYTES)):
                raise EOFError("the compressed data is cut off")
            if data := self._decompressor.decompress(packed, size):
                return data
