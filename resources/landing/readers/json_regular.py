"""Blocks of regular NDJSON, parsed by PyArrow's JSON reader."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from resources.landing.layout import Layout
from resources.landing.readers.json_value import DEEPEST
from resources.landing.readers.lines import count_lines, is_utf8

_BEFORE_VALUE = b":,[-" + b" \t\r\n"


def fast_json(layout: Layout, name: str, block: bytes) -> pa.RecordBatch | None:
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
    return _parsed(layout, name, block) if regular else None


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


def _parsed(layout: Layout, name: str, block: bytes) -> pa.RecordBatch | None:
    """Lines that hold one record each, parsed by PyArrow; None if a value is not certain to be what was written."""
    lines = count_lines(block)
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
    nothing = pa.nulls(lines, pa.string())
    arrays = [names, *texts, nothing, nothing]
    return pa.RecordBatch.from_arrays(arrays, schema=layout.schema)


def _column(batch: pa.RecordBatch, layout: Layout, field: str) -> pa.Array | None:
    """A field of a parsed block; None if no record has it."""
    if field not in layout.nested:
        return batch.column(field) if field in batch.schema.names else None
    envelope = batch.column(layout.envelope)
    return pc.struct_field(envelope, field) if envelope.type.get_field_index(field) >= 0 else None


def _known_fields(layout: Layout) -> pa.Schema:
    """The schema that the fast path is given: text where text is usual; numbers are inferred by the reader."""
    numeric = {"_score", "TotalDuration", "userPlansMap"}
    text = [name for _, name in layout.fields if name not in numeric]
    top = [pa.field(name, pa.string()) for name in text if name not in layout.nested]
    if layout.envelope:
        inner = [pa.field(name, pa.string()) for name in text if name in layout.nested]
        top.append(pa.field(layout.envelope, pa.struct(inner)))
    return pa.schema(top)


def _plain_text(values: pa.Array | None, rows: int) -> pa.Array | None:
    """The values as text, if that is certain to be what was written; otherwise None, for the tolerant path."""
    if values is None or pa.types.is_null(values.type):
        return pa.nulls(rows, pa.string())
    if pa.types.is_string(values.type):
        return values
    return values.cast(pa.string()) if pa.types.is_int64(values.type) else None
