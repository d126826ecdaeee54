"""The forms of a result: a table for people, CSV and JSON for programs."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.csv as pa_csv
from rich.table import Table as Grid
from rich.text import Text

from c360_assets.exports.forms import json_lines, without_formulas
from c360_assets.terminal import Terminal
from resources.harmless import harmless

Form = Literal["table", "csv", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
MOST_SHOWN = 100
"""Rows of a table for people to read."""
_WIDE = 100_000
"""The width where there is no terminal: nothing is folded."""


def table_text(result: pa.RecordBatchReader) -> Iterator[str]:
    """The first rows as a grid, and a line that says how many rows there are, if it is known."""
    columns: list[list[Any]] = [[] for _ in result.schema]
    shown, more = 0, False
    for batch in result:
        some = batch.slice(0, MOST_SHOWN - shown)
        for values, column in zip(columns, some.columns, strict=True):
            values += column.to_pylist()
        shown, more = shown + len(some), len(some) < len(batch)
        if more:
            break
    grid = Grid()
    for field in result.schema:
        grid.add_column(
            Text(harmless(field.name)), justify="right" if _is_number(field.type) else "left", overflow="fold"
        )
    for row in zip(*columns, strict=True):
        grid.add_row(*(Text("–", "dim") if value is None else Text(harmless(_shown(value))) for value in row))
    console = Terminal()
    if not console.is_terminal:
        console.width = _WIDE
    with console.capture() as captured:
        console.print(grid)
    yield captured.get()
    yield (
        f"The first {MOST_SHOWN} rows; the other formats give all.\n" if more else f"{shown:,} row{'s'[shown == 1 :]}\n"
    )


def csv_text(result: pa.RecordBatchReader) -> Iterator[str]:
    """UTF-8 with a header. A null is empty; a text that a spreadsheet would run as a formula gets a `'` before it."""
    schema = pa.schema([(field.name, field.type if _is_plain(field.type) else pa.string()) for field in result.schema])
    options = pa_csv.WriteOptions(quoting_style="needed")
    sink = io.BytesIO()
    with pa_csv.CSVWriter(sink, schema, write_options=options) as writer:
        for batch in result:
            plain = [
                column
                if column.type == field.type
                else pa.array([_nested(value) for value in column.to_pylist()], pa.string())
                for field, column in zip(schema, batch.columns, strict=True)
            ]
            writer.write_table(without_formulas(pa.table(plain, schema=schema)))
            yield _taken(sink)
    yield _taken(sink)


def json_text(result: pa.RecordBatchReader) -> Iterator[str]:
    """One array, one object per row. A name that stands for several columns gets a number."""
    names = _distinct(result.schema.names)
    rows = (
        dict(zip(names, row, strict=True))
        for batch in result
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    return json_lines(rows)


TEXTS: Mapping[Form, Callable[[pa.RecordBatchReader], Iterator[str]]] = {
    "table": table_text,
    "csv": csv_text,
    "json": json_text,
}


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether CSV has a form for it."""
    is_time = pa.types.is_date(kind) or pa.types.is_timestamp(kind)
    return bool(_is_number(kind) or is_time or pa.types.is_string(kind) or pa.types.is_boolean(kind))


def _shown(value: Any) -> str:
    if isinstance(value, pa.MonthDayNano):
        return f"{value.months} months {value.days} days {value.nanoseconds / 1e9:g} seconds"
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (list, dict, bool)) else str(value)


def _nested(value: Any) -> str | None:
    return None if value is None else _shown(value)


def _taken(sink: io.BytesIO) -> str:
    """What was written since it was last asked."""
    text = sink.getvalue().decode()
    sink.seek(0)
    sink.truncate()
    return text


def _distinct(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        number, new = 1, name
        while new in found:
            number, new = number + 1, f"{name}_{number + 1}"
        found.append(new)
    return found
