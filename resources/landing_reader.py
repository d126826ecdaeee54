"""Reads landed files, every record of them, on either engine: the Python data source `landed`.

What a file holds is decided here, where its bytes are read: which records there are, which of them parse, and
each field as text. What a field means is decided in `c360_assets/cleaning`. Which files make a day is
decided in `resources/landing_zone.py`.

A reader works through a file in blocks of whole lines, so memory is bounded by the block, not the file. Most JSON lines
have the form of their neighbours, and are cut at their quotes (`_Form`); other regular ones are parsed by PyArrow's JSON
reader (`_fast_json`). Each way is taken only where it provably gives what the tolerant one gives, line by line: it takes
all that is left.

This module imports nothing of the project, so that an engine can ship it to its workers as it is.
"""

import csv
import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from itertools import chain
from typing import IO, Any, cast

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

BLOCK_BYTES = 8 << 20
"""Bytes read at a time: large enough for the fast path to pay, small enough for many readers at once."""
SPLIT_BYTES = 64 << 20
"""A plain NDJSON file above this is read by several tasks."""
ROWS_A_BATCH = 16_384
_LINES_A_PIECE = 512
_DEEPEST = 100
"""Levels a JSON value may be nested, as RFC 8259 lets a reader choose: parsers crash on what has thousands."""
_BOM = b"\xef\xbb\xbf"
# White_Space of Unicode; the same list as in c360_assets/text.py (a test holds the two together).
_WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


class LandingError(Exception):
    """A landed file that can't be read. The message names the file and says what to do."""


@dataclass(frozen=True)
class Layout:
    """The fields of one source.

    `fields` pairs a column of the raw table with the name of its field in landed files. Fields named in
    `nested` lie in an object `envelope` in the usual form. A CSV or parquet file must have the `needed` ones.
    """

    folder: str
    fields: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]
    envelope: str | None = None
    nested: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns a reader gives, in order."""
        return ("source_file", *(column for column, _ in self.fields), "unparsed")

    @property
    def schema(self) -> pa.Schema:
        """All text, as the engines declare it: nullable."""
        return pa.schema([pa.field(name, pa.string()) for name in self.columns])


@dataclass(frozen=True)
class Piece:
    """A part of a landed file: bytes `start` to `end` of a plain NDJSON file (None: to the end), else all."""

    uri: str
    name: str
    form: str
    size: int = 0
    start: int = 0
    end: int | None = None


# --- bytes → blocks of whole lines -----------------------------------------------------------------------


def _opened(piece: Piece) -> IO[bytes]:
    stream = cast(IO[bytes], fsspec.open(piece.uri, "rb").open())
    if not piece.name.lower().endswith(".gz"):
        return stream
    if not stream.read(1):
        raise EOFError  # gzip takes no bytes at all for a whole file
    stream.seek(0)
    return cast(IO[bytes], gzip.open(stream))


def _line_blocks(stream: IO[bytes], start: int, end: int | None) -> Iterator[bytes]:
    """The lines that begin in [start, end), in blocks that end where a line ends."""
    position = start
    if start:
        stream.seek(start - 1)
        position = start - 1 + len(stream.readline())
    rest: list[bytes] = []
    while end is None or position < end:
        size = BLOCK_BYTES if end is None else min(BLOCK_BYTES, end - position)
        block = stream.read(size)
        if not block:
            break
        position += len(block)
        if end is not None and position >= end and not block.endswith(b"\n"):
            block += stream.readline()
        cut = block.rfind(b"\n") + 1
        if not cut:
            rest.append(block)
            continue
        yield b"".join([*rest, block[:cut]])
        rest = [block[cut:]] if cut < len(block) else []
    if rest:
        yield b"".join(rest)


def _lines_of(block: bytes) -> pa.Array:
    """The lines of a block with their line feeds, as binary values over the same bytes."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    offsets = pa.py_buffer(np.concatenate([[0], ends]).astype(np.int64))
    return pa.Array.from_buffers(pa.large_binary(), len(ends), [None, offsets, pa.py_buffer(block)])


def _joined(lines: pa.Array) -> bytes:
    """Lines as one block again."""
    return bytes(lines.buffers()[2] or b"") if len(lines) else b""


