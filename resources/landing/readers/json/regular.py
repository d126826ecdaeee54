"""Blocks of regular NDJSON, parsed by PyArrow's JSON reader."""

from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from resources.landing.field_names import field_names
from resources.landing.layout import Layout
from resources.landing.limits import LONGEST_NAMES
from resources.landing.readers.json.record import RecordReader, record_reader
from resources.landing.readers.json.value import DEEPEST, parse_object
from resources.landing.readers.lines import count_lines, is_utf8, joined, lines_of
from resources.landing.readers.other_fields import other_fields_column

_NUMERIC = frozenset({"_score", "TotalDuration", "userPlansMap"})
"""Fields that are usually not text."""
_MOST_CELLS = 16 << 20
"""Values, present or not, that a block may have as a table."""
_LINES_TO_ASK = 1024
_BEFORE_VALUE = b":,[-" + b" \t\r\n"


def fast_json(layout: Layout, name: str, block: bytes, reader: RecordReader | None = None) -> pa.RecordBatch | None:
    """A block of regular NDJSON by PyArrow; None if it can't be proved equal to the tolerant path.

    Proof: every line starts with `{` and ends with `}`. Strings can't contain raw line breaks (the parser rejects them),
    and `}` is never followed by `{` inside a value, so no value continues from one line to the next. As many records as
    lines then means one per line. The parser is strict RFC 8259 except for NUL bytes, encoding, the words NaN and
    Infinity, and depth, which are checked here; it rejects doubled keys. Numbers are accepted only if they are whole and
    fit in 64 bits.
    """
    regular = (
        block.startswith(b"{")
        and block.count(b"}\n{") == count_lines(block) - 1
        and block.rstrip(b"\n").endswith(b"}")
        and b"\0" not in block
        and is_utf8(block)
        and not _may_hold_constant(block)
        and not _may_be_too_deep(block)
    )
    return _parsed(layout, name, block, reader or record_reader(layout)) if regular else None


def _may_hold_constant(block: bytes) -> bool:
    """Whether NaN or Infinity may occur as a value: the word after a character that a value can follow."""
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
    """Whether a line may have more than DEEPEST opening brackets: so many within the length of the longest line."""
    codes = np.frombuffer(block, np.uint8)
    brackets = np.flatnonzero((codes == ord("[")) | (codes == ord("{")))
    breaks = np.flatnonzero(codes == ord("\n"))
    longest = np.diff(breaks, prepend=-1, append=len(block)).max()
    return bool(np.any(brackets[DEEPEST:] - brackets[:-DEEPEST] < longest))


def _parsed(layout: Layout, name: str, block: bytes, reader: RecordReader) -> pa.RecordBatch | None:
    """Lines that hold one record each, parsed by PyArrow; None if a value is not certain to be what was written."""
    lines = count_lines(block)
    first = parse_object(block[: block.find(b"\n")].decode() if lines > 1 else block.decode().removesuffix("\n"))
    if not first:
        return None
    envelope, inner = reader.envelope(first)
    if envelope and type(first[envelope]) is not dict:
        return None
    table = _table(block, lines, _expected(layout, first, envelope, inner))
    if table is None or len(table) != lines:
        return None
    columns = _columns(layout, table.combine_chunks().to_batches()[0], envelope, reader)
    if columns is None:
        return None
    names = pa.repeat(pa.scalar(name, pa.string()), lines)
    return pa.RecordBatch.from_arrays([names, *columns], schema=layout.schema)


def _table(block: bytes, lines: int, schema: pa.Schema) -> pa.Table | None:
    """What the parser makes of a block; None if it rejects the block, or would need too much memory for it.

    Each name that any line has becomes a column with a place for every line. If those might be too many, some lines
    show which names there are, and no line may have another one.
    """
    if block.count(b":") * lines <= _MOST_CELLS:
        return _parsed_by(block, schema, "infer")
    every = max(1, lines // _LINES_TO_ASK)
    some = joined(lines_of(block).take(pa.array(range(0, lines, every))))
    if some.count(b":") * count_lines(some) > _MOST_CELLS:
        return None
    found = _parsed_by(some, schema, "infer")
    return None if found is None else _parsed_by(block, pa.schema(map(_never_null, found.schema)), "error")


def _parsed_by(block: bytes, schema: pa.Schema, beyond: str) -> pa.Table | None:
    try:
        return pyarrow.json.read_json(
            pa.BufferReader(block),
            pyarrow.json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior=beyond),
        )
    except (pa.ArrowInvalid, OverflowError):
        return None


