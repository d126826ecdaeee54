"""A landed file's bytes as what they are: parquet, or text without its compression, encoding and byte order mark."""

import bz2
import gzip
import io
import zlib

import pyarrow as pa

XZ, ZIP = b"\xfd7zXZ\x00", b"PK\x03\x04"


class RefusedError(Exception):
    """A delivery that can't be read."""


def opened(data: bytes, name: str = "") -> bytes | str:
    """The bytes of a parquet file, or the text of any other; bytes that are not UTF-8 as surrogates (see `escaped`)."""
    if not data and name.lower().endswith((".gz", ".zst", ".bz2", ".parquet")):
        # choice: what a program compresses is never 0 bytes, nor is a parquet file.
        raise RefusedError("holds 0 bytes")
    data = _decompressed(data)
    if data.startswith((XZ, ZIP)):
        raise RefusedError("xz and zip are not read")
    if data.startswith(b"PAR1"):
        return data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise RefusedError("is no UTF-16") from error
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def _decompressed(data: bytes) -> bytes:
    try:
        if data.startswith(b"\x1f\x8b"):
            return gzip.decompress(data)
        if data.startswith(b"BZh"):
            return _bunzip2(data)
        if data.startswith(b"\x28\xb5\x2f\xfd"):
            return pa.CompressedInputStream(io.BytesIO(data), "zstd").read()
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise RefusedError("is cut off or damaged") from error
    return data


def _bunzip2(data: bytes) -> bytes:
    """All streams of a bzip2 file; `bz2.decompress` passes over what is none after the first."""
    # choice: zeros may follow each stream, as in gzip.
    found = b""
    while data:
        stream = bz2.BZ2Decompressor()
        found += stream.decompress(data)
        if not stream.eof:
            raise EOFError
        data = stream.unused_data.lstrip(b"\0")
    return found


def is_utf8(text: str) -> bool:
    """Whether all the text's bytes are UTF-8."""
    return not any("\udc80" <= char <= "\udcff" for char in text)


def escaped(text: str) -> str:
    """The text with each byte that is not UTF-8 as `\\xnn`."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
