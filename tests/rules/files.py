"""What landed files and their names tell, which needs no engine: by the model and by the reader of the landing zone."""

from datetime import date
from pathlib import Path
from typing import Any, Protocol

from c360_assets.landing import raw_content
from resources.landing.inspection import inspected
from resources.landing.layout import FileSplit, Layout
from resources.landing.source import read_split
from resources.landing.zone import Delivery, LandedFile, LandingZone
from tests.model import csv_text, landed, raw
from tests.model.delivery import Reader
from tests.model.options import Options
from tests.model.unparsed import Unparsed
from tests.strategies import Landed

Record = dict[str, Any]
FOLDER = "log_content"
DAY = date(2022, 4, 1)


class Files(Protocol):
    """One side's reader; `root` is a folder to write to."""

    def content(self, root: Path, name: str, data: bytes) -> list[Record]:
        """The records of a file of the content log: its columns but `source_file`."""

    def csv(self, root: Path, text: str) -> list[Record | str]:
        """The records of a CSV file with the columns a and b; a ragged one as its text."""

    def is_data(self, root: Path, name: str) -> bool:
        """Whether a file in a day's folder is data."""

    def day_of(self, root: Path, name: str) -> date | None:
        """The day that a name in a log's folder tells."""


class ModelFiles:
    """By the model."""

    def content(self, root: Path, name: str, data: bytes) -> list[Record]:
        """See `Files`."""
        path = Landed({name: data}).write(root) / name
        rows = Reader(raw.CONTENT, Options()).delivery(root, [path])
        return [{column: row[column] for column in raw.CONTENT_COLUMNS if column != "erased"} for row in rows]

    def csv(self, root: Path, text: str) -> list[Record | str]:
        """See `Files`."""
        return [row.text if isinstance(row, Unparsed) else dict(row) for row in csv_text.rows(text)]

    def is_data(self, root: Path, name: str) -> bool:
        """See `Files`."""
        return not landed.is_passed_over(name)

    def day_of(self, root: Path, name: str) -> date | None:
        """See `Files`."""
        return landed.day_of_file(name)


class LandingFiles:
    """By the reader of the landing zone."""

    def content(self, root: Path, name: str, data: bytes) -> list[Record]:
        """See `Files`."""
        return _read(raw_content.LAYOUT, root, name, data)

    def csv(self, root: Path, text: str) -> list[Record | str]:
        """See `Files`."""
        layout = Layout("log", (("a", "a"), ("b", "b")), ("a", "b"))
        rows = _read(layout, root, "a.csv", text.encode(), "csv")
        return [row["unparsed"] or {name: row[name] for name in ("a", "b")} for row in rows]

    def is_data(self, root: Path, name: str) -> bool:
        """See `Files`."""
        Landed({f"{FOLDER}/{DAY:%Y%m%d}/{name}": b""}).write(root)
        delivery = LandingZone(str(root)).day(FOLDER, DAY)
        return delivery is not None and bool(delivery.files)

    def day_of(self, root: Path, name: str) -> date | None:
        """See `Files`."""
        Landed({f"{FOLDER}/{name}": b""}).write(root)
        return next(iter(LandingZone(str(root)).days(FOLDER).deliveries), None)


def _read(layout: Layout, root: Path, name: str, data: bytes, form: str | None = None) -> list[Record]:
    """The records of a file, whatever it holds if its form is given."""
    path = Landed({name: data}).write(root) / name
    file = LandedFile(name, str(path), len(data), "", False)
    splits = [FileSplit(str(path), name, form)] if form else inspected(layout, Delivery(None, (file,)))
    rows = [row for split in splits for batch in read_split(layout, split) for row in batch.to_pylist()]
    return [{column: row[column] for column in layout.columns[1:]} for row in rows]
