"""The Python data source `landed`: the pieces of landed files as rows of text, on either engine."""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import IO, Any, cast

import fsspec
import pyarrow as pa
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

from resources.landing.layout import LandingError, Layout, Piece
from resources.landing.readers.csv_records import csv_batches
from resources.landing.readers.json_lines import json_batches
from resources.landing.readers.parquet_rows import parquet_batches

SPLIT_BYTES = 64 << 20
"""A plain NDJSON file above this is read by several tasks."""
_READERS: dict[str, Callable[[Layout, Piece, IO[bytes]], Iterator[pa.RecordBatch]]] = {
    "json": json_batches,
    "csv": csv_batches,
    "parquet": parquet_batches,
}


def read_piece(layout: Layout, piece: Piece) -> Iterator[pa.RecordBatch]:
    """Every record of a piece, as text.

    Raises LandingError where the file can't be read to its end: cut off, not what its name says, no permission.
    """
    try:
        with _opened(piece) as stream:
            yield from _READERS[piece.form](layout, piece, stream)
    except LandingError:
        raise
    except EOFError:
        raise LandingError(f"{piece.name}: the gzip file is cut off. Land it again, whole.") from None
    except (OSError, pa.ArrowException, csv.Error, ValueError, OverflowError, zlib.error) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise LandingError(
            f"{piece.name}: can't be read as {piece.form} ({reason}). Land it again, whole and readable."
        ) from None


def _opened(piece: Piece) -> IO[bytes]:
    stream = cast(IO[bytes], fsspec.open(piece.uri, "rb").open())
    if not piece.name.lower().endswith(".gz"):
        return stream
    if not stream.read(1):
        raise EOFError  # gzip takes no bytes at all for a whole file
    stream.seek(0)
    return cast(IO[bytes], gzip.open(stream))


class _Task(InputPartition):
    """The pieces that one task reads, one after the other."""

    def __init__(self, pieces: list[Piece]) -> None:
        super().__init__(None)
        self.pieces = pieces


class _LandedReader(DataSourceReader):
    def __init__(self, layout: Layout, pieces: list[Piece]) -> None:
        self.layout, self.pieces = layout, pieces

    def partitions(self) -> Sequence[InputPartition]:
        """Pieces are packed until a task has SPLIT_BYTES: large ones alone, small parts together."""
        tasks: list[_Task] = []
        room = 0
        for piece in self.pieces:
            if not tasks or piece.size > room:
                tasks.append(_Task([]))
                room = SPLIT_BYTES
            tasks[-1].pieces.append(piece)
            room -= piece.size
        return tasks or [_Task([])]  # given none, Spark would make one up

    def read(self, partition: InputPartition) -> Iterator[pa.RecordBatch]:
        """The rows of one task's pieces."""
        for piece in cast(_Task, partition).pieces:
            yield from read_piece(self.layout, piece)


class LandedSource(DataSource):
    """`spark.read.format("landed").option("layout", …).option("pieces", …)`: landed files as rows of text."""

    @classmethod
    def name(cls) -> str:
        """The name to read by."""
        return "landed"

    def schema(self) -> str:
        """All columns are text."""
        return ", ".join(f"{name} string" for name in _layout(self.options["layout"]).columns)

    def reader(self, schema: Any) -> DataSourceReader:
        """A reader of the pieces named in the options."""
        pieces = [Piece(**piece) for piece in json.loads(self.options["pieces"])]
        return _LandedReader(_layout(self.options["layout"]), pieces)


def _layout(text: str) -> Layout:
    data: dict[str, Any] = json.loads(text)
    fields = tuple((column, field) for column, field in data["fields"])
    return Layout(data["folder"], fields, tuple(data["needed"]), data["envelope"], tuple(data["nested"]))


def options_for(layout: Layout, pieces: Sequence[Piece]) -> dict[str, str]:
    """The options that make `LandedSource` read these pieces."""
    return {
        "layout": json.dumps(asdict(layout)),
        "pieces": json.dumps([asdict(piece) for piece in pieces]),
    }
