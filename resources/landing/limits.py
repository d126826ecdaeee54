"""How large landed data may be, in bytes after decompression. A file beyond that is refused, naming the place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import IO

from resources.errors import LandingError, Where

MIB, GIB = 1 << 20, 1 << 30
BATCH_BYTES = 64 << 20
"""A batch of rows is cut before it gets larger than this."""
LONGEST_NAMES = 1 << 20
"""The most characters in all names of a record, and in all unknown ones of a file: those are written again with every row."""
_LONG_ROW = 64 << 10
"""Bytes, on average over a batch: hundreds of times what a record of a log has."""
_REPEATING_ROW = 2 << 10
"""Bytes, on average over a batch, of a file whose text is many times as long as the file: what a large record has."""
REPEATS_PLAIN, REPEATS_PACKED = 16, 64
"""How many times as long as the file its text may be: unpacked, or a parquet file as it landed. Few logs reach a half."""
_LINES_OF_LONG_ROWS = 4
_BLOCK_BYTES = 8 << 20


@dataclass(frozen=True)
class LandingLimits:
    """The limits that the reference data sets (`landing.toml`).

    `line_bytes` is for a line of text, a CSV record, an element of a JSON array and a row of parquet; `field_bytes` for a
    value of a known field, and for all that a record has beyond them; `unknown_fields` for different names beyond the
    known ones in a file, or in each part of one that several tasks read; `unpacked_bytes` for what a compressed file
    holds.
    """

    line_bytes: int = 64 * MIB
    field_bytes: int = 16 * MIB
    unknown_fields: int = 4096
    unpacked_bytes: int = 64 * GIB


class TooLong(Exception):
    """A line or record that is too long: it began `back` line ends before a position in the unpacked file."""

    def __init__(self, limit: int, position: int, back: int = 0) -> None:
        super().__init__(limit, position, back)
        self.limit, self.position, self.back = limit, position, back

    def at(self, file: str, stream: IO[bytes]) -> LandingError:
        """The error, with the line that it begins on. `stream` is at the beginning of the file."""
        return too_large("a line or record", self.limit, Where(file=file, line=self._line(stream)))

    def _line(self, stream: IO[bytes]) -> int:
        feeds = returns = 0
        left = self.position
        while left > 0 and (block := stream.read(min(left, _BLOCK_BYTES))):
            feeds += block.count(b"\n")
            returns += block.count(b"\r")
            left -= len(block)
        return (feeds or returns) - self.back + 1


class RecordTooLarge(Exception):
    """A record that is too large, in its values or its names. `error` says how; where it stands is found out later."""

    def __init__(self, error: LandingError) -> None:
        super().__init__(error)
        self.error = error


def too_large(what: str, limit: int, where: Where) -> LandingError:
    """The error for something that is larger than its limit."""
    return LandingError(
        f"{what} is larger than {size_text(limit)}",
        "Land it again without it, or raise the limit in landing.toml.",
        where,
    )


def size_text(count: int) -> str:
    """A number of bytes in a readable unit."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (1 << 10, "KiB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit} {name}"
    return f"{count:,} bytes"


class UnknownNames:
    """The distinct names in one file that are not fields of its source."""

    def __init__(self, limits: LandingLimits, file: str) -> None:
        self._most, self._file = limits.unknown_fields, file
        self._names: set[str] = set()
        self._length = 0

    @property
    def length(self) -> int:
        """The characters of all names."""
        return self._length

    def add(self, names: Iterable[str]) -> None:
        """Takes more names. Raises LandingError if there are too many, or if they are too long."""
        new = set(names) - self._names
        if not new:
            return
        self._names |= new
        self._length += sum(map(len, new))
        if len(self._names) > self._most:
            raise self._too_many(f"has more than {self._most:,} different unknown fields")
        if self._length > LONGEST_NAMES:
            raise self._too_long("has unknown fields")

    def require_short(self, names: Iterable[str]) -> None:
        """Raises LandingError if all names of a record, known or not, are too long: a field may be spelled in many ways."""
        if sum(map(len, names)) > LONGEST_NAMES:
            raise self._too_long("has a record of fields")

    def require_few(self, columns: Collection[object]) -> None:
        """Raises LandingError if a file has too many columns that are not fields, though all may have the same name."""
        if len(columns) > self._most:
            raise self._too_many(f"has more than {self._most:,} unknown columns")

    def _too_many(self, what: str) -> LandingError:
        remedy = "Land it again with values in place of such names, or raise unknown_fields in landing.toml."
        return LandingError(what, remedy, Where(file=self._file))

    def _too_long(self, whose: str) -> LandingError:
        remedy = "Land it again with values in place of such names."
        return LandingError(
            f"{whose} with names of more than {size_text(LONGEST_NAMES)}", remedy, Where(file=self._file)
        )


class LongRows:
    """The rows that one task reads and that are long, batch by batch. A log has hardly any.

    An engine takes some thousand rows at a time, however long they are, and several times their size in memory. The files
    that a task reads are counted together: a few bytes can hold a lot of rows, so many small files could too.
    """

    def __init__(self, limits: LandingLimits) -> None:
        self._most = _LINES_OF_LONG_ROWS * limits.line_bytes
        self._bytes = 0

    def add(self, rows: int, size: int, file: str, repeats: bool = False) -> None:
        """Takes a batch of rows of a file. Raises LandingError if long ones have become too many.

        In a file that `repeats` the same text, as a long name of a column or a value in a dictionary, shorter rows are long.
        """
        long = _REPEATING_ROW if repeats else _LONG_ROW
        if size <= long * rows:
            return
        self._bytes += size
        if self._bytes > self._most:
            shown, most = size_text(long), size_text(self._most)
            what = (
                f"its rows of more than {shown}, with those of the files read before it, are larger than {most} in all"
            )
            remedy = "Land it again without such rows, or raise line_mib in landing.toml."
            raise LandingError(what, remedy, Where(file=file))
