"""What the reader's tests share: bytes in, rows out."""

from pathlib import Path

from c360_assets.landing import identity, raw_content, raw_search
from resources.landing.layout import FileSplit, Layout
from resources.landing.source import read_split
from resources.landing.zone import form_of

CONTENT, SEARCH, IDENTITY = raw_content.LAYOUT, raw_search.LAYOUT, identity.LAYOUT
Row = dict[str, str | None]


def read_file(path: Path, layout: Layout = CONTENT, start: int = 0, end: int | None = None) -> list[Row]:
    """The rows of a file, or of a part of it, without the file's name."""
    split = FileSplit(str(path), path.name, form_of(path.name) or "", path.stat().st_size, start, end)
    rows = [row for batch in read_split(layout, split) for row in batch.to_pylist()]
    assert {row.pop("source_file") for row in rows} <= {path.name}
    return rows


def read_bytes(folder: Path, name: str, data: bytes, layout: Layout = CONTENT) -> list[Row]:
    """The rows of a file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return read_file(path, layout)


def row_of(layout: Layout = CONTENT, **values: str | None) -> Row:
    """A row with these values, all else null."""
    return {**dict.fromkeys(layout.columns[1:]), **values}
