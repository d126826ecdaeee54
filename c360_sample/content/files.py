"""Content rows as the bytes of landed files: NDJSON, CSV and parquet.

Clean rows are put together column by column, chunk by chunk, so that a real-sized day takes seconds and
little memory; the few dirty ones are written one by one between them.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from c360_sample.content.dirt import ABSENT, DirtyDay, Record, Token, Value, record_of
from c360_sample.content.rows import APPS, ContentRows

CHUNK_ROWS = 1 << 17
_FIELDS = {"AppName": "app", "Contract": "contract", "Mac": "mac", "TotalDuration": "seconds"}
_EXTRA = "Region"
_CSV_ORDERS = (
    ("AppName", "Contract", "Mac", "TotalDuration"),
    ("Contract", "Mac", "TotalDuration", "AppName"),
    ("TotalDuration", "AppName", _EXTRA, "Contract", "Mac"),
    ("Mac", "Contract", "AppName", "TotalDuration"),
    ("Contract", _EXTRA, "AppName", "TotalDuration", "Mac"),
)
_BOM = b"\xef\xbb\xbf"
_HEAD = (
    b'{"_index":"history","_type":"kplus","_id":"',
    20,
    b'","_score":0,"_source":{"Contract":"',
    9,
    b'","Mac":"',
    12,
    b'","TotalDuration":',
)
"""What a line begins with: fixed text, and widths of what differs."""


def csv_columns(day: date) -> tuple[str, ...]:
    """The columns of a day's CSV file: their order differs, and some days carry one more."""
    return _CSV_ORDERS[day.toordinal() % len(_CSV_ORDERS)]


def write_json(stream: BinaryIO, rows: ContentRows, dirt: DirtyDay, start: int, end: int) -> None:
    """The rows from `start` to `end` as NDJSON, dirt included."""
    _write_lines(stream, rows, dirt, start, end, _json_chunk, json_line)


def write_csv(
    stream: BinaryIO,
    rows: ContentRows,
    dirt: DirtyDay,
    start: int,
    end: int,
    columns: tuple[str, ...],
    bom: bool,
) -> None:
    """The rows from `start` to `end` as CSV with a header, dirt included."""
    stream.write((_BOM if bom else b"") + ",".join(columns).encode() + b"\n")

    def chunk(part: ContentRows) -> pa.BinaryArray:
        return _csv_chunk(part, columns)

    def line(record: Record) -> bytes:
        return csv_line(record, columns)

    _write_lines(stream, rows, dirt, start, end, chunk, line)


def content_table(rows: ContentRows, dirt: DirtyDay, as_numbers: bool) -> pa.Table:
    """The rows as a flat table. Durations are text, or whole numbers where dirt that is not a number becomes null."""
    places = sorted(dirt.records)
    dirty = np.zeros(len(rows), dtype=bool)
    dirty[places] = True
    columns = {}
    for name, array in _arrays(rows).items():
        values = [_plain(getattr(dirt.records[place], _FIELDS[name])) for place in places]
        columns[name] = pc.replace_with_mask(array, pa.array(dirty), pa.array(values, pa.string()))
    if as_numbers:
        texts = columns["TotalDuration"]
        whole = pc.match_substring_regex(texts, "^-?[0-9]+$")
        columns["TotalDuration"] = pc.cast(pc.if_else(whole, texts, pa.scalar(None, pa.string())), pa.int64())
    return pa.table(columns)


# --- one record --------------------------------------------------------------------------------------------


def json_line(record: Record) -> bytes:
    """A record as a line of NDJSON, without its end."""
    order = (
        ("Contract", record.contract),
        ("Mac", record.mac),
        ("TotalDuration", record.seconds),
        ("AppName", record.app),
    )
    source = ",".join(f'"{name}":{_json_value(value)}' for name, value in order if value is not ABSENT)
    return (
        f'{{"_index":"history","_type":"kplus","_id":"{record.doc_id}","_score":0,"_source":{{{source}}}}}'
    ).encode()


