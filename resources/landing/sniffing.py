"""What a file is, judged by its first bytes, whatever its name."""

import re
from typing import IO, NoReturn

from resources.errors import LandingError, Where

HEAD_BYTES = 512
_COMPRESSIONS: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    *((bytes([byte]) + b"\x2a\x4d\x18", "zstd") for byte in range(0x50, 0x60)),  # a frame to be skipped comes first
    *((b"BZh" + level, "bz2") for level in (b"%d" % number for number in range(1, 10))),
)
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xfd7zXZ\0", "compressed with xz", "Unpack it, or pack it with gzip, zstandard or bzip2."),
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "Unpack the archive, or save the workbook as CSV."),
    (b"PK\x05\x06", "an empty zip archive", "Land the files themselves."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it, and land the files themselves."),
    (b"Rar!\x1a\x07", "a rar archive", "Unpack it, and land the files themselves."),
    (b"\x04\x22\x4d\x18", "compressed with lz4", "Unpack it, or pack it with gzip, zstandard or bzip2."),
    (b"\xff\x06\0\0sNaPpY", "compressed with snappy", "Unpack it, or pack it with gzip, zstandard or bzip2."),
    (b"\x1f\x9d", "compressed with compress", "Unpack it, or pack it with gzip, zstandard or bzip2."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook", "Save it as CSV in UTF-8."),
    (b"Obj\x01", "an Avro file", "Write it as parquet, or as JSON lines."),
    (b"ORC", "an ORC file", "Write it as parquet, or as JSON lines."),
    (b"ARROW1", "an Arrow file", "Write it as parquet."),
    (b"FEA1", "a Feather file", "Write it as parquet."),
    (b"PARE", "an encrypted parquet file", "Decrypt it before it lands."),
    (b"SQLite format 3\0", "an SQLite database", "Write its table as CSV, or as parquet."),
    (b"%PDF", "a PDF document", "Land the data itself."),
    (b"-----BEGIN PGP", "encrypted with PGP", "Decrypt it before it lands."),
    (b"age-encryption.org", "encrypted with age", "Decrypt it before it lands."),
    (b"Salted__", "encrypted with OpenSSL", "Decrypt it before it lands."),
    (b"\xff\xfe\0\0", "text in UTF-32", "Save it as UTF-8."),
    (b"\0\0\xfe\xff", "text in UTF-32", "Save it as UTF-8."),
)
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TAR = (b"ustar", 257)
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1d]")
"""A byte that text does not have. Marks of letters alone, such as `ORC`, may begin the header of a CSV file."""


def compression_of(head: bytes) -> str | None:
    """How a file that begins with these bytes is compressed."""
    return next((name for magic, name in _COMPRESSIONS if head.startswith(magic)), None)


def kind_of(head: bytes, name: str, compression: str | None = None) -> str:
    """What a file with these first bytes holds, once it is decompressed: `parquet`, or the encoding of a text.

    Raises LandingError, with what to do, for a form that is not read.
    """
    if compression and compression_of(head):
        _refuse(name, "compressed twice", "Unpack it once, and land it again.")
    for magic, what, remedy in _OTHERS:
        if head.startswith(magic) and not (magic.isalnum() and not _NO_TEXT.search(head)):
            _refuse(name, what, remedy)
    if head[_TAR[1] :].startswith(_TAR[0]):
        _refuse(name, "a tar archive", "Unpack it, and land the files themselves.")
    if head.startswith(b"PAR1"):
        return "parquet"
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8")


def head_of(stream: IO[bytes]) -> bytes:
    """The first bytes of a stream, as many as are needed to tell what it is."""
    head = b""
    while len(head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(head))):
        head += more
    return head


def _refuse(name: str, what: str, remedy: str) -> NoReturn:
    raise LandingError(f"is {what}, which can't be read", remedy, Where(file=name))