# --- NDJSON ----------------------------------------------------------------------------------------------


class _Number(str):
    """A JSON number as it was written."""


def _whole(text: str) -> _Number:
    return _Number("0" if text == "-0" else text)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


class _Decoder(json.JSONDecoder):
    """Strict JSON, numbers as they were written."""

    def __init__(self) -> None:
        super().__init__(parse_int=_whole, parse_float=_Number, parse_constant=_no_constant)

    def __reduce__(self) -> tuple[type["_Decoder"], tuple[()]]:
        """How it is sent to executors: made anew there."""
        return _Decoder, ()


_DECODER = _Decoder()


def _compact(value: Any) -> str:
    """JSON text without spaces; numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, list):
        return f"[{','.join(map(_compact, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_compact(key)}:{_compact(item)}" for key, item in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _as_text(value: Any) -> str | None:
    """A landed JSON value as text; null stays null."""
    if value is None or type(value) is str:
        return value
    return _compact(value)


def _parse_line(line: str) -> dict[str, Any] | None:
    """The object on the line; None where it is no JSON object (RFC 8259)."""
    try:
        record = _DECODER.decode(line)
        if line.count("[") + line.count("{") > _DEEPEST and _is_too_deep(record):
            return None
        if "\\u" in line:  # half a surrogate pair is no text: it can't be stored
            _compact(record).encode()
    except (ValueError, RecursionError):
        return None
    return record if type(record) is dict else None


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            return False
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return True


def _tolerant_json(layout: Layout, name: str, block: bytes) -> pa.RecordBatch:
    """A block of NDJSON, line by line: any bytes give rows."""
    rows: list[tuple[str | None, ...]] = []
    blank = (None,) * len(layout.fields)
    for raw in block.split(b"\n"):
        try:
            line, is_text = raw.decode(), True
        except UnicodeDecodeError:
            line, is_text = raw.decode(errors="backslashreplace"), False
        if not line.strip(_WHITE_SPACE):
            continue
        record = _parse_line(line) if is_text else None
        if record is None:
            rows.append((name, *blank, line.removesuffix("\r")))
            continue
        inner = record.get(layout.envelope) if layout.envelope else None
        source = inner if type(inner) is dict else record
        fields = (_as_text((source if field in layout.nested else record).get(field)) for _, field in layout.fields)
        rows.append((name, *fields, None))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(layout.columns)
    return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], schema=layout.schema)


def _known_fields(layout: Layout) -> pa.Schema:
    """What the fast path is told of a record's form: text where text is usual, numbers found by the reader."""
    numeric = {"_score", "TotalDuration", "userPlansMap"}
    text = [name for _, name in layout.fields if name not in numeric]
    top = [pa.field(name, pa.string()) for name in text if name not in layout.nested]
    if layout.envelope:
        inner = [pa.field(name, pa.string()) for name in text if name in layout.nested]
        top.append(pa.field(layout.envelope, pa.struct(inner)))
    return pa.schema(top)


def _plain_text(values: pa.Array | None, rows: int) -> pa.Array | None:
    """The values as text if that is certain to be what was written; None asks for the tolerant path."""
    if values is None or pa.types.is_null(values.type):
        return pa.nulls(rows, pa.string())
    if pa.types.is_string(values.type):
        return values
    return values.cast(pa.string()) if pa.types.is_int64(values.type) else None


_BEFORE_VALUE = b":,[-" + b" \t\r\n"


def _may_hold_constant(block: bytes) -> bool:
    """Whether NaN or Infinity may stand as a value: the word behind a sign that a value can follow."""
    for word in (b"NaN", b"Inf"):
        place = block.find(word)
        while place >= 0:
            if block[place - 1] in _BEFORE_VALUE and (
                block[place - 1 : place] != b"-" or block[place - 2] in _BEFORE_VALUE
            ):
                return True
            place = block.find(word, place + 1)
    return False


