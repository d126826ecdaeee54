"""What lies in the landing zone: which days, which files, which records in a file."""

import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from . import csv_text, json_text
from .text import is_blank

FORMS = {"json": "json", "jsonl": "json", "ndjson": "json", "csv": "csv", "parquet": "parquet"}


@dataclass(frozen=True)
class Unparsed:
    """A record that did not parse, as it landed."""

    text: str


Record = dict[str, Any] | Unparsed


def form_of(name: str) -> str | None:
    """The form a file's name tells; None for what is no data."""
    if name.startswith((".", "_")):
        return None
    return FORMS.get(name.lower().removesuffix(".gz").rpartition(".")[2])


def day_of(name: str) -> date | None:
    """The date in a file's or folder's name; None if there is none."""
    stem = name.partition(".")[0]
    if not re.fullmatch("[0-9]{8}", stem):
        return None
    try:
        return date(int(stem[:4]), int(stem[4:6]), int(stem[6:]))
    except ValueError:
        return None


def days(source: Path) -> dict[date, list[Path]]:
    """The files with data of each day something lies here for; `[]` for a day with none."""
    found: dict[date, list[Path]] = {}
    for entry in sorted(source.iterdir()) if source.is_dir() else []:
        day = day_of(entry.name)
        if day is None:
            continue
        if entry.is_dir():
            inside = [path for path in sorted(entry.iterdir()) if path.is_file()]
            if inside:  # an empty folder is nothing (an object store does not even know it)
                found.setdefault(day, []).extend(path for path in inside if form_of(path.name))
        elif form_of(entry.name):
            # choice: a day with a file and a folder, or two files, has the records of all of them.
            found.setdefault(day, []).append(entry)
    return found


def records(path: Path) -> Iterator[Record]:
    """The records of one file."""
    data = path.read_bytes()
    if path.name.lower().endswith(".gz"):
        data = gzip.decompress(data)
    form = form_of(path.name)
    if form == "parquet":
        yield from pq.read_table(io.BytesIO(data)).to_pylist()
        return
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace")
    if form == "csv":
        for row in csv_text.rows(text):
            yield Unparsed(row) if isinstance(row, str) else row
    else:
        yield from _json_lines(data.removeprefix(b"\xef\xbb\xbf"))


def _json_lines(data: bytes) -> Iterator[Record]:
    """One record a line that is not white space only."""
    for line in data.split(b"\n"):
        text = line.removesuffix(b"\r").decode("utf-8", "backslashreplace")
        if not is_blank(text):
            yield _json_record(text, is_utf8=_is_utf8(line))


def _json_record(text: str, is_utf8: bool) -> Record:
    try:
        value = json_text.parse(text) if is_utf8 else None
    except ValueError:
        value = None
    # choice: a value that is no object is kept whole, as a line that does not parse.
    return value if isinstance(value, dict) else Unparsed(text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
