"""Writes what a file holds as the file landed: in its encoding, and compressed as it was."""

import bz2
import codecs
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

import pyarrow as pa

from resources.landing.layout import FileSplit


@contextmanager
def packed(file: IO[bytes], split: FileSplit) -> Iterator[IO[bytes]]:
    """A stream for what a split's file holds, a text in UTF-8; it ends up in the file as the split says."""
    compressed = _compressed(file, split.compression)
    encoded = compressed if split.encoding == "utf-8" else cast(IO[bytes], _Encoded(compressed, split.encoding))
    yield encoded
    if compressed is not file:
        compressed.close()


def _compressed(file: IO[bytes], compression: str | None) -> IO[bytes]:
    if compression == "gzip":
        return cast(IO[bytes], gzip.GzipFile("", "wb", fileobj=file, mtime=0))
    if compression == "bz2":
        return bz2.BZ2File(file, "wb")
    if compression == "zstd":
        return cast(IO[bytes], pa.CompressedOutputStream(_LeftOpen(file), "zstd"))
    return file


class _LeftOpen(io.RawIOBase):
    """A file for PyArrow, which would close it with its own stream."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def writable(self) -> bool:
        """True: it is for writing."""
        return True

    def write(self, data: Any) -> int:
        """Writes bytes."""
        return self._file.write(data)


class _Encoded(io.RawIOBase):
    """A text in UTF-8, its byte order mark too, as a text in another encoding."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def writable(self) -> bool:
        """True: it is for writing."""
        return True

    def write(self, data: Any) -> int:
        """Writes a part of the text; it may end within a character."""
        self._file.write(self._decoder.decode(bytes(data)).encode(self._encoding))
        return len(memoryview(data))