def _may_be_too_deep(block: bytes) -> bool:
    """Whether a line may have more than _DEEPEST opening brackets: so many within the length of the longest line."""
    codes = np.frombuffer(block, np.uint8)
    brackets = np.flatnonzero((codes == ord("[")) | (codes == ord("{")))
    breaks = np.flatnonzero(codes == ord("\n"))
    longest = np.diff(breaks, prepend=-1, append=len(block)).max()
    return bool(np.any(brackets[_DEEPEST:] - brackets[:-_DEEPEST] < longest))


def _fast_json(layout: Layout, name: str, block: bytes) -> pa.RecordBatch | None:
    """A block of regular NDJSON by PyArrow; None where it can't be proved equal to the tolerant path.

    Proof: every line starts with `{` and ends with `}`; strings can't hold raw line breaks (the parser refuses
    them), so a value can't go on from one line to the next, since `}` is never followed by `{` inside
    a value; as many records as lines then means one a line. The parser itself is strict RFC 8259 but for NUL
    bytes, encoding, the words NaN and Infinity, and depth, checked here; it refuses doubled keys. Numbers are
    taken only where they are whole and fit 64 bits.
    """
    regular = (
        block.startswith(b"{")
        and block.count(b"}\n{") == _lines_in(block) - 1
        and block.rstrip(b"\n").endswith(b"}")
        and b"\0" not in block
        and _is_utf8(block)
        and not _may_hold_constant(block)
        and not _may_be_too_deep(block)
    )
    return _parsed(layout, name, block) if regular else None


def _lines_in(block: bytes) -> int:
    return block.count(b"\n") + (not block.endswith(b"\n"))


def _parsed(layout: Layout, name: str, block: bytes) -> pa.RecordBatch | None:
    """Lines that hold a record each, parsed by PyArrow; None where a value is not certain to be what was written."""
    lines = _lines_in(block)
    try:
        table = pyarrow.json.read_json(
            pa.BufferReader(block),
            pyarrow.json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            pyarrow.json.ParseOptions(explicit_schema=_known_fields(layout), unexpected_field_behavior="infer"),
        )
    except (pa.ArrowInvalid, OverflowError):
        return None
    if len(table) != lines or set(layout.nested) & set(table.column_names):
        return None
    batch = table.combine_chunks().to_batches()[0]
    texts = [_plain_text(_column(batch, layout, field), lines) for _, field in layout.fields]
    if None in texts:
        return None
    names = pa.repeat(pa.scalar(name, pa.string()), lines)
    arrays = [names, *texts, pa.nulls(lines, pa.string())]
    return pa.RecordBatch.from_arrays(arrays, schema=layout.schema)


def _column(batch: pa.RecordBatch, layout: Layout, field: str) -> pa.Array | None:
    """A field of a parsed block; None where no record has it."""
    if field not in layout.nested:
        return batch.column(field) if field in batch.schema.names else None
    envelope = batch.column(layout.envelope)
    return pc.struct_field(envelope, field) if envelope.type.get_field_index(field) >= 0 else None


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


_TOKEN = re.compile(r"[{}\[\]:,]|[^{}\[\]:,\s]+")
_WHOLE = "(?:0|-?[1-9][0-9]*)"
_LINES_TO_LEARN_FROM = 10


