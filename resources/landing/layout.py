"""What a source's files hold (`Layout`), what is read of one file (`FileSplit`), and which columns a file must have."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from resources.errors import LandingError, Where

ROWS_A_BATCH = 16_384


@dataclass(frozen=True)
class Layout:
    """The fields of one source.

    `fields` pairs a column of the raw table with the name of its field in landed files. Fields named in
    `nested` lie in an object `envelope` in the usual form. A CSV or parquet file must have the `needed` ones. `forms` are
    those that the folder's files may have.
    """

    folder: str
    fields: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]
    envelope: str | None = None
    nested: tuple[str, ...] = ()
    forms: tuple[str, ...] = ("json", "csv", "parquet")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns a reader gives, in order."""
        return ("source_file", *(column for column, _ in self.fields), "unparsed", "other_fields")

    @property
    def schema(self) -> pa.Schema:
        """All text, as the engines declare it: nullable."""
        return pa.schema([pa.field(name, pa.string()) for name in self.columns])


@dataclass(frozen=True)
class FileSplit:
    """A part of a landed file: bytes `start` to `end` of a plain NDJSON file (None: to the end), else all."""

    uri: str
    name: str
    form: str
    size: int = 0
    start: int = 0
    end: int | None = None


def check_needed(layout: Layout, split: FileSplit, names: Sequence[str]) -> None:
    """Raises LandingError where a CSV or parquet file lacks a column that it must have."""
    missing = [name for name in layout.needed if name not in names]
    if missing:
        raise LandingError(
            f"column {', '.join(missing)} is missing. It has {', '.join(names) or 'none'}",
            "Land the file again with the missing columns.",
            Where(file=split.name, column=", ".join(missing)),
        )
