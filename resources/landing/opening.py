"""Opens a landed file as a stream of what it holds: decompressed, and a text in UTF-8."""

import bz2
import codecs
import csv
import gzip
import io
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any, cast

import pyarrow as pa

from resources.errors import LandingError, Where
from resources.landing.layout import FileSplit
from resources.landing.limits import TooLong, too_large
from resources.locations import open_landed

LOOK_BYTES = 1 << 20
"""Bytes to request from an object store at a time when only the beginning is looked at."""
_BLOCK_BYTES = 1 << 20
_IN_MEMORY = 64 << 20
"""Compressed parquet beyond this size is unpacked to a temporary file, since it is not read from start to end."""

# What the decompressors raise if they have no exception of their own.
_CUT_OFF = "Truncated compressed stream"
_DAMAGED = ("Invalid data stream", "ZSTD decompress failed")


@contextmanager
def opened(split: FileSplit, block_size: int | None = None) -> Iterator[IO[bytes]]:
    """What a split's file holds, as bytes. Raises LandingError, also within the block, if it can't be read."""
    with (
        long_lines_placed(split),
        opened_as_landed(split, block_size) as stream,
        closing(content(stream, split)) as opened_content,
    ):
        yield opened_content


@contextmanager
def long_lines_placed(split: FileSplit) -> Iterator[None]:
    """Raises LandingError with the line number if a line is too long. Lines are counted only then."""
    try:
        yield
    except TooLong as error:
        with opened_as_landed(split) as stream, closing(content(stream, split)) as whole:
            placed = error.at(split.name, whole)
        raise placed from None


@contextmanager
def opened_as_landed(split: FileSplit, block_size: int | None = None) -> Iterator[IO[bytes]]:
    """The bytes of a split's file as they landed. Raises LandingError, also within the block, if they can't be read."""
    try:
        with open_landed(split.uri, block_size) as stream:
            yield stream
    except LandingError:
        raise
    except (OSError, EOFError, zlib.error, pa.ArrowException, csv.Error, ValueError, OverflowError) as error:
        raise _unreadable(split, error) from None


def content(stream: IO[bytes], split: FileSplit) -> IO[bytes]:
    """What a file's bytes hold: decompressed, and a text in UTF-8."""
    unpacked = decompressed(stream, split.compression)
    if split.compression:
        unpacked = cast(IO[bytes], _Counted(unpacked, split))
    if split.form == "parquet" and split.compression:
        unpacked = seekable(unpacked)
    return unpacked if split.encoding == "utf-8" else io.BufferedReader(_Utf8(unpacked, split), _BLOCK_BYTES)


def decompressed(stream: IO[bytes], compression: str | None) -> IO[bytes]:
    """A file's bytes without its compression; it may consist of several members or frames."""
    if compression == "gzip":
        return cast(IO[bytes], gzip.GzipFile(fileobj=stream))
    if compression == "bz2":
        return cast(IO[bytes], io.BufferedReader(_Bzip2(stream)))
    if compression == "zstd":
        packed = pa.PythonFile(_LeftOpen(stream), mode="r")
        return cast(IO[bytes], pa.CompressedInputStream(packed, "zstd"))
    return stream


def _unreadable(split: FileSplit, error: Exception) -> LandingError:
    """That a file can't be read to its end, and why. The errors' own words are left out: they may quote the file."""
    where = Where(file=split.name)
    if isinstance(error, EOFError) or _CUT_OFF in str(error):
        return LandingError("the compressed file is cut off", "Land it again, whole.", where)
    if isinstance(error, gzip.BadGzipFile | zlib.error) or str(error).startswith(_DAMAGED):
        return LandingError("the compressed file is damaged", "Land it again, whole.", where)
    if isinstance(error, OSError) and (error.strerror or split.form != "parquet"):
        reason = error.strerror or type(error).__name__
        return LandingError(f"can't be read ({reason})", "Make it readable, or land it again.", where)
    return LandingError(f"can't be read as {split.form or 'text'}", "Land it again, whole and readable.", where)


def seekable(stream: IO[bytes]) -> IO[bytes]:
    """A copy of a stream that can be read from anywhere. A large one is on disk; it is removed when it is closed."""
    copy = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - who opens the content closes it
    shutil.copyfileobj(stream, copy, _BLOCK_BYTES)
    copy.seek(0)
    return cast(IO[bytes], copy)


class _Counted(io.RawIOBase):
    """What a compressed file holds, up to its limit. Raises LandingError beyond."""

    def __init__(self, stream: IO[bytes], split: FileSplit) -> None:
        self._stream, self._split = stream, split
        self._count = 0

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The bytes that come next."""
        data = self._stream.read(size)
        self._count += len(data)
        if self._count > self._split.unpacked:
            raise too_large("what the compressed file holds", self._split.unpacked, Where(file=self._split.name))
        return data


class _Bzip2(io.RawIOBase):
    """What a bzip2 file holds. Zeros may come between its streams and at its end, as in gzip, and nothing else.

    `BZ2File` takes anything after the first stream that is not bzip2 for the end of the file.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._unpacker = stream, bz2.BZ2Decompressor()

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer with the bytes that come next."""
        data = b""
        while not data and (packed := self._packed()) is not None:
            data = self._unpacker.decompress(packed, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _packed(self) -> bytes | None:
        """What is to be unpacked next, which begins a stream if the one before has ended; None at the end of the file."""
        if not self._unpacker.eof:
            if not self._unpacker.needs_input:
                return b""
            if data := self._stream.read(io.DEFAULT_BUFFER_SIZE):
                return data
            raise EOFError("the last stream has no end")
        rest = self._unpacker.unused_data.lstrip(b"\0")
        while not rest:
            if not (data := self._stream.read(io.DEFAULT_BUFFER_SIZE)):
                return None
            rest = data.lstrip(b"\0")
        self._unpacker = bz2.BZ2Decompressor()
        return rest


class _LeftOpen(io.RawIOBase):
    """A stream for PyArrow, which would close it when it forgets it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The bytes that come next."""
        return self._stream.read(size)


class _Utf8(io.RawIOBase):
    r"""A text in UTF-16 as UTF-8, its byte order mark too. Bytes that are not text become `\xnn`.

    Raises LandingError at the end of a text that ends with half a character.
    """

    def __init__(self, stream: IO[bytes], split: FileSplit) -> None:
        self._stream, self._name, self._rest = stream, split.name, memoryview(b"")
        self._decoder = codecs.getincrementaldecoder(split.encoding)("backslashreplace")
        self._ended, self._is_odd = False, False

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer with the bytes that come next."""
        while not self._rest and not self._ended:
            block = self._stream.read(_BLOCK_BYTES)
            self._ended = not block
            self._is_odd ^= bool(len(block) % 2)
            if self._ended and self._is_odd:
                cut_off = "its text is cut off: UTF-16 has two bytes for each character, and the last has one"
                raise LandingError(cut_off, "Land it again, whole.", Where(file=self._name))
            text = self._decoder.decode(block, final=self._ended)
            self._rest = memoryview(text.encode())
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
