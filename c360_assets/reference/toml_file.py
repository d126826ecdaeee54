"""A TOML file of the reference data, whose entries are taken one by one and know their line."""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

from c360_assets.reference.files import text_of
from resources.errors import BadReference, Where

LARGEST = 1_000_000
"""No whole number of a measure needs to be larger, and engines count days in 32 bits."""
_FRACTION = re.compile("([0-9]{1,4300})/([1-9][0-9]{0,4299})")
"""Python refuses to read longer numbers."""


class TomlFile:
    """The entries of a file by table (`[a.b]`). Entries outside any table belong to the table ''."""

    kind = "an entry"
    """What an entry of the file is, for messages."""

    def __init__(self, path: Path, contents: Mapping[str, bytes]) -> None:
        self._path = path
        self._text = text_of(path, contents)
        self._asked: set[tuple[str, str]] = set()
        try:
            self._tables = dict(_flat_tables(tomllib.loads(self._text)))
            str(self._tables)  # a number in another base may be too long to be shown
        except RecursionError:
            raise BadReference("nested too deeply", "Write it in one or two levels.", Where(file=str(path))) from None
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"at line (\d+)", str(error))  # before Python 3.14 only the text has the line
            line = place[1] if place else str(self._text.count("\n") + 1)
            raise BadReference(
                f"not valid TOML ({error})", "Correct the line.", Where(file=str(path), line=int(line))
            ) from None
        except ValueError:  # of tomllib or str()
            raise BadReference("a number has too many digits", "Correct it.", Where(file=str(path))) from None

    def _take(self, table: str, entry: str) -> Any:
        self._asked.add((table, entry))
        if entry not in self._tables.get(table, {}):
            self._refuse(table, entry, "is missing", f"Add it below [{table}]")
        return self._tables[table][entry]

    def _taken_or(self, table: str, entry: str, default: Any) -> Any:
        return self._take(table, entry) if entry in self._tables.get(table, {}) else default

    def _whole(self, table: str, entry: str, least: int, most: int = LARGEST, default: int | None = None) -> int:
        value = self._take(table, entry) if default is None else self._taken_or(table, entry, default)
        if type(value) is not int or value < least:
            self._refuse(table, entry, f"{value!r} is not a whole number of {least} or more", "Correct it")
        if value > most:
            self._refuse(table, entry, f"{value!r} is more than {most}", "Correct it")
        return value

    def _number(self, table: str, entry: str, most: float = sys.float_info.max) -> float:
        """A finite number, 0 or more: whole ones may be larger than any float, and nan compares with nothing."""
        value = self._take(table, entry)
        if type(value) not in (int, float) or not 0 <= value <= most:
            bounds = "of 0 or more" if most == sys.float_info.max else f"from 0 to {most}"
            self._refuse(table, entry, f"{value!r} is not a number {bounds}", "Correct it")
        return float(value)

    def _fraction(self, table: str, entry: str, default: str | None = None) -> Fraction:
        value = self._take(table, entry) if default is None else self._taken_or(table, entry, default)
        if not isinstance(value, str) or not (terms := _FRACTION.fullmatch(value)):
            self._refuse(table, entry, f"{value!r} is not a fraction", 'Write it as text, such as "1/3"')
        return Fraction(int(terms[1]), int(terms[2]))

    def _expect_nothing_else(self) -> None:
        for table, entries in self._tables.items():
            for entry in entries:
                if (table, entry) not in self._asked:
                    self._refuse(table, entry, f"is not {self.kind}", "Correct its name or its table, or remove it")

    def _refuse(self, table: str, entry: str, wrong: str, remedy: str) -> NoReturn:
        line = line_of(self._text, table, entry)
        where = Where(file=str(self._path), line=line)
        place = f" of [{table}]" if table else ""
        raise BadReference(f"{entry}{place}: {wrong}", f"{remedy}.", where)


def _flat_tables(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Tables by their full name, as in `[a.b]`."""
    yield prefix, {name: value for name, value in document.items() if not isinstance(value, dict)}
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat_tables(value, f"{prefix}.{name}" if prefix else name)


def line_of(text: str, table: str, entry: str) -> int:
    """The line of an entry; if it is missing, that of its table's header; otherwise the last line of the file."""
    lines = text.splitlines()
    current, head = "", 0
    for number, line in enumerate(lines, start=1):
        words = line.strip()
        if words.startswith("["):
            current = words.strip("[] ")
            head = number if current == table else head
        elif current == table and re.match(rf"{re.escape(entry)}\s*=", words):
            return number
    return head or max(len(lines), 1)
