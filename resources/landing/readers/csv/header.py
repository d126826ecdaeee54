"""The header of a CSV file: what separates its fields, and which of its columns are which fields."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from resources.errors import LandingError, Where
from resources.landing.field_names import field_names
from resources.landing.layout import FileSplit, Layout
from resources.landing.limits import UnknownNames
from resources.landing.readers.csv.text import Blocks, RecordParser
from resources.landing.readers.lines import WHITE_SPACE
from resources.landing.readers.needed_columns import lacking, refuse_doubled, refuse_missing

_MOST_COLUMNS = 100_000
"""A header of more is not one: the names of so many take gigabytes, and nobody has them."""
_SEPARATOR_LINE = re.compile('"?sep=.?"?', re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """The columns of a CSV file.

    `places` has the column of each field of the layout, None if the file lacks it; `others` has the columns that are
    not fields, each with its name. One without a name has the name `""`.
    """

    layout: Layout
    split: FileSplit
    separator: str
    written: tuple[str, ...]
    places: tuple[int | None, ...]
    others: tuple[tuple[str, int], ...]


def read_header(layout: Layout, split: FileSplit, blocks: Blocks) -> Header | None:
    """The header, which the blocks then begin behind; None for a file without a record.

    Raises LandingError if a needed column is missing or occurs twice.
    """
    line = blocks.line()
    if line is not None and is_separator_line(line):
        line = blocks.line()
    if line is None:
        return None
    separator, missing = separator_of(layout, line)
    if missing:
        refuse_missing(split, missing)
    written = tuple(parser_of(layout, split, separator).first_record(line, blocks).fields)
    if len(written) > _MOST_COLUMNS:
        where = Where(file=split.name)
        raise LandingError(f"has a header of more than {_MOST_COLUMNS:,} columns", "Land the file again.", where)
    names = [name.strip(WHITE_SPACE) for name in written]
    if missing := lacking(layout, names):  # a name that its first line has a part of
        refuse_missing(split, missing)
    found = field_names(layout).find(names)
    refuse_doubled(layout, split, names, found)
    places = tuple(names.index(found[field]) if field in found else None for _, field in layout.fields)
    others = tuple((name, place) for place, name in enumerate(names) if place not in places)
    unknown = UnknownNames(layout.options.limits, split.name)
    unknown.require_short(names)
    unknown.add(name or str(place) for name, place in others)
    unknown.require_few(others)
    return Header(layout, split, separator, written, places, others)


def parser_of(layout: Layout, split: FileSplit, separator: str) -> RecordParser:
    """What finds the records of a file with this separator."""
    return RecordParser(separator, layout.options.csv_escape, split.name, layout.options.limits.line_bytes)


def is_separator_line(line: str) -> bool:
    """Whether a line is Excel's `sep=;`, quoted or not, which is not a header."""
    return _SEPARATOR_LINE.fullmatch(line.strip(WHITE_SPACE)) is not None


def separator_of(layout: Layout, line: str) -> tuple[str, Sequence[str]]:
    """The separator with which a file's first line lacks fewest needed columns, and which it lacks."""
    found = [(separator, _lacking(layout, line, separator)) for separator in layout.options.csv_separators]
    return min(found, key=lambda pair: len(pair[1]))


def _lacking(layout: Layout, line: str, separator: str) -> list[str]:
    if line.count(separator) > _MOST_COLUMNS:
        return lacking(layout, [])
    try:
        names = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a field beyond the limit
        names = []
    return lacking(layout, [name.strip(WHITE_SPACE) for name in names])