class _Form:
    """The form of the lines of an NDJSON file, cut at their quotes.

    One program writes a log's lines, with the same fields in the same order: they differ from one another only in their
    texts and whole numbers, and in all else are as `fixed`. In a line without a backslash quotes stand only at the
    ends of names and texts, so every second part between quotes is one of those.
    """

    def __init__(self, line: str) -> None:
        self.fixed = line.split('"')
        self.texts: set[int] = set()
        self.numbers: dict[int, tuple[str, str]] = {}  # what stands before the number, and behind it
        self._values: dict[tuple[str, ...], int | str | None] = {}  # by path: the part that holds it, or itself
        self._objects: set[tuple[str, ...]] = set()
        self.is_simple = "\\" not in line and self._walk()

    @classmethod
    def of(cls, block: bytes) -> "_Form | None":
        """The form of the first lines of a block: of the first that is simple."""
        for raw in block.split(b"\n", _LINES_TO_LEARN_FROM)[:_LINES_TO_LEARN_FROM]:
            try:
                line = raw.removesuffix(b"\r").decode()
            except UnicodeDecodeError:
                continue
            if _parse_line(line) and (form := cls(line)).is_simple:
                return form
        return None

    def _walk(self) -> bool:
        """Finds the values of a line that is a JSON object; False where it has lists, or a field twice."""
        path: list[str] = []
        key, awaits_value, found = "", False, 0
        for part, text in enumerate(self.fixed):
            if part % 2:
                if awaits_value:
                    self.texts.add(part)
                    self._values[(*path, key)] = part
                    found += 1
                key, awaits_value = text, False
                continue
            for token in _TOKEN.findall(text):
                if token == "[":
                    return False
                if token in ":,":
                    awaits_value = token == ":"
                elif token == "}":
                    path = path[:-1]
                elif token != "{":
                    self._values[(*path, key)] = self._unquoted(part, token)
                    found += 1
                elif awaits_value:
                    path.append(key)
                    self._objects.add(tuple(path))
                    found += 1
                    awaits_value = False
        return found == len(self._values.keys() | self._objects)

    def _unquoted(self, part: int, token: str) -> int | str | None:
        """The part that a whole number stands in; any other number, and a literal, belongs to the form."""
        if not re.fullmatch(_WHOLE, token):
            return _as_text(_DECODER.decode(token))
        before, _, behind = self.fixed[part].partition(token)
        self.numbers[part] = before, behind
        return part

    def places(self, layout: Layout) -> list[int | str | None] | None:
        """For each field the part that holds it, or the value that it has in every line; None if one is an object."""
        envelope = {(name,) for name in [layout.envelope] if name} & self._objects
        inner = next(iter(envelope), ())
        paths = [(*inner, field) if field in layout.nested else (field,) for _, field in layout.fields]
        return None if self._objects.intersection(paths) else [self._values.get(path) for path in paths]

    def cut(self, block: bytes) -> tuple[pa.RecordBatch, Any]:
        """The parts of each line that has as many as this form, and the places of all other lines.

        Raises ArrowInvalid where lines can't be told apart.
        """
        odd: list[int] = []

        def leave_out(row: Any) -> str:
            odd.append(row.number - 1)
            return "skip"

        names = [str(part) for part in range(len(self.fixed))]
        table = pyarrow.csv.read_csv(
            pa.BufferReader(block),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            pyarrow.csv.ParseOptions(
                delimiter='"',
                quote_char=False,
                double_quote=False,
                ignore_empty_lines=False,
                invalid_row_handler=leave_out,
            ),
            pyarrow.csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(names, pa.string())),
        )
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else pa.RecordBatch.from_pylist([], table.schema), np.array(odd, np.int64)

    def fits(self, parts: pa.RecordBatch) -> Any:
        """Which lines have this form, if their texts are fit for it."""
        checks = []
        for place, expected in enumerate(self.fixed):
            if place in self.texts:
                continue
            part = parts.column(place)
            same = pc.equal(part, expected)
            if place in self.numbers and not pc.all(same).as_py():
                before, behind = map(re.escape, self.numbers[place])
                same = pc.match_substring_regex(part, f"^{before}{_WHOLE}{behind}$")
            checks.append(same)
        return reduce(pc.and_, checks).to_numpy(zero_copy_only=False)

    def values(self, parts: pa.RecordBatch, place: int | str | None) -> pa.Array:
        """The values of a field, as text."""
        if not isinstance(place, int):
            return pa.repeat(pa.scalar(place, pa.string()), len(parts))
        if place in self.texts:
            return parts.column(place)
        before, behind = self.numbers[place]
        return pc.utf8_slice_codeunits(parts.column(place), len(before), -len(behind))


def _unfit_for_text(block: bytes, breaks: int) -> Any:
    """Places of bytes that a text between quotes may not hold as they are, in a block with so many bytes for line breaks.

    Backslashes and control characters.
    """
    codes = np.frombuffer(block, np.uint8)
    found = [np.flatnonzero(codes == ord("\\"))] if b"\\" in block else []
    if np.count_nonzero(codes < ord(" ")) > breaks:
        found.append(np.flatnonzero((codes < ord(" ")) & (codes != ord("\n")) & (codes != ord("\r"))))
    return np.concatenate([np.zeros(0, np.int64), *found])


