"""A file of CSV (RFC 4180): regular lines by PyArrow, all other records by Python's own reader."""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from resources.errors import LandingError, Where
from resources.landing.layout import ROWS_A_BATCH, FileSplit, Layout, check_needed
from resources.landing.readers.lines import BLOCK_BYTES, BOM, WHITE_SPACE, is_utf8, joined, line_blocks, lines_of


def csv_batches(layout: Layout, split: FileSplit, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The first line is the header. PyArrow reads blocks as far as they are regular; see `_fast_csv`."""
    csv.field_size_limit(sys.maxsize)  # here, since an executor receives functions, and does not run the module
    blocks = line_blocks(stream, 0, None)
    first = next(blocks, b"").removeprefix(BOM)
    line, _, rest = first.partition(b"\n")
    if not _is_regular(line + b"\n") or not line.decode(errors="replace").strip(WHITE_SPACE):
        records = _csv_records(chain([first], blocks))
        found, _ = next(records, (None, ""))
        if found is not None:
            header = _Header(layout, split, tuple(name.strip(WHITE_SPACE) for name in found)).checked()
            yield from _record_batches(header, records)
        return
    names = line.decode(errors="backslashreplace").split(",")
    header = _Header(layout, split, tuple(name.strip(WHITE_SPACE) for name in names)).checked()
    for block in filter(None, chain([rest], blocks)):
        odd = _odd_records(header, block) if _is_regular(block, quotes=True) else None
        if odd is None:  # a record may continue in the next block: from here on, everything is read record by record
            yield from _record_batches(header, _csv_records(chain([block], blocks)))
            return
        regular, odd_records = odd
        batch = _fast_csv(header, regular) if regular else None
        if batch is not None:
            yield batch
        elif regular:
            yield from _record_batches(header, _csv_records(iter([regular])))
        yield from _record_batches(header, iter(odd_records))


@dataclass(frozen=True)
class _Header:
    """The columns of a CSV file, and the position of each field of the layout among them."""

    layout: Layout
    split: FileSplit
    names: tuple[str, ...]

    @property
    def places(self) -> list[int | None]:
        """The column of each field; None if the file lacks it."""
        return [self.names.index(field) if field in self.names else None for _, field in self.layout.fields]

    def checked(self) -> "_Header":
        """Returns itself. Raises LandingError if a column occurs twice or a required one is missing."""
        doubled = sorted({name for name in self.names if self.names.count(name) > 1})
        if doubled:
            names = ", ".join(doubled)
            where = Where(file=self.split.name, column=names)
            raise LandingError(f"column {names} stands twice in the header", "Land it once.", where)
        check_needed(self.layout, self.split, self.names)
        return self


def _is_regular(block: bytes, quotes: bool = False) -> bool:
    """Whether every line feed ends a line and every comma separates fields: no quotes (unless allowed), no odd breaks."""
    return (quotes or b'"' not in block) and b"\0" not in block and block.count(b"\r") == block.count(b"\r\n")


def _odd_records(header: _Header, block: bytes) -> tuple[bytes, list[tuple[list[str], str]]] | None:
    """The block's regular lines (valid text without quotes, a comma between any two columns), and all other records.

    None if a quoted field does not end in the block.
    """
    lines = lines_of(block)
    usual = pc.equal(pc.count_substring(lines, ","), len(header.names) - 1)
    if not is_utf8(block):
        usual = pc.and_(usual, pc.invert(pc.match_substring_regex(lines, r"[^\x00-\x7f]")))
    regular = usual.to_numpy(zero_copy_only=False).copy()
    records: list[tuple[list[str], str]] = []
    if b'"' in block:
        taken = _quoted_records(lines, records)
        if taken is None:
            return None
        regular &= ~taken
    else:
        taken = np.zeros(len(lines), bool)
    for place in np.flatnonzero(~regular & ~taken):
        text = _text_line(lines, place)
        if text.strip(WHITE_SPACE):
            records.append((text.split(","), text))
    return joined(lines.filter(pa.array(regular))), records


def _quoted_records(lines: pa.Array, records: list[tuple[list[str], str]]) -> Any:
    """Adds the records that begin on a line with a quote. Returns which lines they span, or None if one does not end."""
    taken = np.zeros(len(lines), bool)
    for start in np.flatnonzero(pc.match_substring(lines, '"').to_numpy(zero_copy_only=False)):
        if taken[start]:
            continue
        ended = False

        def following(start: int = int(start)) -> Iterator[str]:
            nonlocal ended
            for line in lines[start:]:
                yield line.as_py().decode(errors="backslashreplace")
            ended = True

        reader = csv.reader(following())
        fields = next(reader)
        if ended:  # the reader asked for more than there is
            return None
        end = start + reader.line_num
        text = b"".join(lines[start:end].to_pylist()).decode(errors="backslashreplace")
        records.append((fields, text.removesuffix("\n").removesuffix("\r")))
        taken[start:end] = True
    return taken


def _text_line(lines: pa.Array, place: Any) -> str:
    text: str = lines[int(place)].as_py().decode(errors="backslashreplace")
    return text.removesuffix("\n").removesuffix("\r")


def _fast_csv(header: _Header, block: bytes) -> pa.RecordBatch | None:
    """Regular lines by PyArrow; None if it does not find as many records as lines.

    None, too, if they begin with a byte order mark, which PyArrow takes for the file's.
    """
    if block.startswith(BOM):
        return None
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    columns = [str(place) for place in range(len(header.names))]
    wanted = [str(place) for place in header.places if place is not None]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(block),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=columns),
            pyarrow.csv.ParseOptions(quote_char=False, double_quote=False),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                include_columns=wanted,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if len(table) != lines:
        return None
    batch = table.combine_chunks().to_batches()[0]
    nothing = pa.nulls(lines, pa.string())
    fields = [nothing if place is None else batch.column(str(place)) for place in header.places]
    names = pa.repeat(pa.scalar(header.split.name, pa.string()), lines)
    return pa.RecordBatch.from_arrays([names, *fields, nothing, nothing], schema=header.layout.schema)


def _record_batches(header: _Header, records: Iterator[tuple[list[str], str]]) -> Iterator[pa.RecordBatch]:
    """Records with as many fields as the header. Others are kept whole in `unparsed`."""
    places = header.places
    blank = (None,) * len(places)
    rows: list[tuple[str | None, ...]] = []
    for fields, text in records:
        if len(fields) == len(header.names):
            values = (None if place is None else fields[place] or None for place in places)
            rows.append((header.split.name, *values, None, None))
        else:
            rows.append((header.split.name, *blank, text, None))
        if len(rows) == ROWS_A_BATCH:
            yield _batch(header.layout, rows)
            rows = []
    if rows:
        yield _batch(header.layout, rows)


def _batch(layout: Layout, rows: Sequence[tuple[str | None, ...]]) -> pa.RecordBatch:
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=layout.schema)


def _csv_records(blocks: Iterator[bytes]) -> Iterator[tuple[list[str], str]]:
    """Each record that is not blank: its fields, and its text as it landed."""
    lines = _Lines(blocks)
    for fields in csv.reader(lines):
        text = lines.take_record()
        if text.strip(WHITE_SPACE):
            yield fields, text


class _Lines:
    """The lines of a text. It remembers those of the record that is being read."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        stream = io.BufferedReader(_Blocks(blocks), BLOCK_BYTES)
        self._text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="")
        self.record: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self.record.append(line)
        return line

    def take_record(self) -> str:
        """The text of the record just read, without the line break at its end."""
        text = "".join(self.record)
        self.record.clear()
        return text.removesuffix("\n").removesuffix("\r")


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a stream."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, b""

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer with the bytes that come next."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
