"""One day's records as the file or folder they land in."""

import gzip
from collections.abc import Sequence
from datetime import date

from . import content, search
from .chooser import Chooser
from .forms import csv_file, draw_style, json_file, parquet_file
from .landed import LOGS
from .values import Record

FORMS = ("json", "csv", "parquet", "jsonl", "ndjson")
WRITERS = {"csv": csv_file, "parquet": parquet_file}

# What stands beside the parts and is no data; the last two would count if they were read.
BESIDE = {
    "_SUCCESS": b"",
    "._SUCCESS.crc": b"crc\x00",
    ".part-00000.crc": b"crc\x00",
    "part-00000.json.crc": b"crc\x00",
    "_committed_1": b'{"added":[]}',
    ".hidden.json": b'{"Contract":"HNH579912","TotalDuration":9,"user_id":"1","keyword":"x"}\n',
    "_part-00009.csv": b"Contract,TotalDuration,user_id,keyword\nHNH579912,9,1,x\n",
}


def _names(log: str) -> tuple[str, ...]:
    return content.FIELDS + content.DOCUMENT if log == "content" else search.FIELDS


def _file(choose: Chooser, log: str, form: str, records: Sequence[Record], path: str) -> dict[str, bytes]:
    """One file, packed or not."""
    names = _names(log)
    if log == "content" and choose.odd(2):
        names = content.FIELDS  # no document around the fields
        records = [_without_document(record) for record in records]
    data = WRITERS.get(form, json_file)(records, names, draw_style(choose, nested=log == "content" and form != "csv"))
    if form == "parquet":
        return {f"{path}.snappy.parquet" if choose.odd(2) else f"{path}.parquet": data}
    if choose.odd(3):
        return {f"{path}.{form}.gz": gzip.compress(data, mtime=0)}
    return {f"{path}.{form}": data}


def _without_document(record: Record) -> Record:
    if not isinstance(record, dict):
        return record
    return {name: value for name, value in record.items() if name in content.FIELDS}


def day_files(choose: Chooser, log: str, day: date, records: Sequence[Record], form: str) -> dict[str, bytes]:
    """The day as one file or as a folder of parts with other things beside them."""
    path = f"{LOGS[log]}/{day:%Y%m%d}"
    parts = choose.pick((0, 0, 1, 2, 3))
    if parts == 0:
        return _file(choose, log, form, records, path)
    files: dict[str, bytes] = {}
    for part in range(parts):
        files |= _file(choose, log, form, records[part::parts], f"{path}/part-{part:05}-c000")
    return files | {f"{path}/{name}": data for name, data in BESIDE.items() if not choose.odd(3)}


def empty_day(choose: Chooser, log: str, day: date) -> dict[str, bytes]:
    """A day for which something lies here that holds no record."""
    path = f"{LOGS[log]}/{day:%Y%m%d}"
    header = ",".join(_names(log)).encode()
    options = (
        {f"{path}/_SUCCESS": b""},
        {f"{path}.json": b""},
        {f"{path}.csv": header + b"\r\n"},
        {f"{path}.jsonl.gz": gzip.compress(b"\xef\xbb\xbf \n\xc2\xa0\n", mtime=0)},
        {f"{path}/{name}": data for name, data in BESIDE.items()},
        {f"{path}/part-0.csv": b"", f"{path}/part-1.csv": b"\n \n" + header},
    )
    return choose.pick(options)
