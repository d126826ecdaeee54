"""What is in a landing zone, for the rivals: files by day, and the few text records that a fast reader leaves over.

The rivals read the usual forms: NDJSON with the fields beside or in `_source`, CSV with commas, and parquet; by the files'
names, in UTF-8, plain or gzip, with the fields' own names. They refuse nothing.
"""

import csv
import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO, cast

from c360_assets.text.normalise import WHITE_SPACE

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
class Log:
    """A source whose records are kept whole: its folder, and the columns that its fields have in the lake."""

    folder: str
    fields: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a record fills, apart from the name of its file."""
        return (*self.fields, "unparsed", "other_fields")


CONTENT = Log(
    "log_content",
    dict(zip(("doc_index", "doc_type", "doc_id", "doc_score", "contract", "mac", "total_duration", "app_name"),
             CONTENT_FIELDS, strict=True)),
)  # fmt: skip
EVENT = (
    "datetime", "user_id", "keyword", "category", "proxy_isp", "platform", "network_type", "action", "user_plans_map",
)  # fmt: skip
"""The columns of SEARCH_FIELDS."""
SEARCH = Log("log_search", {"event_id": "eventID", **dict(zip(EVENT, SEARCH_FIELDS, strict=True))})
IDENTITY = Log("identity", {name: name for name in ("contract", "user_id", "source")})
_DAY = re.compile(r"(?:[^=]+=(?=\d{4}-))?(\d{4})(-?)(\d{2})\2(\d{2})")
_NO_DATA = (
    ".crc", ".md5", ".sha1", ".sha256", ".done", ".ok", ".success", ".part", ".partial", ".filepart", ".tmp",
    ".crdownload", "_$folder$", "manifest.json", "Thumbs.db", "desktop.ini",
)  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n]*")


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
        name = _DAY.fullmatch(entry.name if entry.is_dir() else entry.name.split(".")[0])
        if name and not entry.name.endswith(_NO_DATA):
            files = data_files(entry) if entry.is_dir() else [entry]
            if files:
                day = date(int(name[1]), int(name[3]), int(name[4]))
                found.append(LandedDay(day, form_of(files[0]), tuple(map(str, files))))
    return sorted(found, key=lambda landed: landed.day)


def data_files(folder: Path) -> list[Path]:
    """The files in a folder, at any depth, that hold data: no hidden files, markers or checksums."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not path.name.startswith((".", "_")) and not path.name.endswith(_NO_DATA):
            found += data_files(path) if path.is_dir() else [path]
    return found


def form_of(path: Path) -> str:
    """The form of a file, by its name."""
    suffix = Path(path.name.removesuffix(".gz")).suffix
    return {".csv": "csv", ".parquet": "parquet"}.get(suffix, "json")


def months_of(days: Iterable[date]) -> list[date]:
    """The months of these days, in order."""
    return sorted({day.replace(day=1) for day in days})


def month_before(month: date, count: int = 1) -> date:
    """The first day of the month `count` months earlier."""
    total = month.year * 12 + month.month - 1 - count
    return date(total // 12, total % 12 + 1, 1)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)


def json_records(line: str, fields: Sequence[str]) -> list[Record]:
    """The fields of each object on a line of JSON as text, numbers as they were written; none where it does not parse.

    An object `_source` holds the fields whose names begin with a capital, where there is one.
    """
    return [_record(value, fields) for value in json_objects(line)]


def json_rows(line: str, fields: Sequence[str]) -> list[Record]:
    """A line of JSON as rows that keep all of it: the known fields, and all others.

    A line that is not only JSON objects is one row: the line itself, and no fields.
    """
    objects = json_objects(line)
    if not objects:
        return [unparsed(line, fields)]
    return [(*_record(value, fields), None, _others(value, fields)) for value in objects]


def rows_of_json(lines: Iterable[str], log: Log) -> list[Record]:
    """Lines of JSON as rows that keep all of them; lines of white space are left out."""
    fields = tuple(log.fields.values())
    return [row for line in lines if line.strip(WHITE_SPACE) for row in json_rows(line.rstrip("\r\n"), fields)]


def unparsed(line: str, fields: Sequence[str]) -> Record:
    """The row of a line that could not be read as a record: the line itself, and no fields."""
    return (*[None] * len(fields), line, None)


def json_objects(line: str) -> list[dict[str, Any]]:
    """The objects on a line of JSON, with numbers as they were written; none if the line holds anything else."""
    objects, place = [], _space_at(line, 0)
    try:
        while place < len(line):
            value, place = _DECODER.raw_decode(line, place)
            place = _space_at(line, place)
            objects.append(value)
    except ValueError:
        return []
    return objects if all(isinstance(value, dict) for value in objects) else []


def _others(value: dict[str, Any], fields: Sequence[str]) -> str | None:
    """The unknown fields of a record, as a JSON object of texts, ordered by name."""
    inner = value.get("_source")
    if not isinstance(inner, dict):
        return as_object({name: _as_text(item) for name, item in value.items() if name not in fields})
    beside = {field for field in fields if not field[0].isupper()} | {"_source"}
    others = {name: _as_text(item) for name, item in value.items() if name not in beside}
    within = {name: _as_text(item) for name, item in inner.items() if name not in fields or not name[0].isupper()}
    return as_object({**others, **{name: text for name, text in within.items() if text is not None}})


def as_object(members: dict[str, str | None]) -> str | None:
    """Texts by name as a JSON object, without nulls; None if nothing is left."""
    filled = {name: members[name] for name in sorted(members) if members[name] is not None}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")) if filled else None


def _space_at(line: str, place: int) -> int:
    """Where the white space that begins at a place of a line ends."""
    return cast(re.Match[str], _SPACE.match(line, place)).end()


def _record(value: dict[str, Any], fields: Sequence[str]) -> Record:
    inner = value.get("_source")
    source = inner if isinstance(inner, dict) else value
    return tuple(_as_text((source if field[0].isupper() else value).get(field)) for field in fields)


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


def other_columns(names: Iterable[str]) -> list[str]:
    """The columns of content that have no name of their own, in order; they too make a record what it is."""
    return sorted(set(names) - set(CONTENT_FIELDS[4:]))


def csv_rows(lines: Sequence[str], header: Sequence[str], log: Log) -> list[Record]:
    """Lines of CSV as rows that keep all of them; a record with more or fewer fields than the header is kept as text."""
    fields = [*log.fields.values()]
    others = sorted({*header} - {*fields})
    rows: list[Record] = []
    start, reader = 0, csv.reader(iter(lines))
    for cells in reader:
        text = "".join(lines[start : reader.line_num]).removesuffix("\n").removesuffix("\r")
        start = reader.line_num
        if text.strip(WHITE_SPACE):
            values = {name: value or None for name, value in zip(header, cells, strict=False)}
            rest = as_object({name: values.get(name) for name in others})
            is_whole = len(cells) == len(header)
            rows.append((*map(values.get, fields), None, rest) if is_whole else unparsed(text, fields))
    return rows


def csv_records(text: Iterable[str], header: Sequence[str], fields: Sequence[str]) -> list[Record]:
    """The records in lines of CSV that have as many fields as the header; empty fields are null."""
    places = [header.index(field) if field in header else None for field in fields]
    return [
        tuple(None if place is None else cells[place] or None for place in places)
        for cells in csv.reader(text)
        if len(cells) == len(header)
    ]
