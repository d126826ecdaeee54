"""What lies in a landing zone, for the rivals: files by day, and the few text records that a fast reader leaves over."""

import csv
import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO, cast

CONTENT_FIELDS = ("_index", "_type", "_id", "_score", "Contract", "Mac", "TotalDuration", "AppName")
"""The fields that make two content records of a day the same record."""
SEARCH_FIELDS = (
    "datetime",
    "user_id",
    "keyword",
    "category",
    "proxy_isp",
    "platform",
    "networkType",
    "action",
    "userPlansMap",
)
"""The fields that make two searches of a day the same search."""
Record = tuple[str | None, ...]


@dataclass(frozen=True)
class LandedDay:
    """The data files of one day, all in one form: json, csv or parquet."""

    day: date
    form: str
    files: tuple[str, ...]


def landed_days(folder: Path) -> list[LandedDay]:
    """The days in a source's folder that have data files, in order."""
    found = []
    for entry in sorted(folder.iterdir()) if folder.is_dir() else []:
        name = entry.name[:8]
        if name.isdigit() and len(name) == 8:
            files = data_files(entry) if entry.is_dir() else [entry]
            if files:
                day = date(int(name[:4]), int(name[4:6]), int(name[6:]))
                found.append(LandedDay(day, form_of(files[0]), tuple(map(str, files))))
    return found


def data_files(folder: Path) -> list[Path]:
    """The files of a folder that hold data: no hidden files, markers or checksums."""
    names = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in names if not path.name.startswith((".", "_")) and path.suffix != ".crc"]


def form_of(path: Path) -> str:
    """The form of a file, by its name."""
    suffix = Path(path.name.removesuffix(".gz")).suffix
    return {".csv": "csv", ".parquet": "parquet"}.get(suffix, "json")


def months_of(days: Iterable[date]) -> list[date]:
    """The months that days lie in, in order."""
    return sorted({day.replace(day=1) for day in days})


def month_before(month: date, count: int = 1) -> date:
    """The first day of the month `count` months earlier."""
    total = month.year * 12 + month.month - 1 - count
    return date(total // 12, total % 12 + 1, 1)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def json_record(line: str, fields: Sequence[str]) -> Record | None:
    """The fields of a line of JSON as text, numbers as they were written; None where it is not an object.

    An object `_source` holds the fields whose names begin with a capital, where there is one.
    """
    try:
        record = json.loads(line, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    inner = record.get("_source")
    source = inner if isinstance(inner, dict) else record
    return tuple(_as_text((source if field[0].isupper() else record).get(field)) for field in fields)


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def csv_header(path: str) -> list[str]:
    """The names of a CSV file's columns."""
    with opened(path) as stream:
        return [name.strip() for name in next(csv.reader(stream), [])]


def opened(path: str) -> TextIO:
    r"""A text file, packed or not, its line breaks as they are; bytes that are not UTF-8 as `\xnn`."""
    if path.endswith(".gz"):
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", errors="backslashreplace", newline=""))
    return Path(path).open(encoding="utf-8-sig", errors="backslashreplace", newline="")


def lines_at(path: str, positions: Iterable[int]) -> list[str]:
    """The lines that begin at byte positions of a text file (unpacked); the first byte is 1."""
    with gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as stream:
        return [_line_at(stream, position) for position in positions]


def _line_at(stream: Any, position: int) -> str:
    stream.seek(position - 1)
    return str(stream.readline().decode(errors="backslashreplace"))


def csv_records(text: Iterable[str], header: Sequence[str], fields: Sequence[str]) -> list[Record]:
    """The records in lines of CSV that have as many fields as the header; empty fields are null."""
    places = [header.index(field) if field in header else None for field in fields]
    return [
        tuple(None if place is None else cells[place] or None for place in places)
        for cells in csv.reader(text)
        if len(cells) == len(header)
    ]
