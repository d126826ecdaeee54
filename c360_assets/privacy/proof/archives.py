"""The files in an archive, zip or tar, and whether it holds anything else."""

import io
import tarfile
from collections.abc import Iterator
from typing import IO, Any, Protocol, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from c360_assets.privacy.proof.forms import DAMAGED, HIDDEN, OTHER_METHOD, TooMuch
from resources.landing.opening import seekable

_TAR = (b"ustar", 257)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_END_OF_ZIP, _END_BYTES = b"PK\x05\x06", 22
_HEADER_BYTES, _MOST_BETWEEN = 30, 24
"""Of a file in a zip archive: its header without its name, and the most that follows its data."""
_BLOCK_BYTES = 1 << 20
_METHODS = (ZIP_STORED, ZIP_DEFLATED)
"""Of files in a zip archive. What `zipfile` unpacks by others, it unpacks without a limit."""
MOST_DIRECTORY_BYTES = 16 << 20
MOST_MEMBERS = 100_000
"""Files and folders in an archive, those of inner archives included."""
MOST_HEADER_BYTES = 1 << 20
"""The headers of one file in a tar archive: its names and other texts; and of those that are for all files."""
_MOST_SHARED = 1000
_ENTRY = b"PK\x01\x02"


class Room(Protocol):
    """What is noted while an archive is unpacked, and what may still come out of it."""

    problems: list[str]

    def take_member(self) -> None:
        """Counts a file or folder. Raises TooMuch beyond the limit."""


def is_zip(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a zip archive."""
    return head.startswith(_ZIP)


def is_tar(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a tar archive."""
    return head.startswith(*_TAR)


def members_of_zip(stream: IO[bytes], room: Room) -> Iterator[IO[bytes]]:
    """The names in a zip archive with its comments, and each of its files. A file that can't be read is a problem.

    Raises an exception of any kind if the archive can't be read, or if its directory is too large.
    """
    with seekable(stream) as file, ZipFile(cast(IO[bytes], _InPieces(file))) as archive:
        members = archive.infolist()
        if _holds_more(file, archive, members):
            room.problems.append(HIDDEN)
        yield _text_of([archive.comment.decode(errors="replace"), *(_names_of(member) for member in members)])
        for member in members:
            room.take_member()
            if member.compress_type not in _METHODS:
                room.problems.append(OTHER_METHOD)
                continue
            try:
                opened = archive.open(member)
            except Exception:  # damaged, encrypted
                room.problems.append(DAMAGED)
                continue
            with opened as inner:
                yield inner


def members_of_tar(stream: IO[bytes], room: Room) -> Iterator[IO[bytes]]:
    """Each file in a tar archive, and all names. Raises TarError if it can't be read; of its end, an error is a problem."""
    names: list[str] = []
    read = _Headers(stream)
    with tarfile.open(fileobj=cast(Any, read), mode="r|", bufsize=tarfile.BLOCKSIZE) as archive:
        while member := _next_member(archive, read):
            room.take_member()
            names += [member.name, member.linkname, member.uname, member.gname, *map(str, member.pax_headers.values())]
            if sum(map(len, names)) > _BLOCK_BYTES:
                yield _text_of(names)
                names.clear()
            if inner := archive.extractfile(member) if member.isfile() else None:
                yield inner
    is_at_end = not read.last.strip(b"\0")
    while data := stream.read(_BLOCK_BYTES):
        is_at_end = is_at_end and not data.strip(b"\0")
    if not is_at_end:  # tarfile takes any block that is not a header for the end
        room.problems.append(HIDDEN)
    yield _text_of(names)


def _next_member(archive: tarfile.TarFile, read: "_Headers") -> tarfile.TarInfo | None:
    """The next member of a tar archive. Raises TooMuch if its headers, or those for all that follow, are too large."""
    read.most = max(read.count, archive.offset) + MOST_HEADER_BYTES
    member = archive.next()
    read.most = None
    cast(Any, archive).members.clear()  # it keeps all that it has given
    shared = archive.pax_headers
    if len(shared) > _MOST_SHARED or sum(map(len, shared.values())) > MOST_HEADER_BYTES:
        raise TooMuch
    return member


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


class _InPieces:
    """A file that gives no more at once than the directory of a zip archive may have: it is read as a whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """The bytes that come next. Raises TooMuch for a directory that is too large, or has too many entries."""
        if size > MOST_DIRECTORY_BYTES:
            raise TooMuch
        data = self._file.read(size)
        if len(data) > _BLOCK_BYTES and data.count(_ENTRY) > MOST_MEMBERS:
            raise TooMuch
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Headers:
    """The stream of a tar archive: how much was read, and `last`; it ends with TooMuch where that exceeds `most`.

    Between a member's data and the next member there are only headers, which tarfile takes as a whole.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.last, self.count = stream, b"", 0
        self.most: int | None = MOST_HEADER_BYTES

    def read(self, size: int = -1) -> bytes:
        """The bytes that come next."""
        self.last = self._stream.read(size)
        self.count += len(self.last)
        if self.most is not None and self.count > self.most:
            raise TooMuch
        return self.last
