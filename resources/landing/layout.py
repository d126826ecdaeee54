"""What a source's files hold (`Layout`), and what is read from one file (`FileSplit`)."""

from dataclasses import dataclass, field

import pyarrow as pa

from resources.erasure.suppression import Kind
from resources.landing.limits import LandingLimits

ROWS_A_BATCH = 16_384


@dataclass(frozen=True)
class LandingOptions:
    """What landed files may look like beyond their formats. The reference data sets it (`landing.toml`).

    A JSON record's fields are looked for in the first of its `envelopes` that is there. `names` gives, for a field of a
    source (`log_content.Contract`), more names that it goes by. `csv_separators` are tried in order; `csv_escape` is the
    character that escapes a quote within a quoted CSV field, if there is one besides doubling. `limits` say how large
    things may be; they change no row.
    """

    envelopes: tuple[str, ...] = ("_source", "_airbyte_data", "log", "message")
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    csv_separators: tuple[str, ...] = (",", ";", "\t", "|")
    csv_escape: str | None = None
    limits: LandingLimits = field(default_factory=LandingLimits)


@dataclass(frozen=True)
class Layout:
    """The fields of one source.

    `fields` pairs a column of the raw table with the name of its field in landed files. Those in `document` are a
    search engine's own: they are beside an envelope, never in it, and have exactly this name. A CSV or parquet file
    must have all `needed` ones, a JSON record any of them. Whole floats in the fields in `ids` are whole numbers.
    `erased_by` are the columns that hold a customer's id, by which erased records are recognized.
    """

    folder: str
    fields: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]
    document: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    erased_by: tuple[tuple[str, Kind], ...] = ()
    envelope: str | None = None
    nested: tuple[str, ...] = ()
    options: LandingOptions = field(default_factory=LandingOptions)

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
    """A part of a landed file: bytes `start` to `end` of a plain NDJSON file (None: to the end), otherwise all.

    `form` is json, array (of JSON), csv or parquet; `compression` gzip, zstd, bz2 or None; `encoding` that of a text. They
    come from the file's first bytes, whatever its name. `unpacked` is how many bytes it may hold.
    """

    uri: str
    name: str
    form: str
    size: int = 0
    start: int = 0
    end: int | None = None
    compression: str | None = None
    encoding: str = "utf-8"
    unpacked: int = LandingLimits.unpacked_bytes
