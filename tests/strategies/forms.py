"""Records as files: JSON, CSV and parquet, each with the oddities it can have."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .chooser import Chooser
from .odd_lines import odd_csv_line, odd_json_line
from .style import Style, draw_style, spelled
from .values import Literal, Odd, Record, as_text, dumps

MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
EXTRA = {"extra": ["nobody", {"knows": None}]}


def plain_style(choose: Chooser | None = None, form: str = "csv") -> Style:
    """The plain style, or one drawn without fields that nobody knows."""
    return draw_style(choose, form, with_extra=False) if choose else Style()


def encoded(data: bytes, style: Style) -> bytes:
    """A text's bytes in the style's encoding; unchanged where they are not UTF-8."""
    if style.encoding.startswith("utf-16"):
        try:
            return MARKS[style.encoding] + data.decode().encode(style.encoding)
        except UnicodeDecodeError:
            return data
    return MARKS.get(style.encoding, b"") + data


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _join(lines: Sequence[bytes], style: Style) -> bytes:
    end = style.line_end.encode()
    return end.join(lines) + (end if lines and style.last_line_end else b"")


# --- JSON ------------------------------------------------------------------------------------------------


def _extended(name: str, value: Any) -> Any:
    """A value as MongoDB writes it."""
    if name == "_id" and isinstance(value, str):
        return {"$oid": value}
    if type(value) is int:
        return {"$numberLong": str(value)}
    return {"$numberDecimal": value.text} if isinstance(value, Literal) else value


def document(record: Mapping[str, Any], style: Style) -> dict[str, Any]:
    """A record as an object; a search engine's own fields are beside the envelope."""
    values = {name: _extended(name, value) if style.extended else value for name, value in record.items()}
    if not style.nulls:
        values = {name: value for name, value in values.items() if value is not None}
    outside = {name: value for name, value in values.items() if name.startswith("_") or style.envelope is None}
    inside = {name: value for name, value in values.items() if name not in outside}
    outside, inside = (
        {spelled(name, style.spelling): value for name, value in part.items()} for part in (outside, inside)
    )
    if style.envelope is not None:
        outside[style.envelope] = dumps(inside, style.ascii_only) if style.as_text else inside
    return {**outside, **(EXTRA if style.extra else {})}


def json_file(records: Sequence[Record], names: Sequence[str], style: Style) -> bytes:
    """The records in the style's container; those that can't be in an array become lines."""
    texts: list[bytes] = []
    regular = True
    for record in records:
        if isinstance(record, Odd):
            texts.append(odd_json_line(record.index, is_content="Contract" in names))
            regular = False
        else:
            text = dumps(document(record, style), style.ascii_only, " " if style.spaced else "")
            texts.append(_bytes(text))
            regular = regular and not any("\udc80" <= char <= "\udcff" for char in text)
    if not regular and style.container in ("array", "pretty", "answer", "concatenated"):
        return encoded(_join(texts, style), style)
    return encoded(_contained(texts, style), style)


def _contained(texts: list[bytes], style: Style) -> bytes:
    end = style.line_end.encode()
    if style.container == "concatenated":
        return (b" " if style.spaced else b"").join(texts)
    if style.container == "sequence":
        return b"".join((b"\x1e" if text.startswith(b"{") else b"") + text + end for text in texts)
    if style.container in ("array", "pretty"):
        pretty = style.container == "pretty"
        between, edge = (b"," + end + b"  ", end) if pretty else (b",", b"")
        broken = (text.replace(b'{"', b"{" + end + b'    "', 1) if pretty else text for text in texts)
        return b"[" + edge + between.join(broken) + edge + b"]" + (end if style.last_line_end else b"")
    if style.container == "answer":
        half = len(texts) // 2
        return _join([b'{"took":3,"hits":{"total":1,"hits":[' + b",".join(some) + b"]}}"
                      for some in (texts[:half], texts[half:])], style)  # fmt: skip
    return _join(texts, style)


# --- CSV -------------------------------------------------------------------------------------------------


def _csv_line(fields: Sequence[str], style: Style) -> bytes:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if style.quote_all else csv.QUOTE_MINIMAL
    csv.writer(out, quoting=quoting, delimiter=style.separator, lineterminator="").writerow(fields)
    unnamed = style.separator * style.unnamed
    return _bytes(out.getvalue() + unnamed)


def csv_file(records: Sequence[Record], names: Sequence[str], style: Style) -> bytes:
    """A header and one record a line."""
    place = style.turned % len(names)
    columns = [*names[place:], *names[:place], *(["extra"] if style.extra else [])]
    header = [spelled(name, style.spelling) for name in columns]
    space = "\u00a0" if style.separator == "\t" else "\t"
    lines = [b"sep=" + style.separator.encode()] if style.separator_line else []
    lines.append(_csv_line([f" {name}{space}" if style.spaced else name for name in header], style))
    for record in records:
        if isinstance(record, Odd):
            line = odd_csv_line(record.index, len(columns) + style.unnamed)
            lines.append(line.replace(b",", style.separator.encode()))
        else:
            values = {**record, "extra": 'a, "b"\nc'}
            lines.append(_csv_line([as_text(values.get(name)) or "" for name in columns], style))
    return encoded(_join(lines, style), style)


# --- parquet ---------------------------------------------------------------------------------------------


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
    """Rows, half of them in a row group of their own; odd lines cannot be written."""
    rows = [dict(record) for record in records if not isinstance(record, Odd)]
    place = style.turned % len(names)
    turned = [*names[place:], *names[:place]]
    inside = [name for name in turned if style.envelope is not None and not name.startswith("_")]
    columns = {
        spelled(name, style.spelling): _column([row.get(name) for row in rows], style.typed)
        for name in turned
        if name not in inside
    }
    if style.envelope is not None:
        columns[style.envelope] = _envelope(rows, inside, style)
    if style.extra:
        columns["extra"] = pa.array([1] * len(rows), pa.int32())
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression=style.codec, row_group_size=max(1, len(rows) // 2))
    return out.getvalue()


def _envelope(rows: list[dict[str, Any]], names: list[str], style: Style) -> pa.Array:
    if style.as_text:
        objects = [{spelled(name, style.spelling): row.get(name) for name in names} for row in rows]
        return pa.array([_clean(dumps(one)) for one in objects], pa.string())
    inside = {spelled(name, style.spelling): _column([row.get(name) for row in rows], style.typed) for name in names}
    fields = [pa.field(name, column.type) for name, column in inside.items()]
    return pa.StructArray.from_arrays(list(inside.values()), fields=fields)
