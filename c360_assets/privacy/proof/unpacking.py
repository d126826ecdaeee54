"""Files of any kind and size, unpacked and in blocks that end between words: so that all of their bytes can be searched."""

import codecs
import io
import tarfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any, cast
from zipfile import BadZipFile, ZipFile

import pyarrow as pa

from resources.landing.opening import decompressed, seekable
from resources.landing.sniffing import HEAD_BYTES, compression_of

_BLOCK_BYTES = 1 << 20
_DEEPEST = 8
"""Archives in archives: one may hold itself."""
_OVERLAP_BYTES = 256
"""Longer than any id in any encoding."""
_TAR = (b"ustar", 257)
_ZIP, _UTF_16 = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")
_BETWEEN_WORDS = (b"\n", b'"', b",", b" ")
_DAMAGED = (OSError, EOFError, ValueError, zlib.error, pa.ArrowException)


def is_packed(head: bytes) -> bool:
    """Whether a file that begins with these bytes is compressed, or an archive."""
    return head.startswith(_ZIP) or _is_tar(head) or compression_of(head) is not None


def unpacked(stream: IO[bytes], depth: int = 0) -> Iterator[io.BufferedReader]:
    """What a file holds without its compression, and each file of an archive; of damaged data, what can still be read.

    The names in an archive come as one more stream.

    Raises ValueError for an archive that can't be read or is too deep, and OSError if the file itself can't be read.
    """
    if depth > _DEEPEST:
        raise ValueError("too many archives in one another")
    filled = _Filled(stream, is_tolerant=depth > 0)
    buffered = io.BufferedReader(cast(Any, filled), _BLOCK_BYTES)
    head = buffered.peek(HEAD_BYTES)[:HEAD_BYTES]
    if head.startswith(_ZIP):
        yield from _zip_members(buffered, depth)
    elif _is_tar(head):
        yield from _tar_members(buffered, depth)
    elif compression := compression_of(head):
        yield from unpacked(decompressed(buffered, compression), depth + 1)
    else:
        yield buffered
    if filled.error and not depth:  # what decompresses may have taken it for damage
        raise filled.error


def text_blocks(stream: io.BufferedReader) -> Iterator[bytes]:
    """The bytes of a stream in blocks that end between words; what says that it is UTF-16 comes as UTF-8."""
    blocks = iter(partial(stream.read, _BLOCK_BYTES), b"")
    if stream.peek(2)[:2] in _UTF_16:
        blocks = (text.encode() for text in codecs.iterdecode(blocks, "utf-16", errors="replace"))
    rest = b""
    for block in blocks:
        data = rest + block
        end = max(map(data.rfind, _BETWEEN_WORDS)) + 1
        yield data[:end] if end else data
        rest = data[end:] if end else data[-_OVERLAP_BYTES:]
    yield rest


def _is_tar(head: bytes) -> bool:
    return head.startswith(*_TAR)


def _zip_members(stream: IO[bytes], depth: int) -> Iterator[io.BufferedReader]:
    try:
        with seekable(stream) as file, ZipFile(file) as archive:
            yield _text_of(archive.namelist())
            for member in archive.infolist():
                with archive.open(member) as inner:
                    yield from unpacked(inner, depth + 1)
    except (BadZipFile, NotImplementedError, RuntimeError) as error:  # damaged, of another method, encrypted
        raise ValueError(f"an archive can't be read ({type(error).__name__})") from None


def _tar_members(stream: IO[bytes], depth: int) -> Iterator[io.BufferedReader]:
    names = []
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                names += [member.name, member.linkname]
                if inner := archive.extractfile(member) if member.isfile() else None:
                    yield from unpacked(inner, depth + 1)
    except tarfile.TarError as error:
        raise ValueError(f"an archive can't be read ({type(error).__name__})") from None
    yield _text_of(names)


def _text_of(names: list[str]) -> io.BufferedReader:
    text = "\n".join(names).encode(errors="replace")
    return io.BufferedReader(cast(Any, io.BytesIO(text)))


class _Filled(io.RawIOBase):
    """A stream that gives as many bytes as are asked for, while there are any. A tolerant one ends where it is damaged."""

    def __init__(self, stream: IO[bytes], is_tolerant: bool) -> None:
        # Where a compressed file is cut off, `read` would lose what it has so far.
        self._read = cast(Callable[[int], bytes], getattr(stream, "read1", stream.read) if is_tolerant else stream.read)
        self._is_tolerant = is_tolerant
        self.error: Exception | None = None

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills a buffer. Returns the count of bytes, which is smaller only at the end."""
        view, count = memoryview(buffer).cast("B"), 0
        try:
            while count < len(view) and (data := self._read(min(len(view) - count, _BLOCK_BYTES))):
                view[count : count + len(data)] = data
                count += len(data)
        except _DAMAGED as error:
            self.error = error
            if not self._is_tolerant:
                raise
        return count