def _never_null(field: pa.Field) -> pa.Field:
    """A field of text in place of one that was never filled."""
    if pa.types.is_struct(field.type):
        return pa.field(field.name, pa.struct([_never_null(inner) for inner in field.type]))
    return pa.field(field.name, pa.string()) if pa.types.is_null(field.type) else field


def _expected(layout: Layout, first: dict[str, Any], envelope: str | None, inner: dict[str, Any] | None) -> pa.Schema:
    """The schema that the parser is given: text where text is usual, and where the first record has text.

    Otherwise it would take some texts for times. Numbers are inferred by the parser.
    """
    known = [field for _, field in layout.fields if field not in _NUMERIC]
    documents = [name for name in known if name in layout.document]
    others = [name for name in known if name not in layout.document]
    if inner is None:
        return pa.schema([pa.field(name, pa.string()) for name in _unique([*known, *_texts_of(first)])])
    within = [pa.field(name, pa.string()) for name in _unique([*others, *_texts_of(inner)])]
    beside = [pa.field(name, pa.string()) for name in _unique([*documents, *_texts_of(first)]) if name != envelope]
    return pa.schema([*beside, pa.field(envelope, pa.struct(within))])


def _texts_of(record: dict[str, Any]) -> list[str]:
    return [name for name, value in record.items() if type(value) is str]


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _columns(
    layout: Layout, batch: pa.RecordBatch, envelope: str | None, reader: RecordReader
) -> list[pa.Array] | None:
    """The columns of the layout except the first; None if a value is not certain to be what was written.

    Absent fields and nulls look the same here. So no field may go by two names, and no other envelope may be there.
    """
    rows = len(batch)
    outer = dict(zip(batch.schema.names, batch.columns, strict=True))
    if _may_be_other(layout, outer, envelope):
        return None
    struct: Any = outer.pop(envelope) if envelope else None
    inner = dict(zip([field.name for field in struct.type], struct.flatten(), strict=True)) if envelope else {}
    if sum(map(len, chain(outer, inner))) > LONGEST_NAMES:
        return None  # the names of one record may be too long
    texts: dict[str, pa.Array] = {}
    others: dict[str, pa.Array] = {}
    for columns, within in ((outer, False), (inner, True)):
        for name, values in columns.items():
            text = _plain_text(values)
            field = field_names(layout).field_of(name)
            if text is None or field in texts:
                return None
            if field is not None and (not envelope or (field in layout.document) is not within):
                texts[field] = text
            elif field is not None and not within and struct.null_count:
                return None  # the field of a record without the envelope, otherwise another one's
            else:
                others[name] = pc.coalesce(text, others[name]) if name in others else text
    reader.count_unknown(others)
    nothing = pa.nulls(rows, pa.string())
    fields = [texts.get(field, nothing) for _, field in layout.fields]
    return [*fields, nothing, other_fields_column(others, rows)]


def _may_be_other(layout: Layout, outer: dict[str, pa.Array], envelope: str | None) -> bool:
    """Whether a record may have another envelope than the first record, or may be a search engine's answer."""
    doubtful = [outer[name] for name in (*layout.options.envelopes, "hits") if name in outer and name != envelope]
    return any(
        pc.any(pc.match_substring(column, "{")).as_py()
        if pa.types.is_string(column.type)
        else not (pa.types.is_null(column.type) or pa.types.is_int64(column.type))
        for column in doubtful
    )


def _plain_text(values: pa.Array) -> pa.Array | None:
    """The values as text, if that is certain to be what was written; otherwise None, for the tolerant path."""
    if pa.types.is_string(values.type):
        return values
    return values.cast(pa.string()) if pa.types.is_null(values.type) or pa.types.is_int64(values.type) else None
