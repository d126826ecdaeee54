"""One day's records as the file or folder they land in."""

import bz2
import gzip
from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from . import content, search
from .chooser import Chooser
from .forms import csv_file, json_file, parquet_file
from .landed import LOGS
from .style import Style, draw_style
from .values import Record

FORMS = ("json", "csv", "parquet", "jsonl", "ndjson")
WRITERS = {"csv": csv_file, "parquet": parquet_file}

# Files beside the parts that are not data; those that look like data would count if they were read.
BESIDE = {
    "_SUCCESS": b"",
    "._SUCCESS.crc": b"crc\x00",
    ".part-00000.crc": b"crc\x00",
    "part-00000.json.crc": b"crc\x00",
    "_committed_1": b'{"added":[]}',
    ".hidden.json": b'{"Contract":"HNH579912","TotalDuration":9,"user_id":"1","keyword":"x"}\n',
    "_part-00009.csv": b"Contract,TotalDuration,user_id,keyword\nHNH579912,9,1,x\n",
    "part-00000.json.md5": b"d41d8cd98f00b204e9800998ecf8427e",
    "manifest.json": b'{"Contract":"HNH579912","user_id":"1"}\n',
    "part-00008.json.tmp": b'{"Contract":"HNH579912","user_id":"1"}\n',
    "_temporary/part-00007.json": b'{"Contract":"HNH579912","user_id":"1"}\n',
    "part_$folder$": b"",
    "Thumbs.db": b"\xd0\xcf\x11\xe0",
}
PART_NAMES = ("part-{:05}-c000", "{:02}/part-0", "hour={:02}/part-0", "part {}", "phần-{}", "part::{}", "part[{}]#%20")


def names_of(log: str) -> tuple[str, ...]:
    """All fields of a log's records."""
    return content.FIELDS + content.DOCUMENT if log == "content" else search.FIELDS


def compressed(choose: Chooser, data: bytes) -> dict[str, bytes]:
    """The ending that a compression adds, and the bytes; gzip may have two members."""
    half = len(data) // 2
    return choose.pick(
        (
            {".gz": gzip.compress(data, mtime=0)},
            {".gz": gzip.compress(data[:half], mtime=0) + gzip.compress(data[half:], mtime=0)},
            {".zst": pa.compress(data, codec="zstd", asbytes=True)},
            {".bz2": bz2.compress(data)},
        )
    )


def written(log: str, form: str, records: Sequence[Record], style: Style) -> bytes:
    """The records as a file of the form."""
    return WRITERS.get(form, json_file)(records, names_of(log), style)


def _file(choose: Chooser, log: str, form: str, records: Sequence[Record], path: str) -> dict[str, bytes]:
    """One file, packed or not."""
    names = names_of(log)
    if log == "content" and choose.odd(2):
        names = content.FIELDS  # no document around the fields
        records = [_without_document(record) for record in records]
    style = draw_style(choose, form if form in WRITERS else "json")
    data = WRITERS.get(form, json_file)(records, names, style)
    if form == "parquet":
        return {f"{path}.snappy.parquet" if choose.odd(2) else f"{path}.parquet": data}
    ending = choose.pick((form, form, {"\t": "tsv"}.get(style.separator, "txt"))) if form == "csv" else form
    if choose.odd(3):
        return {f"{path}.{ending}{suffix}": packed for suffix, packed in compressed(choose, data).items()}
    return {f"{path}.{ending}": data}


def _without_document(record: Record) -> Record:
    if not isinstance(record, dict):
        return record
    return {name: value for name, value in record.items() if name in content.FIELDS}


def day_files(choose: Chooser, log: str, day: date, records: Sequence[Record], form: str) -> dict[str, bytes]:
    """The day as one file or as a folder of parts with other things beside them."""
    name = choose.pick((f"{day:%Y%m%d}",) * 4 + (day.isoformat(),))
    parts = choose.pick((0, 0, 1, 2, 3))
    if parts == 0:
        return _file(choose, log, form, records, f"{LOGS[log]}/{name}")
    path = f"{LOGS[log]}/{choose.pick((name,) * 4 + (f'date={day}',))}"
    part_name = choose.pick(PART_NAMES[:1] * 6 + PART_NAMES)
    files: dict[str, bytes] = {}
    for part in range(parts):
        files |= _file(choose, log, form, records[part::parts], f"{path}/{part_name.format(part)}")
    return files | {f"{path}/{beside}": data for beside, data in BESIDE.items() if not choose.odd(3)}


def empty_day(choose: Chooser, log: str, day: date) -> dict[str, bytes]:
    """A day for which something lies here that holds no record."""
    path = f"{LOGS[log]}/{day:%Y%m%d}"
    header = ",".join(names_of(log)).encode()
    options = (
        {f"{path}/_SUCCESS": b""},
        {f"{path}.json": b""},
        {f"{path}.csv": header + b"\r\n"},
        {f"{path}.jsonl.gz": gzip.compress(b"\xef\xbb\xbf \n\xc2\xa0\n", mtime=0)},
        {f"{path}/{name}": data for name, data in BESIDE.items()},
        {f"{path}/part-0.csv": b"", f"{path}/part-1.csv": b"\n \n" + header},
        {f"{path}.json": b" [ ]\n"},
        {f"{path}.json": b'{"took":1,"hits":{"hits":[]}}\n'},
    )
    return choose.pick(options)
