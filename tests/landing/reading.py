"""What the reader's tests share: bytes in, rows out."""

from pathlib import Path

from c360_assets.landing import identity, raw_content, raw_search
from resources.landing.inspection import split_of
from resources.landing.layout import FileSplit, Layout
from resources.landing.source import read_split
from resources.landing.zone import LandedFile

CONTENT, SEARCH, IDENTITY = raw_content.LAYOUT, raw_search.LAYOUT, identity.LAYOUT
Row = dict[str, str | None]


def read_file(path: Path, layout: Layout = CONTENT) -> list[Row]:
    """The rows of a file, without the file's name."""
    split = split_of(layout, landed_file(path))
    return _rows(layout, [split] if split else [], path.name)


def read_lines(path: Path, layout: Layout = CONTENT, start: int = 0, end: int | None = None) -> list[Row]:
    """The rows of a part of a file of JSON lines, whatever it looks like."""
    return _rows(layout, [FileSplit(str(path), path.name, "json", path.stat().st_size, start, end)], path.name)


def _rows(layout: Layout, splits: list[FileSplit], name: str) -> list[Row]:
    rows = [row for split in splits for batch in read_split(layout, split) for row in batch.to_pylist()]
    assert {row.pop("source_file") for row in rows} <= {name}
    return rows


def landed_file(path: Path) -> LandedFile:
    """A file as the landing zone finds it."""
    return LandedFile(path.name, str(path), path.stat().st_size, "", False)


def read_bytes(folder: Path, name: str, data: bytes, layout: Layout = CONTENT) -> list[Row]:
    """The rows of a file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return read_file(path, layout)


def row_of(layout: Layout = CONTENT, **values: str | None) -> Row:
    """A row with these values, all else null."""
    return {**dict.fromkeys(layout.columns[1:]), **values}
