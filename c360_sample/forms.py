"""The forms that logs land in beside the plain ones: a day's NDJSON or CSV, packed as people pack it.

Each form holds the same records as the file that it is made from. `c360 sample --forms all` lands each day in another.
"""

import bz2
import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

Repack = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Form:
    """A form: what it is made from (json, csv), how, and the name of its file, in which {day} becomes 20220401."""

    name: str
    base: str
    file: str
    repack: Repack


def _lines(data: bytes) -> list[bytes]:
    return data.removeprefix(b"\xef\xbb\xbf").splitlines()


def _array(data: bytes) -> bytes:
    return b"[" + b",".join(_lines(data)) + b"]"


def _pretty(data: bytes) -> bytes:
    return json.dumps([json.loads(line) for line in _lines(data)], ensure_ascii=False, indent=2).encode()


def _answer(data: bytes) -> bytes:
    """As a search engine answers: hits with their `_source`, in one object."""
    hits = [line if b'"_source"' in line else b'{"_source":' + line + b"}" for line in _lines(data)]
    return (
        b'{"took":3,"timed_out":false,"hits":{"total":' + str(len(hits)).encode() + b',"hits":[%s]}}' % b",".join(hits)
    )


def _as_message(data: bytes) -> bytes:
    """Each record as text in a field of its own, as log shippers send it."""
    messages = ({"message": json.dumps(_source(line), ensure_ascii=False)} for line in _lines(data))
    return "".join(json.dumps(message, ensure_ascii=False) + "\n" for message in messages).encode()


def _source(line: bytes) -> object:
    record = json.loads(line)
    return record.get("_source", record)


def _snake(data: bytes) -> bytes:
    def snake(name: re.Match[bytes]) -> bytes:
        return b'"' + re.sub(rb"(?<=[a-z])(?=[A-Z])", b"_", name[1]).lower() + b'":'

    return re.sub(rb'"(Contract|Mac|TotalDuration|AppName|eventID|networkType|userPlansMap)":', snake, data)


def _extended(data: bytes) -> bytes:
    """Whole numbers as MongoDB exports them."""
    return re.sub(rb'("TotalDuration":)([0-9]+)', rb'\1{"$numberLong":"\2"}', data)


def _sequence(data: bytes) -> bytes:
    return b"".join(b"\x1e" + line + b"\n" for line in _lines(data))


def _on_one_line(data: bytes) -> bytes:
    return b"".join(_lines(data))


def _carriage_returns(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r")


def _utf16(data: bytes) -> bytes:
    return b"\xff\xfe" + data.decode("utf-8-sig").encode("utf-16-le")


def _separated(separator: str, named: bool = False) -> Repack:
    def repack(data: bytes) -> bytes:
        out = io.StringIO()
        out.write(f"sep={separator}\n" if named else "")
        rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()

    return repack


def _zstandard(data: bytes) -> bytes:
    return bytes(pa.compress(data, codec="zstd", asbytes=True))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _members(data: bytes) -> bytes:
    """Two gzip members in a row, as appending to a compressed log gives."""
    middle = data.find(b"\n", len(data) // 2) + 1
    return _gzip(data[:middle]) + _gzip(data[middle:])


def _same(data: bytes) -> bytes:
    return data


FORMS = (
    Form("lines", "json", "{day}.json", _same),
    Form("array", "json", "{day}.json", _array),
    Form("answer", "json", "{day}.json", _answer),
    Form("gzip", "json", "{day}.json.gz", _gzip),
    Form("semicolons", "csv", "{day}.csv", _separated(";")),
    Form("pretty", "json", "{iso}.json", _pretty),
    Form("snake_case", "json", "{day}.ndjson", _snake),
    Form("utf-16", "json", "{day}.json", _utf16),
    Form("message", "json", "{day}.jsonl", _as_message),
    Form("zstandard", "json", "{day}.json.zst", _zstandard),
    Form("tabs", "csv", "{day}.tsv", _separated("\t")),
    Form("hive", "json", "dt={iso}/part-00000.json", _same),
    Form("on one line", "json", "{day}.json", _on_one_line),
    Form("sequence", "json", "{day}.json", _sequence),
    Form("extended", "json", "{day}.json", _extended),
    Form("bzip2", "json", "{day}.json.bz2", bz2.compress),
    Form("named separator", "csv", "{day}.csv", _separated("|", named=True)),
    Form("hours", "json", "{day}/07/part-00000.json", _same),
    Form("carriage returns", "json", "{day}.json", _carriage_returns),
    Form("members", "json", "{day}.json.gz", _members),
    Form("wrong name", "json", "{day}.json", _gzip),
)
"""All forms, in the order in which days take them."""
