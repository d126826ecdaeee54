"""The forms that rows are exported in. Equal rows give equal bytes."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from c360_assets.exports.request import Form

_FORMULA = r"^([\s\pZ\pC]*[=+\-@＝＋－＠]|[\t\r\n])"
"""How text begins that a spreadsheet may run as a formula."""
_ROWS_AT_ONCE = 10_000


def write_csv(rows: pa.Table, path: Path) -> None:
    """UTF-8 with a header and LF. A null is empty, an empty text is `""`; what a spreadsheet may run gets a `'` before it."""
    pa_csv.write_csv(without_formulas(rows), path, pa_csv.WriteOptions(quoting_style="needed"))


def write_parquet(rows: pa.Table, path: Path) -> None:
    """Parquet, with the types of the contract."""
    pq.write_table(rows, path, compression="zstd")


def write_json(rows: pa.Table, path: Path) -> None:
    """One array, one object per line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json_lines(record for batch in rows.to_batches(_ROWS_AT_ONCE) for record in batch.to_pylist()))


WRITERS: Mapping[Form, Callable[[pa.Table, Path], None]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "json": write_json,
}


def without_formulas(rows: pa.Table) -> pa.Table:
    """The rows with a `'` before each text that a spreadsheet would take for a formula."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_string(field.type):
            safe = pc.replace_substring_regex(rows.column(place), _FORMULA, r"'\1")
            rows = rows.set_column(place, field, safe)
    return rows


def json_lines(records: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """The text of a JSON array of the records, one object per line."""
    before = "[\n"
    for record in records:
        yield before + json.dumps(record, ensure_ascii=False, default=_plain, allow_nan=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _plain(value: Any) -> Any:
    """A value that JSON has no form for."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    return str(value)
