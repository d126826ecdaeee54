"""The Python data source `landed`: the splits of landed files as rows of text, on either engine."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

from resources.engine.failures import ERROR_KEY, crossing, place_in_code
from resources.errors import LandingError, ReaderError, Where
from resources.landing.layout import FileSplit, LandingOptions, Layout
from resources.landing.limits import (
    REPEATS_PACKED,
    REPEATS_PLAIN,
    LandingLimits,
    LongRows,
    RecordTooLarge,
    UnknownNames,
    too_large,
)
from resources.landing.opening import opened
from resources.landing.readers.csv.records import csv_batches
from resources.landing.readers.json.lines import array_batches, json_batches
from resources.landing.readers.json.placing import line_of_record
from resources.landing.readers.json.record import RecordReader
from resources.landing.readers.json.tolerant import tolerant_json
from resources.landing.readers.parquet.rows import parquet_batches

SPLIT_BYTES = 64 << 20
"""Several tasks read a plain NDJSON file that is larger than this."""
_READERS: dict[str, Callable[[Layout, FileSplit, IO[bytes]], Iterator[pa.RecordBatch]]] = {
    "json": json_batches,
    "array": array_batches,
    "csv": csv_batches,
    "parquet": parquet_batches,
}


def read_split(layout: Layout, split: FileSplit, long_rows: LongRows | None = None) -> Iterator[pa.RecordBatch]:
    """Every record of a split, as text. `long_rows` counts those of the splits before it, too.

    Raises LandingError if the file can't be read to its end: cut off, damaged, or no permission.
    """
    long_rows = long_rows or LongRows(layout.options.limits)
    try:
        with opened(split) as stream:
            held = _Held(split, stream)
            for batch in _READERS[split.form](layout, split, held.stream):
                _require_short_fields(layout, split, batch)
                long_rows.add(len(batch), batch.nbytes, split.name, held.repeats(batch.nbytes))
                yield batch
    except RecordTooLarge as found:
        raise _placed(layout, split, found.error) from None


class _Held:
    """A file's stream, which compares what the file holds with the text that is made of it."""

    def __init__(self, split: FileSplit, stream: IO[bytes]) -> None:
        self._stream, self._is_packed = stream, split.form == "parquet"
        self._bytes, self._text = split.size if self._is_packed else 0, 0

    @property
    def stream(self) -> IO[bytes]:
        """What to read from: what is read of a text is counted, a parquet file counts as it landed."""
        return self._stream if self._is_packed else cast(IO[bytes], self)

    def read(self, size: int = -1) -> bytes:
        """Reads from the file."""
        data = self._stream.read(size)
        self._bytes += len(data)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def repeats(self, size: int) -> bool:
        """Takes the bytes of a batch as text. Returns whether the text is many times as long as the file."""
        self._text += size
        return self._text > (REPEATS_PACKED if self._is_packed else REPEATS_PLAIN) * self._bytes


def _placed(layout: Layout, split: FileSplit, error: LandingError) -> LandingError:
    """The error with the line that it is about, in a file of lines."""
    if split.form != "json":
        return error

    def is_too_large(line: bytes) -> bool:
        reader = RecordReader(layout, UnknownNames(layout.options.limits, split.name))
        try:
            _require_short_fields(layout, split, tolerant_json(layout, split.name, line, reader))
        except RecordTooLarge:
            return True
        except LandingError:
            pass  # it has too many names, which is another error
        return False

    with opened(split) as stream:
        return error.at(line=line_of_record(layout, stream, is_too_large))


def _require_short_fields(layout: Layout, split: FileSplit, batch: pa.RecordBatch) -> None:
    """Raises RecordTooLarge for a value of a known field that is too long, or all other fields of a record that are.

    Columns that are shorter have none.
    """
    longest = layout.options.limits.field_bytes
    bounded = [(column, f"a value of {field}") for column, field in layout.fields]
    for column, what in (*bounded, ("other_fields", "what a record has beyond the known fields")):
        values = batch.column(column)
        if values.nbytes > longest and (pc.max(pc.binary_length(values)).as_py() or 0) > longest:
            raise RecordTooLarge(too_large(what, longest, Where(file=split.name, column=column)))


