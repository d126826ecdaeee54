"""Records as files: NDJSON, CSV and parquet, each with the oddities it can have."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .chooser import Chooser
from .odd_lines import odd_csv_line, odd_json_line
from .values import Odd, Record, as_text, dumps

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Style:
    """How a file is written."""

    nested: bool = False  # the content log's fields inside `_source`
    ascii_only: bool = False  # JSON with every other character escaped
    nulls: bool = True  # JSON with null fields written out
    bom: bool = False
    crlf: bool = False
    last_line_break: bool = True
    quote_all: bool = False
    spaced: bool = False  # white space around CSV header names and in JSON
    turned: int = 0  # by how many places the columns are rotated
    extra: bool = False  # a column nobody knows
    typed: bool = False  # parquet numbers as numbers, lists as lists

    @property
    def line_break(self) -> bytes:
        """What ends a line."""
        return b"\r\n" if self.crlf else b"\n"


def draw_style(choose: Chooser, nested: bool) -> Style:
    """Any style; `nested` where the log can be."""
    return Style(
        nested=nested and not choose.odd(3),
        ascii_only=choose.odd(3),
        nulls=not choose.odd(3),
        bom=choose.odd(5),
        crlf=choose.odd(4),
        last_line_break=not choose.odd(4),
        quote_all=choose.odd(4),
        spaced=choose.odd(4),
        turned=choose.whole(0, 3),
        extra=choose.odd(3),
        typed=choose.odd(2),
    )


def plain_style(choose: Chooser | None = None) -> Style:
    """The plain style, or one drawn for a log without `_source`."""
    return draw_style(choose, nested=False) if choose else Style()


def _join(lines: Sequence[bytes], style: Style) -> bytes:
    end = style.line_break if lines and style.last_line_break else b""
    return (BOM if style.bom else b"") + style.line_break.join(lines) + end


def _document(record: dict[str, Any], style: Style) -> dict[str, Any]:
    """A record as the JSON object or parquet row of its log."""
    inside = {name: value for name, value in record.items() if style.nested and not name.startswith("_")}
    outside = {name: value for name, value in record.items() if name not in inside}
    if not style.nulls:
        inside, outside = (
            {name: value for name, value in part.items() if value is not None} for part in (inside, outside)
        )
    extra = {"extra": ["nobody", {"knows": None}]} if style.extra else {}
    return {**outside, **extra, **({"_source": inside} if style.nested else {})}


def json_file(records: Sequence[Record], names: Sequence[str], style: Style) -> bytes:
    """One JSON object a line."""
    lines = []
    for record in records:
        if isinstance(record, Odd):
            lines.append(odd_json_line(record.index, is_content="Contract" in names))
        else:
            text = dumps(_document(dict(record), style), style.ascii_only, " " if style.spaced else "")
            lines.append(text.encode("utf-8", "surrogateescape"))
    return _join(lines, style)


def _csv_line(fields: Sequence[str], style: Style) -> bytes:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if style.quote_all else csv.QUOTE_MINIMAL
    csv.writer(out, quoting=quoting).writerow(fields)
    return out.getvalue().removesuffix("\r\n").encode("utf-8", "surrogateescape")


def csv_file(records: Sequence[Record], names: Sequence[str], style: Style) -> bytes:
    """A header and one record a line."""
    columns = [*names[style.turned % len(names) :], *names[: style.turned % len(names)]]
    columns += ["extra"] if style.extra else []
    lines = [_csv_line([f" {name}\t" if style.spaced else name for name in columns], style)]
    for record in records:
        if isinstance(record, Odd):
            lines.append(odd_csv_line(record.index, len(columns)))
        else:
            values = {**record, "extra": 'a, "b"\nc'}
            lines.append(_csv_line([as_text(values.get(name)) or "" for name in columns], style))
    return _join(lines, style)


def _column(values: list[Any], typed: bool) -> pa.Array:
    """Texts; or numbers and lists of texts, where all the values are."""
    known = [value for value in values if value is not None]
    if typed and known and all(type(value) is int and abs(value) < 2**62 for value in known):
        return pa.array(values, pa.int64())
    if typed and known and all(isinstance(value, list) for value in known):
        texts = [None if value is None else [_clean(as_text(item)) for item in value] for value in values]
        return pa.array(texts, pa.list_(pa.string()))
    return pa.array([_clean(as_text(value)) for value in values], pa.string())


def _clean(text: str | None) -> str | None:
    """Parquet texts are UTF-8: bytes that are not cannot stand there."""
    return None if text is None else text.encode("utf-8", "replace").decode()


def parquet_file(records: Sequence[Record], names: Sequence[str], style: Style) -> bytes:
    """One row group of rows; odd lines cannot be written."""
    rows = [dict(record) for record in records if not isinstance(record, Odd)]
    columns = {name: _column([row.get(name) for row in rows], style.typed) for name in names}
    if style.nested:
        inside = {name: column for name, column in columns.items() if not name.startswith("_")}
        columns = {name: column for name, column in columns.items() if name not in inside}
        fields = [pa.field(name, column.type) for name, column in inside.items()]
        columns["_source"] = pa.StructArray.from_arrays(list(inside.values()), fields=fields)
    if style.extra:
        columns["extra"] = pa.array([1] * len(rows), pa.int32())
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="snappy")
    return out.getvalue()