def _ascii_lines(block: bytes) -> tuple[bytes, bytes]:
    """The lines of a block that are ASCII, and all others."""
    lines = _lines_of(block)
    is_ascii = np.ones(len(lines), bool)
    is_ascii[_lines_at(lines, np.flatnonzero(np.frombuffer(block, np.uint8) > 127))] = False
    return _joined(lines.filter(pa.array(is_ascii))), _joined(lines.filter(pa.array(~is_ascii)))


def _lines_at(lines: pa.Array, places: Any) -> Any:
    """Which lines of a block hold the bytes at these places."""
    ends = np.frombuffer(lines.buffers()[1], np.int64)[1:]
    return np.searchsorted(ends, places, side="right")


def _sorted_out(layout: Layout, name: str, block: bytes, form: _Form) -> tuple[pa.RecordBatch | None, bytes]:
    """The records of the lines that have the form, and all other lines. The block is valid UTF-8.

    Such a line is one JSON object with the fields of the form's: each part is the same, or a text without escapes and
    control characters, or a whole number. Where the CSV reader takes a carriage return for the end of a line, it finds
    more lines than there are; a byte order mark it skips: blocks with these are read otherwise.
    """
    places = form.places(layout)
    returns = block.count(b"\r") if b"\r" in block else 0
    if places is None or block.startswith(_BOM):
        return None, block
    lines = _lines_of(block)
    try:
        parts, odd = form.cut(block)
    except (pa.ArrowInvalid, OverflowError):  # the latter: a line of 2 GiB
        return None, block
    if len(parts) + len(odd) != len(lines):
        return None, block
    usual = np.ones(len(lines), bool)
    usual[odd] = False
    cut = np.flatnonzero(usual)
    usual[cut] = form.fits(parts)
    breaks = len(lines) - (not block.endswith(b"\n")) + returns
    usual[_lines_at(lines, _unfit_for_text(block, breaks))] = False
    texts = [form.values(parts, place) for place in places]
    others = b""
    if not usual.all():
        others = _joined(lines.filter(pa.array(~usual)))
        mask = pa.array(usual[cut])
        texts = [text.filter(mask) for text in texts]
    count = len(texts[0])
    arrays = [pa.repeat(pa.scalar(name, pa.string()), count), *texts, pa.nulls(count, pa.string())]
    return pa.RecordBatch.from_arrays(arrays, schema=layout.schema), others