@contextmanager
def _errors_crossing(file: str, key: str) -> Iterator[None]:
    """Sends an error through the engine: of a file as it is, any other as one that names the file and what to do.

    `key` signs it for the process that asked for the rows.
    """
    try:
        yield
    except LandingError as error:
        raise crossing(error, key) from None
    except MemoryError:
        full = ReaderError("there is not enough memory to read it", "Free some, and run again.", Where(file=file))
        raise crossing(full, key) from None
    except Exception as error:
        broken = ReaderError(
            f"the reader broke off ({place_in_code(error)})",
            "This is a fault of the reader: report it. What the lake holds stays.",
            Where(file=file),
        )
        raise crossing(broken, key) from None


class _Task(InputPartition):
    """The splits that one task reads, one after another."""

    def __init__(self, splits: list[FileSplit]) -> None:
        super().__init__(None)
        self.splits = splits


class _LandedReader(DataSourceReader):
    def __init__(self, layout: Layout, splits: list[FileSplit], key: str) -> None:
        self.layout, self.splits, self.key = layout, splits, key

    def partitions(self) -> Sequence[InputPartition]:
        """Splits are packed until a task has SPLIT_BYTES: large ones alone, small ones together."""
        with _errors_crossing(_named(self.splits), self.key):
            return self._tasks()

    def _tasks(self) -> list[InputPartition]:
        tasks: list[_Task] = []
        room = 0
        for split in self.splits:
            if not tasks or split.size > room:
                tasks.append(_Task([]))
                room = SPLIT_BYTES
            tasks[-1].splits.append(split)
            room -= split.size
        return [*tasks] or [_Task([])]  # given none, Spark would make one up

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """The rows of one task's splits."""
        long_rows = LongRows(self.layout.options.limits)
        for split in cast(_Task, partition).splits:
            with _errors_crossing(split.name, self.key):
                yield from read_split(self.layout, split, long_rows)


class LandedSource(DataSource):
    """`spark.read.format("landed").option("layout", …).option("splits", …)`: landed files as rows of text."""

    @classmethod
    def name(cls) -> str:
        """The name to read by."""
        return "landed"

    def schema(self) -> str:
        """The columns of the layout, all text."""
        return ", ".join(f"{name} string" for name in _layout(self.options["layout"]).columns)

    def reader(self, schema: Any) -> DataSourceReader:
        """A reader of the splits named in the options."""
        splits = [FileSplit(**split) for split in json.loads(self.options["splits"])]
        return _LandedReader(_layout(self.options["layout"]), splits, self.options["error_key"])


def _named(splits: Sequence[FileSplit]) -> str:
    """The files of a delivery in few words."""
    names = [split.name for split in splits] or ["no file"]
    return names[0] if names[0] == names[-1] else f"{names[0]} to {names[-1]}"


def _layout(text: str) -> Layout:
    data: dict[str, Any] = json.loads(text)
    fields = tuple((column, field) for column, field in data["fields"])
    options = data["options"]
    names = tuple((field, tuple(further)) for field, further in options["names"])
    return Layout(
        data["folder"],
        fields,
        envelope=data["envelope"],
        **{name: tuple(data[name]) for name in ("needed", "document", "ids", "nested")},
        options=LandingOptions(
            tuple(options["envelopes"]),
            names,
            tuple(options["csv_separators"]),
            options["csv_escape"],
            LandingLimits(**options["limits"]),
        ),
    )


def options_for(layout: Layout, splits: Sequence[FileSplit]) -> dict[str, str]:
    """The options that make `LandedSource` read these splits."""
    return {
        "layout": json.dumps(asdict(layout)),
        "splits": json.dumps([asdict(split) for split in splits]),
        "error_key": ERROR_KEY,
    }
