"""The fields of landed files, in every form they land in."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from c360_assets.checks.monitors.landed_fields import compare, fields_of
from c360_assets.landing import raw_content, raw_search
from resources.landing.zone import LandedFile

pytestmark = pytest.mark.unit

CONTENT, SEARCH = raw_content.LAYOUT, raw_search.LAYOUT
FLAT = ["AppName", "Contract", "Mac", "TotalDuration"]
USUAL = {"_index", "_type", "_id", "_score", "_source", *(f"_source.{name}" for name in FLAT)}
RECORD = {"_index": "h", "_type": "k", "_id": "1", "_score": 0, "_source": dict.fromkeys(FLAT, "1")}


def _bytes(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


def _parquet(table: pa.Table) -> Callable[[Path], None]:
    return lambda path: pq.write_table(table, path)


LINE = json.dumps(RECORD).encode()


@pytest.mark.parametrize(
    ("name", "write", "expected"),
    [
        ("a.json", _bytes(b"\xef\xbb\xbf" + LINE + b"\n{broken\n[1]\n" + b'{"Contract":"1"}'), USUAL | {"Contract"}),
        ("a.ndjson.gz", _bytes(gzip.compress(LINE)), USUAL),
        ("a.jsonl", _bytes(b'{"_source":7}\n'), {"_source"}),
        ("a.json", _bytes(b""), set()),
        ("a.csv", _bytes(b"\xef\xbb\xbf\r\nAppName, Contract ,Mac,TotalDuration\r\n1,2,3,4\r\n"), set(FLAT)),
        ("a.csv.gz", _bytes(gzip.compress(b'"AppName","Mac"\n')), {"AppName", "Mac"}),
        ("a.csv", _bytes(b""), set()),
        ("a.snappy.parquet", _parquet(pa.table({name: ["1"] for name in FLAT})), set(FLAT)),
        ("a.parquet", _parquet(pa.Table.from_pylist([RECORD])), USUAL),
    ],
)
def test_the_fields_of_a_file(tmp_path: Path, name: str, write: Callable[[Path], None], expected: set[str]) -> None:
    write(tmp_path / name)
    assert fields_of(LandedFile(name, str(tmp_path / name), 1, "1", False), CONTENT, lines=10) == expected


def test_only_the_first_records_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a":1}\n{"b":1}\n{"c":1}\n')
    assert fields_of(LandedFile("a.json", str(tmp_path / "a.json"), 1, "1", False), CONTENT, lines=2) == {"a", "b"}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (USUAL, {}),
        (set(FLAT), {}),
        (USUAL - {"_source.Mac"}, {"missing": ["_source.Mac"]}),
        (USUAL - {"_score"}, {"missing": ["_score"]}),
        ({*FLAT, "Region"}, {"new": ["Region"]}),
        (USUAL | {"_source.Region"}, {"new": ["_source.Region"]}),
        ({"Contract", "Mac"}, {"missing": ["AppName", "TotalDuration"]}),
    ],
)
def test_flat_files_need_only_the_nested_fields(found: set[str], expected: dict[str, list[str]]) -> None:
    assert compare(found, CONTENT) == expected


def test_a_log_without_an_envelope_needs_all_its_fields() -> None:
    every = {field for _, field in SEARCH.fields}
    assert compare(every, SEARCH) == {}
    assert compare(every - {"platform"} | {"device"}, SEARCH) == {"new": ["device"], "missing": ["platform"]}