def csv_line(record: Record, columns: tuple[str, ...]) -> bytes:
    """A record as a line of CSV, without its end; the extra column is the same for a whole contract."""
    cells = {name: _plain(getattr(record, field)) or "" for name, field in _FIELDS.items()}
    cells[_EXTRA] = _region(record.doc_id.encode())
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([cells[name] for name in columns])
    return text.getvalue()[:-1].encode()


def _json_value(value: Value) -> str:
    return str(value) if isinstance(value, Token) else json.dumps(value, ensure_ascii=False)


def _plain(value: Value) -> str | None:
    """A value as a text column holds it."""
    return None if value is None or value is ABSENT else str(value)


def _region(doc_id: bytes) -> str:
    return f"R{doc_id[-1] % 8}"


# --- many records ------------------------------------------------------------------------------------------


def _write_lines(
    stream: BinaryIO,
    rows: ContentRows,
    dirt: DirtyDay,
    start: int,
    end: int,
    chunk_of: Callable[[ContentRows], pa.BinaryArray],
    line_of: Callable[[Record], bytes],
) -> None:
    special = {row: line_of(record) for row, record in dirt.records.items() if start <= row < end}
    for row, (kind, draw) in dirt.lines.items():
        if start <= row < end:
            special[row] = kind.make(line_of(record_of(rows, row)), draw)
    places = sorted(special)
    for first in range(start, end, CHUNK_ROWS):
        last = min(first + CHUNK_ROWS, end)
        lines = chunk_of(_slice(rows, first, last))
        offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32, count=last - first + 1)
        data = memoryview(lines.buffers()[2])
        done = 0
        for place in _between(places, first, last):
            stream.write(data[offsets[done] : offsets[place - first]])
            stream.write(special[place] + b"\n")
            done = place - first + 1
        stream.write(data[offsets[done] : offsets[last - first]])


def _between(places: list[int], first: int, last: int) -> Iterator[int]:
    left, right = np.searchsorted(places, [first, last])
    return iter(places[left:right])


def _slice(rows: ContentRows, first: int, last: int) -> ContentRows:
    part = slice(first, last)
    return ContentRows(rows.contract[part], rows.mac[part], rows.seconds[part], rows.app[part], rows.doc_id[part])


def _json_chunk(rows: ContentRows) -> pa.BinaryArray:
    parts = iter((rows.doc_id, rows.contract, rows.mac))
    pieces = [
        np.broadcast_to(np.frombuffer(piece, dtype=np.uint8), (len(rows), len(piece)))
        if isinstance(piece, bytes)
        else next(parts)
        for piece in _HEAD
    ]
    tails = pa.array([f',"AppName":"{app}"}}}}\n' for app in APPS])
    head = _fixed_text(np.concatenate(pieces, axis=1))
    return pc.binary_join_element_wise(head, pc.cast(rows.seconds, pa.string()), tails.take(pa.array(rows.app)), "")


def _csv_chunk(rows: ContentRows, columns: tuple[str, ...]) -> pa.BinaryArray:
    arrays = _arrays(rows)
    if _EXTRA in columns:
        regions = pa.array([_region(bytes([last])) for last in range(8)])
        arrays[_EXTRA] = regions.take(pa.array(rows.doc_id[:, -1] % 8))
    pieces: list[pa.Array | str] = []
    for name in columns:
        pieces += [arrays[name], ","]
    return pc.binary_join_element_wise(*pieces[:-1], "\n", "")


def _arrays(rows: ContentRows) -> dict[str, pa.Array]:
    return {
        "AppName": pa.array(APPS).take(pa.array(rows.app)),
        "Contract": _fixed_text(rows.contract),
        "Mac": _fixed_text(rows.mac),
        "TotalDuration": pc.cast(pa.array(rows.seconds), pa.string()),
    }


def _fixed_text(characters: npt.NDArray[np.uint8]) -> pa.Array:
    """Texts of one width from a matrix of ASCII characters, without copying them."""
    count, width = characters.shape
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))
