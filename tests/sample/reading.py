"""How the tests read samples: by hand, with the standard library and PyArrow, and not with the project."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def data_files(root: Path, source: str, day: str = "*") -> list[Path]:
    """The files of data; hidden ones and `_SUCCESS` are none."""
    found = [path for path in sorted((root / source).glob(f"{day}*")) if path.is_file()]
    found += [path for path in sorted((root / source).glob(f"{day}*/*")) if path.is_file()]
    return [path for path in found if not path.name.startswith((".", "_"))]


def content_of(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def form_of(path: Path) -> str:
    ending = path.name.removesuffix(".gz").rsplit(".", 1)[1]
    return "json" if ending in ("jsonl", "ndjson") else ending


def lines_of(path: Path) -> list[bytes]:
    """The records of an NDJSON file, one a line."""
    return [line for line in content_of(path).split(b"\n") if line.strip()]


def objects_of(path: Path) -> Iterator[dict[str, Any]]:
    """The lines that parse as objects; numbers as they are written."""
    for line in lines_of(path):
        try:
            value = json.loads(line, parse_float=str, parse_constant=_refuse)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def csv_records_of(path: Path) -> list[list[str]]:
    """The records of a CSV file below its header."""
    text = content_of(path).decode("utf-8-sig", errors="backslashreplace")
    return [
        row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row) or len(row) > 1
    ][1:]


def csv_header_of(path: Path) -> list[str]:
    return content_of(path).decode("utf-8-sig", errors="backslashreplace").splitlines()[0].split(",")


def content_records(path: Path) -> Iterator[dict[str, Any]]:
    """The four fields of every record that can be read, whatever the form."""
    form = form_of(path)
    if form == "json":
        yield from (record.get("_source", record) for record in objects_of(path))
    elif form == "csv":
        header = csv_header_of(path)
        for row in csv_records_of(path):
            if len(row) == len(header):
                yield {name: cell or None for name, cell in zip(header, row, strict=True)}
    else:
        yield from pq.read_table(path).to_pylist()


def search_records(path: Path) -> Iterator[dict[str, Any]]:
    """The searches that can be read, whatever the form."""
    form = form_of(path)
    if form == "json":
        yield from objects_of(path)
    elif form == "csv":
        yield from content_records(path)
    else:
        yield from pq.read_table(path).to_pylist()


def records_in(path: Path) -> int:
    """How many records a file holds, those included that can't be read."""
    form = form_of(path)
    if form == "json":
        return len(lines_of(path))
    return len(csv_records_of(path)) if form == "csv" else pq.read_metadata(path).num_rows
