"""How a reference file is read: its bytes, its text, and CSV records that know the line they begin on.

What the files mean is decided in `c360_assets/reference/model.py` and `c360_assets/reference/measures.py`.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from resources.errors import BadReference, Where


def bytes_of(path: Path) -> bytes:
    """The content of the file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BadReference(
            "the file is missing", "Put it there, or point C360_REFERENCE elsewhere.", Where(file=str(path))
        ) from None


def text_of(path: Path, contents: Mapping[str, bytes]) -> str:
    """The file's text; a byte order mark at its start is skipped."""
    content = contents[path.name]
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        where = Where(file=str(path), line=line)
        raise BadReference("bytes that are not UTF-8", "Save the file as UTF-8.", where) from None


@dataclass(frozen=True)
class Row:
    """A record of a CSV file that knows where it begins."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def refuse(self, wrong: str, remedy: str) -> NoReturn:
        """Raises: what is wrong with this record, and what to do."""
        raise BadReference(wrong, f"{remedy}.", Where(file=str(self.path), line=self.line))


class CsvTable:
    """The records of a CSV file, each with the line it begins on. No cell of the required columns is empty."""

    def __init__(
        self,
        path: Path,
        columns: tuple[str, ...],
        contents: Mapping[str, bytes],
        may_be_empty: bool = False,
    ) -> None:
        self.path = path
        self._may_be_empty = may_be_empty
        self._columns = columns
        self._text = text_of(path, contents)

    def __iter__(self) -> Iterator[Row]:
        records = _numbered_records(self.path, self._text)
        line, header = next(records, (1, []))
        head = Row(self.path, line, {})
        for column in self._columns:
            if header.count(column) != 1:
                wrong = "is missing" if column not in header else "occurs twice"
                head.refuse(f"the column {column} {wrong}", f"Begin with the header {','.join(self._columns)}")
        empty = not self._may_be_empty
        for line, cells in records:
            if len(cells) != len(header):
                wrong = f"{len(cells)} fields, but the header has {len(header)}"
                Row(self.path, line, {}).refuse(wrong, "Quote a field that holds a comma")
            row = Row(self.path, line, dict(zip(header, cells, strict=True)))
            self._expect_filled(row)
            empty = False
            yield row
        if empty:
            head.refuse("no entries", "Add at least one line below the header")

    def _expect_filled(self, row: Row) -> None:
        for column in self._columns:
            if not row[column].strip():
                row.refuse(f"{column} is empty", "Fill it in, or remove the line")
            if row[column] != row[column].strip():
                row.refuse(f"{column} {row[column]!r} has white space at its ends", "Remove it")


def _numbered_records(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the line they begin on (a quoted field may span lines). Empty lines are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            where = Where(file=str(path), line=begins)
            raise BadReference(f"not valid CSV ({error})", "Check the quotes.", where) from None
        if cells:
            yield begins, cells


def unique(rows: Iterable[Row], column: str, same: Callable[[str], str] = str) -> Iterator[tuple[Row, str]]:
    """Each row with the value that its cell is compared by. A second row with an equal value is refused."""
    seen: dict[str, tuple[str, int]] = {}
    for row in rows:
        compared = same(row[column])
        if compared in seen:
            text, line = seen[compared]
            row.refuse(f"{column} {row[column]!r} is the same as {text!r} on line {line}", "Remove one of them")
        seen[compared] = (row[column], row.line)
        yield row, compared
