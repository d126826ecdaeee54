"""Searches with their dirt, as the bytes of landed files: parquet parts, NDJSON and CSV."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from c360_sample.chance import hex_text
from c360_sample.dirt import Kind, period_for, planned
from c360_sample.population import Population
from c360_sample.search.dirt import COLUMN_KINDS, COPY_KINDS, CSV_LINE_KINDS, EVERY_DAY_ROWS, JSON_LINE_KINDS
from c360_sample.search.rows import COLUMNS, search_table

MOST_PARTS = 50
ROWS_A_PART = 2_000
_CSV_ORDERS = (
    COLUMNS,
    (
        "user_id",
        "datetime",
        "keyword",
        "category",
        "action",
        "eventID",
        "platform",
        "networkType",
        "proxy_isp",
        "userPlansMap",
    ),
    (*COLUMNS[2:], "appVersion", *COLUMNS[:2]),
)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class DirtySearches:
    """A day's searches as they would be logged, and the rows that something is wrong with."""

    table: pa.Table
    dirty: set[int]


def dirty_searches(population: Population, day: date, rows: int) -> DirtySearches:
    """The day's searches with their dirt. Columns are spoiled one by one, so a row may have several faults."""
    table = search_table(population, day, rows)
    dirty: set[int] = set()
    for column, kinds in COLUMN_KINDS.items():
        spots = planned(kinds, f"search-{column}", population.seed, day, rows, _period(rows))
        places = [spot.row for spot in spots]
        clean = table[column].take(pa.array(places, pa.int64())).to_pylist()
        values = [spot.kind.make(text, spot.draw) for spot, text in zip(spots, clean, strict=True)]
        table = _with_values(table, column, places, values)
        dirty.update(places)
    return _with_copies(DirtySearches(table, dirty), population.seed, day)


def _period(rows: int) -> int:
    return period_for(rows, EVERY_DAY_ROWS)


def _with_copies(searches: DirtySearches, seed: int, day: date) -> DirtySearches:
    """Some good rows become copies of a row after them."""
    table, rows = searches.table, len(searches.table)
    spots = planned(COPY_KINDS, "search-copies", seed, day, rows, _period(rows), avoid=searches.dirty)
    places = [spot.row for spot in spots]
    copies = set(places)
    origin = np.arange(rows)
    for place in places:
        other = (place + 1) % rows
        while other in copies:
            other = (other + 1) % rows
        origin[place] = other
    originals = origin[places].tolist()
    table = table.take(pa.array(origin))
    event_ids = table["eventID"].take(pa.array(places, pa.int64())).to_pylist()
    changed = [spot.kind.make(event_id, spot.draw) for spot, event_id in zip(spots, event_ids, strict=True)]
    table = _with_values(table, "eventID", places, changed)
    return DirtySearches(table, searches.dirty.union(places, originals))


def _with_values(table: pa.Table, column: str, rows: list[int], values: list[Any]) -> pa.Table:
    """The table with other texts in some rows of a column."""
    mask = np.zeros(len(table), dtype=bool)
    mask[rows] = True
    in_order = [value for _, value in sorted(zip(rows, values, strict=True), key=lambda pair: pair[0])]
    array = table[column].combine_chunks()
    changed = pc.replace_with_mask(array, pa.array(mask), pa.array(in_order, pa.string()))
    return table.set_column(table.column_names.index(column), column, changed)


# --- parquet -----------------------------------------------------------------------------------------------


def write_parts(folder: Path, table: pa.Table, seed: int, day: date) -> None:
    """A folder as a Spark job leaves it: small parts, `_SUCCESS`, and checksum files, which are not data."""
    folder.mkdir(parents=True)
    count = min(max(len(table) // ROWS_A_PART, min(len(table) // 20, 2), 1), MOST_PARTS) if len(table) else 0
    edges = [len(table) * place // max(count, 1) for place in range(count + 1)]
    job = hex_text("job", seed, str(day))
    name_of_job = f"{job[:8]}-{job[8:12]}-{job[12:16]}-{job[16:20]}-{job[20:]}"
    for place, (first, last) in enumerate(pairwise(edges)):
        name = f"part-{place:05d}-{name_of_job}-c000.snappy.parquet"
        pq.write_table(table.slice(first, last - first), folder / name, compression="snappy")
        (folder / f".{name}.crc").write_bytes(b"crc\0" + bytes.fromhex(hex_text(job, place))[:8])
    (folder / "_SUCCESS").write_bytes(b"")
    (folder / "._SUCCESS.crc").write_bytes(b"crc\0\0\0\x02\0\0\0\0\0")


# --- text --------------------------------------------------------------------------------------------------


def write_search_json(
    stream: BinaryIO, searches: DirtySearches, seed: int, day: date, line_kinds: tuple[Kind, ...] = JSON_LINE_KINDS
) -> None:
    """Searches as NDJSON: flat objects, some lines spoiled."""
    lines = [
        json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() for record in searches.table.to_pylist()
    ]
    _write_spoiled(stream, lines, searches.dirty, line_kinds, seed, day)


def write_search_csv(
    stream: BinaryIO, searches: DirtySearches, seed: int, day: date, line_kinds: tuple[Kind, ...] = CSV_LINE_KINDS
) -> None:
    """Searches as CSV with a header, the list of plans as JSON text; column order and BOM differ by day."""
    columns = _CSV_ORDERS[day.toordinal() % len(_CSV_ORDERS)]
    stream.write((_BOM if day.toordinal() % 2 else b"") + ",".join(columns).encode() + b"\n")
    lines = [_csv_line(record, columns) for record in searches.table.to_pylist()]
    _write_spoiled(stream, lines, searches.dirty, line_kinds, seed, day)


def _csv_line(record: dict[str, Any], columns: Sequence[str]) -> bytes:
    plans = record["userPlansMap"]
    text = None if plans is None else json.dumps(plans, ensure_ascii=False, separators=(",", ":"))
    cells = {**record, "userPlansMap": text, "appVersion": "5.2"}
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([cells[column] for column in columns])
    return line.getvalue()[:-1].encode()


def _write_spoiled(
    stream: BinaryIO, lines: list[bytes], dirty: set[int], kinds: tuple[Kind, ...], seed: int, day: date
) -> None:
    """The lines, some of the good ones spoiled: so no other fault is hidden by a line that does not parse.

    Searches seldom land as text. So if not every kind occurs every day, each occurs every third day.
    """
    period = min(_period(len(lines)), 3)
    for spot in planned(kinds, "search-lines", seed, day, len(lines), period, avoid=dirty):
        lines[spot.row] = spot.kind.make(lines[spot.row], spot.draw)
    stream.writelines(line + b"\n" for line in lines)