def _json_batches(layout: Layout, piece: Piece, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The records of a piece: lines by their form, the rest of a block as a whole or in parts, then line by line.

    Where most lines of a block have another form, all that are left are tried at once first: it may be regular.
    """
    first = piece.start == 0
    form: _Form | None = None
    for block in _line_blocks(stream, piece.start, piece.end):
        lines = block.removeprefix(_BOM) if first else block
        first = False
        lines, beyond_text = (lines, b"") if _is_utf8(lines) else _ascii_lines(lines)
        form = form or _Form.of(lines)
        usual, others = _sorted_out(layout, piece.name, lines, form) if form else (None, lines)
        if usual is not None:
            yield usual
        if len(others) > len(lines) // 2:
            form = None  # the next block may have another one
            whole = _fast_json(layout, piece.name, others)
            if whole is not None:
                yield whole
                others = b""
        for part in chain(_parts(others), _parts(beyond_text)):
            batch = _fast_json(layout, piece.name, part)
            yield _tolerant_json(layout, piece.name, part) if batch is None else batch


def _parts(block: bytes) -> Iterator[bytes]:
    """The block in parts of some hundred lines, so that one odd line slows only its neighbours."""
    lines = block.splitlines(keepends=True) if b"\r" not in block else block.split(b"\n")
    joint = b"" if b"\r" not in block else b"\n"
    for start in range(0, len(lines), _LINES_A_PIECE):
        yield joint.join(lines[start : start + _LINES_A_PIECE])


# --- CSV -------------------------------------------------------------------------------------------------


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a stream."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, b""

    def readable(self) -> bool:
        """It is for reading."""
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


class _Lines:
    """The lines of a text, remembering those of the record that is being read."""

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


def _csv_records(blocks: Iterator[bytes]) -> Iterator[tuple[list[str], str]]:
    """Each record that is not blank: its fields, and its text as landed."""
    lines = _Lines(blocks)
    for fields in csv.reader(lines):
        text = lines.take_record()
        if text.strip(_WHITE_SPACE):
            yield fields, text


@dataclass(frozen=True)
class _Header:
    """The columns of a CSV file, and where each field of the layout stands among them."""

    layout: Layout
    piece: Piece
    names: tuple[str, ...]

    @property
    def places(self) -> list[int | None]:
        """The column of each field; None where the file lacks it."""
        return [self.names.index(field) if field in self.names else None for _, field in self.layout.fields]

    def checked(self) -> "_Header":
        """Itself. Raises LandingError where a column stands twice or a needed one is missing."""
        doubled = sorted({name for name in self.names if self.names.count(name) > 1})
        if doubled:
            raise LandingError(
                f"{self.piece.name}: column {', '.join(doubled)} stands twice in the header. Land it once."
            )
        _check_needed(self.layout, self.piece, self.names)
        return self


def _csv_batches(layout: Layout, piece: Piece, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The first line is the header. Blocks are read by PyArrow as far as they are regular; see `_fast_csv`."""
    csv.field_size_limit(sys.maxsize)  # here, since an executor is sent functions, and does not run the module
    blocks = _line_blocks(stream, 0, None)
    first = next(blocks, b"").removeprefix(_BOM)
    line, _, rest = first.partition(b"\n")
    if not _is_regular(line + b"\n") or not line.decode(errors="replace").strip(_WHITE_SPACE):
        records = _csv_records(chain([first], blocks))
        found, _ = next(records, (None, ""))
        if found is not None:
            header = _Header(layout, piece, tuple(name.strip(_WHITE_SPACE) for name in found)).checked()
            yield from _record_batches(header, records)
        return
    names = line.decode(errors="backslashreplace").split(",")
    header = _Header(layout, piece, tuple(name.strip(_WHITE_SPACE) for name in names)).checked()
    for block in filter(None, chain([rest], blocks)):
        odd = _odd_records(header, block) if _is_regular(block, quotes=True) else None
        if odd is None:  # a record may go on in the next block: from here on all is read record by record
            yield from _record_batches(header, _csv_records(chain([block], blocks)))
            return
        regular, odd_records = odd
        batch = _fast_csv(header, regular) if regular else None
        if batch is not None:
            yield batch
        elif regular:
            yield from _record_batches(header, _csv_records(iter([regular])))
        yield from _record_batches(header, iter(odd_records))


def _is_regular(block: bytes, quotes: bool = False) -> bool:
    """Whether lines end where line feeds stand, and commas part fields: no quotes (unless allowed), no odd breaks."""
    return (quotes or b'"' not in block) and b"\0" not in block and block.count(b"\r") == block.count(b"\r\n")


def _odd_records(header: _Header, block: bytes) -> tuple[bytes, list[tuple[list[str], str]]] | None:
    """The block's regular lines (valid text without quotes, a comma between any two columns), and all other records.

    None where a quoted field does not end in the block.
    """
    lines = _lines_of(block)
    usual = pc.equal(pc.count_substring(lines, ","), len(header.names) - 1)
    if not _is_utf8(block):
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
        if text.strip(_WHITE_SPACE):
            records.append((text.split(","), text))
    return _joined(lines.filter(pa.array(regular))), records


def _quoted_records(lines: pa.Array, records: list[tuple[list[str], str]]) -> Any:
    """Adds the records that begin on a line with a quote, and tells which lines they take; None if one does not end."""
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
    """Regular lines by PyArrow; None if it finds another number of records than lines.

    Nor where they begin with a byte order mark, which it takes for the file's.
    """
    if block.startswith(_BOM):
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
    names = pa.repeat(pa.scalar(header.piece.name, pa.string()), lines)
    return pa.RecordBatch.from_arrays([names, *fields, nothing], schema=header.layout.schema)


def _record_batches(header: _Header, records: Iterator[tuple[list[str], str]]) -> Iterator[pa.RecordBatch]:
    """Records with as many fields as the header; others stand whole in `unparsed`."""
    places = header.places
    blank = (None,) * len(places)
    rows: list[tuple[str | None, ...]] = []
    for fields, text in records:
        if len(fields) == len(header.names):
            values = (None if place is None else fields[place] or None for place in places)
            rows.append((header.piece.name, *values, None))
        else:
            rows.append((header.piece.name, *blank, text))
        if len(rows) == ROWS_A_BATCH:
            yield _batch(header.layout, rows)
            rows = []
    if rows:
        yield _batch(header.layout, rows)


def _batch(layout: Layout, rows: Sequence[tuple[str | None, ...]]) -> pa.RecordBatch:
    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=layout.schema)


