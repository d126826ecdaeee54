"""NDJSON line by line: any bytes give rows. It defines what is right; the fast ways must give the same."""

import pyarrow as pa

from resources.landing.layout import Layout
from resources.landing.readers.json_value import as_text, parse_line
from resources.landing.readers.lines import WHITE_SPACE


def tolerant_json(layout: Layout, name: str, block: bytes) -> pa.RecordBatch:
    """A block of NDJSON, line by line: any bytes give rows."""
    rows: list[tuple[str | None, ...]] = []
    blank = (None,) * len(layout.fields)
    for raw in block.split(b"\n"):
        try:
            line, is_text = raw.decode(), True
        except UnicodeDecodeError:
            line, is_text = raw.decode(errors="backslashreplace"), False
        if not line.strip(WHITE_SPACE):
            continue
        record = parse_line(line) if is_text else None
        if record is None:
            rows.append((name, *blank, line.removesuffix("\r"), None))
            continue
        inner = record.get(layout.envelope) if layout.envelope else None
        source = inner if type(inner) is dict else record
        fields = (as_text((source if field in layout.nested else record).get(field)) for _, field in layout.fields)
        rows.append((name, *fields, None, None))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(layout.columns)
    return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], schema=layout.schema)
