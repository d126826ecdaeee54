"""The files in an archive, zip or tar, and whether it holds anything else."""

import io
import tarfile
from collections.abc import Iterator
from typing import IO, Any, cast
from zipfile import ZipFile, ZipInfo

from c360_assets.privacy.proof.forms import DAMAGED, HIDDEN
from resources.landing.opening import seekable

_TAR = (b"ustar", 257)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_END_OF_ZIP, _END_BYTES = b"PK\x05\x06", 22
_HEADER_BYTES, _MOST_BETWEEN = 30, 24
"""Of a file in a zip archive: its header without its name, and the most that follows its data."""
_BLOCK_BYTES = 1 << 20


def is_zip(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a zip archive."""
    return head.startswith(_ZIP)


def is_tar(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a tar archive."""
    return head.startswith(*_TAR)


def members_of_zip(stream: IO[bytes], problems: list[str]) -> Iterator[IO[bytes]]:
    """The names in a zip archive with its comments, and each of its files. A file that can't be read is a problem.

    Raises an exception of any kind if the archive can't be read.
    """
    with seekable(stream) as file, ZipFile(file) as archive:
        members = archive.infolist()
        if _holds_more(file, archive, members):
            problems.append(HIDDEN)
        yield _text_of([archive.comment.decode(errors="replace"), *(_names_of(member) for member in members)])
        for member in members:
            try:
                opened = archive.open(member)
            except Exception:  # damaged, of another method, encrypted
                problems.append(DAMAGED)
                continue
            with opened as inner:
                yield inner


def members_of_tar(stream: IO[bytes], problems: list[str]) -> Iterator[IO[bytes]]:
    """Each file in a tar archive, and all names. Raises TarError if it can't be read; of its end, an error is a problem."""
    names: list[str] = []
    last = _Last(stream)
    with tarfile.open(fileobj=cast(Any, last), mode="r|", bufsize=tarfile.BLOCKSIZE) as archive:
        for member in archive:
            names += [member.name, member.linkname, *map(str, member.pax_headers.values())]
            if inner := archive.extractfile(member) if member.isfile() else None:
                yield inner
    is_at_end = not last.data.strip(b"\0")
    while data := stream.read(_BLOCK_BYTES):
        is_at_end = is_at_end and not data.strip(b"\0")
    if not is_at_end:  # tarfile takes any block that is not a header for the end
        problems.append(HIDDEN)
    yield _text_of(names)


def _holds_more(file: IO[bytes], archive: ZipFile, members: list[ZipInfo]) -> bool:
    """Whether a zip archive has bytes before, between or behind the files that its directory lists."""
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if not 0 <= member.header_offset - end <= (_MOST_BETWEEN if end else 0):
            return True
        file.seek(member.header_offset)
        header = file.read(_HEADER_BYTES)
        lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        end = member.header_offset + _HEADER_BYTES + lengths + member.compress_size
    file.seek(-_END_BYTES - len(archive.comment), io.SEEK_END)
    is_at_end = file.read(len(_END_OF_ZIP)) == _END_OF_ZIP
    return not is_at_end or not 0 <= archive.start_dir - end <= (_MOST_BETWEEN if end else 0)


def _names_of(member: ZipInfo) -> str:
    return f"{member.filename}\n{member.comment.decode(errors='replace')}"


def _text_of(names: list[str]) -> IO[bytes]:
    return io.BytesIO("\n".join(names).encode(errors="replace"))


class _Last:
    """A stream that keeps the bytes it gave last."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.data = stream, b""

    def read(self, size: int = -1) -> bytes:
        """The bytes that come next."""
        self.data = self._stream.read(size)
        return self.data