def _check_needed(layout: Layout, piece: Piece, names: Sequence[str]) -> None:
    missing = [name for name in layout.needed if name not in names]
    if missing:
        raise LandingError(
            f"{piece.name}: column {', '.join(missing)} is missing. It has {', '.join(names) or 'none'}. "
            "Land the file again with the missing columns."
        )


# --- parquet ---------------------------------------------------------------------------------------------


def _json_of_lists(values: pa.Array) -> pa.Array:
    """Lists as JSON array text. Days repeat the same few lists, so each is written once."""
    if pa.types.is_nested(values.type.value_type):
        return _json_of(values)
    known: dict[tuple[Any, ...], str] = {}
    texts: list[str | None] = []
    for items in values.to_pylist():
        if items is None:
            texts.append(None)
            continue
        key = tuple(items)
        if key not in known:
            known[key] = _dumps(items)
        texts.append(known[key])
    return pa.array(texts, pa.string())


def _json_of(values: pa.Array) -> pa.Array:
    """Nested values as JSON text."""
    return pa.array([None if value is None else _dumps(value) for value in values.to_pylist()], pa.string())


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _text_of(values: pa.Array) -> pa.Array:
    """Any parquet column as text; numbers equal in value."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _text_of(values.dictionary_decode())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return _json_of_lists(values)
    if pa.types.is_struct(kind) or pa.types.is_map(kind):
        return _json_of(values)
    if pa.types.is_timestamp(kind):
        text = pc.replace_substring_regex(values.cast(pa.string()), r"(\.[0-9]*?)0+(Z?)$", r"\1\2")
        return pc.replace_substring_regex(text, r"\.?Z?$", "")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        decoded = [None if v is None else v.decode(errors="backslashreplace") for v in values.to_pylist()]
        return pa.array(decoded, pa.string())
    text = values.cast(pa.string())
    return text if _is_valid(text) else _text_of(text.cast(pa.binary()))


def _is_valid(text: pa.Array) -> bool:
    """Whether a column that says it is text is: parquet does not see to it."""
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _parquet_batches(layout: Layout, piece: Piece, stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    file = pyarrow.parquet.ParquetFile(stream)
    top = file.schema_arrow.names
    envelope = layout.envelope if layout.envelope in top else None
    inner = [field.name for field in file.schema_arrow.field(envelope).type] if envelope else []
    _check_needed(layout, piece, [*top, *inner])
    wanted = [name for _, name in layout.fields if name in top] + ([envelope] if envelope else [])
    for batch in file.iter_batches(batch_size=ROWS_A_BATCH * 4, columns=wanted):
        arrays = [pa.repeat(pa.scalar(piece.name, pa.string()), len(batch))]
        for _, name in layout.fields:
            if envelope and name in layout.nested and name in inner:
                values = pc.struct_field(batch.column(envelope), name)
            elif name in top:
                values = batch.column(name)
            else:
                values = pa.nulls(len(batch), pa.string())
            arrays.append(_text_of(values))
        arrays.append(pa.nulls(len(batch), pa.string()))
        yield pa.RecordBatch.from_arrays(arrays, schema=layout.schema)


# --- a piece of a file, whatever its form ----------------------------------------------------------------

_READERS: dict[str, Callable[[Layout, Piece, IO[bytes]], Iterator[pa.RecordBatch]]] = {
    "json": _json_batches,
    "csv": _csv_batches,
    "parquet": _parquet_batches,
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


# --- the data source -------------------------------------------------------------------------------------


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
