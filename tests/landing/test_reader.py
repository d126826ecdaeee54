"""Which records a file of each form holds, and what is told of a file that can't be read."""

import bz2
import csv
import gzip
import io
import json
import os
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360_assets.text.normalise import WHITE_SPACE
from resources.errors import LandingError
from resources.landing.layout import FileSplit
from resources.landing.readers import lines
from resources.landing.source import read_split
from resources.settings import PROJECT
from tests.landing.reading import CONTENT, IDENTITY, SEARCH, read_bytes, read_file, read_lines, row_of

pytestmark = pytest.mark.unit

BOM = b"\xef\xbb\xbf"
FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")
COLUMNS = ("contract", "mac", "total_duration", "app_name")
same_folder = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def parquet(**columns) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def content_parquet(**columns) -> bytes:
    """A row of the content log with these columns."""
    return parquet(**{**dict.fromkeys(FIELDS, pa.array(["x"])), **columns})


# --- the forms are equal ---------------------------------------------------------------------------------


def as_json(rows, nested: bool) -> bytes:
    records = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    documents = [{"_source": record} if nested else record for record in records]
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents).encode()


def as_csv(rows) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([FIELDS, *rows])
    return out.getvalue().encode()


def as_parquet(rows, nested: bool) -> bytes:
    columns = {
        name: pa.array([row[place] for row in rows], pa.int64() if name == "TotalDuration" else pa.string())
        for place, name in enumerate(FIELDS)
    }
    if not nested:
        return parquet(**columns)
    return parquet(_source=pa.StructArray.from_arrays(list(columns.values()), names=list(columns)))


# A lone carriage return would be written by csv.writer without quotes; an empty text is a null in CSV.
texts = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=5)
content_rows = st.tuples(texts, texts, st.integers(-(2**63), 2**63 - 1), texts)


@same_folder
@given(rows=st.lists(content_rows, max_size=5))
def test_every_form_gives_the_same_rows(tmp_path, rows):
    expected = [row_of(**dict(zip(COLUMNS, (row[0], row[1], str(row[2]), row[3]), strict=True))) for row in rows]
    files = {
        "a.json": as_json(rows, nested=True),
        "b.ndjson": as_json(rows, nested=False),
        "c.jsonl.gz": gzip.compress(as_json(rows, nested=True)),
        "c.json.GZ": gzip.compress(as_json(rows, nested=True)),
        "d.csv": as_csv(rows),
        "e.csv.gz": gzip.compress(as_csv(rows)),
        "f.parquet": as_parquet(rows, nested=True),
        "g.parquet": as_parquet(rows, nested=False),
    }
    for name, data in files.items():
        assert in_any_order(read_bytes(tmp_path, name, data)) == in_any_order(expected), name


def in_any_order(rows):
    """Rows of a table have no order, and odd lines are read after regular ones."""
    return sorted(rows, key=repr)


# --- NDJSON ----------------------------------------------------------------------------------------------

# A line → its contract (None: it does not parse), read by each of the two paths where both can.
VALUES = {
    "whole number": ("254", "254"),
    "many digits": ("123456789012345678901234567890", "123456789012345678901234567890"),
    "fraction as written": ("12.50", "12.50"),
    "exponent as written": ("1E+3", "1E+3"),
    "minus zero": ("-0", "0"),
    "minus zero, fraction": ("-0.0", "-0.0"),
    "largest of 64 bits": ("9223372036854775807", "9223372036854775807"),
    "above 64 bits": ("9223372036854775808", "9223372036854775808"),
    "true": ("true", "true"),
    "null": ("null", None),
    "empty text": ('""', ""),
    "escapes": (r'"a\"\\\/\b\f\n\r\t\u00e9\u0000"', 'a"\\/\b\f\n\r\té\0'),
    "surrogate pair": (r'"\ud83c\udf89"', "🎉"),
    "list": ('[1, 2.50, "a", null]', '[1,2.50,"a",null]'),
    "object": ('{"a": [{"b": "Đ"}]}', '{"a":[{"b":"Đ"}]}'),
    "text of a date": ('"2022-07-01 20:15:36"', "2022-07-01 20:15:36"),
    "escaped escape": (r'"\\xff"', r"\xff"),
}


@pytest.mark.parametrize("field", ["Contract", "TotalDuration"])
@pytest.mark.parametrize(("written", "text"), VALUES.values(), ids=VALUES.keys())
def test_a_json_value_is_its_text(tmp_path, field, written, text):
    column = dict(zip(FIELDS, COLUMNS, strict=True))[field]
    line = f'{{"_source":{{"{field}":{written}}}}}\n'
    assert read_bytes(tmp_path, "a.json", line.encode()) == [row_of(**{column: text})]


NO_RECORDS = {
    "list": b"[1]",
    "list of an object": b'[{"Contract":"a"}]',
    "null": b"null",
    "number": b"12",
    "an object and a list": b'{"Contract":"a"}[1]',
    "two objects and a comma": b'{"Contract":"a"},{"Contract":"b"}',
    "two objects, no JSON white space": b'{"Contract":"a"}\xc2\xa0{"Contract":"b"}',
    "two objects, one broken": b'{"Contract":"a"}{"Contract":NaN}',
    "a separator behind an object": b'{"Contract":"a"}\x1e',
    "a separator alone": b"\x1e",
    "a separator before a list": b"\x1e[1]",
    "NaN": b'{"TotalDuration":NaN}',
    "minus infinity": b'{"TotalDuration":-Infinity}',
    "single quotes": b"{'Contract':'a'}",
    "comma at the end": b'{"Contract":"a",}',
    "leading zero": b'{"TotalDuration":01}',
    "cut off": b'{"Contract":"a"',
    "tab in a text": b'{"Contract":"a\tb"}',
    "first half of a pair": rb'{"Contract":"\ud800"}',
    "second half of a pair": rb'{"Contract":"\udc00"}',
    "half a pair as a name": rb'{"\ud800":1}',
    "half a pair, not needed": rb'{"x":{"y":["\udfff"]}}',
    "no JSON white space": b'\x0c{"Contract":"a"}',
    "a second mark of byte order": BOM + b'{"Contract":"a"}',
    "unknown control": b"\x1c",
    "no-break space before": b'\xc2\xa0{"Contract":"a"}',
    "too deep": b'{"Contract":' + b"[" * 100 + b"]" * 100 + b"}",
    "far too deep": b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "far too deep, open": b'{"x":' * 100_000,
}


@pytest.mark.parametrize("line", NO_RECORDS.values(), ids=NO_RECORDS.keys())
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""], ids=["line feed", "carriage return", "end of file"])
def test_a_line_that_is_no_record_stands_whole(tmp_path, line, end):
    before = b'{"Contract":"before"}\n'
    rows = read_bytes(tmp_path, "a.json", before + line + end)
    assert rows == [row_of(contract="before"), row_of(unparsed=line.decode())]


def test_nesting_is_read_as_deep_as_is_told(tmp_path):
    value = "[" * 99 + "]" * 99
    assert read_bytes(tmp_path, "a.json", f'{{"Contract":{value}}}'.encode()) == [row_of(contract=value)]
    deep = '{"x":' * 99 + "[]" + "}" * 99
    (row,) = read_bytes(tmp_path, "a.json", deep.encode())
    assert json.loads(row["other_fields"]) == {"x": deep[5:-1]}


def test_bytes_that_are_no_text_are_escaped(tmp_path):
    line = b'{"Contract":"HN\xff\xe1\x80H","AppName":"\xc4\x90"}'
    (row,) = read_bytes(tmp_path, "a.json", line + b"\n")
    assert row == row_of(unparsed='{"Contract":"HN\\xff\\xe1\\x80H","AppName":"Đ"}')
    (row,) = read_bytes(tmp_path, "a.csv", b"AppName,Contract,Mac,TotalDuration\n\xc4\x90\xc4,HN\xff\xe1\x80H,,\n")
    assert row == row_of(app_name="Đ\\xc4", contract="HN\\xff\\xe1\\x80H")


BLANK = ["", *WHITE_SPACE.replace("\n", ""), " \t\u3000\u00a0", "\r"]


@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_lines_of_white_space_are_no_records(tmp_path, name):
    is_json = name == "a.json"
    first, last = ('{"Contract":"1"}', '{"Contract":"2"}') if is_json else ("1,,,", "2,,,")
    header = [] if is_json else [",".join(FIELDS)]
    data = "\n".join([*BLANK, *header, *BLANK, first, *BLANK, last, *BLANK])
    assert [row["contract"] for row in read_bytes(tmp_path, name, data.encode())] == ["1", "2"]


@pytest.mark.parametrize("char", "\x1c\x1f\u200b\u2060\ufeff", ids=lambda char: f"U+{ord(char):04X}")
def test_what_is_not_white_space_is_a_record(tmp_path, char):
    data = f'{{"Contract":"1"}}\n{char}\n'.encode()
    assert read_bytes(tmp_path, "a.json", data) == [row_of(contract="1"), row_of(unparsed=char)]


def test_the_two_lists_of_white_space_are_one():
    assert lines.WHITE_SPACE == WHITE_SPACE


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_a_byte_order_mark_is_passed_over(tmp_path, name, pack):
    data = (
        b'{"Contract":"1"}\n{"Contract":"2"}\n'
        if name == "a.json"
        else b"Contract,Mac,TotalDuration,AppName\n1,,,\n2,,,"
    )
    file = f"{name}{'.gz' if pack is gzip.compress else ''}"
    assert [row["contract"] for row in read_bytes(tmp_path, file, pack(BOM + data))] == ["1", "2"]


@pytest.mark.parametrize("name", ["a.json", "a.csv"])
@pytest.mark.parametrize("data", [b"", BOM, b"\n \n"], ids=["nothing", "mark", "white space"])
def test_a_file_without_records_gives_none(tmp_path, name, data):
    assert read_bytes(tmp_path, name, data) == []
    assert read_bytes(tmp_path, f"{name}.gz", gzip.compress(data)) == []


# --- parquet ---------------------------------------------------------------------------------------------


def numbered(values, kind=None) -> bytes:
    return content_parquet(TotalDuration=pa.array([values], kind))


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        (254, pa.int32(), 254),
        (254, pa.uint64(), 254),
        (254.0, pa.float64(), 254),
        (12.5, pa.float32(), 12.5),
        (Decimal("12.50"), pa.decimal128(9, 2), Decimal("12.50")),
        (1e20, pa.float64(), 10**20),
    ],
    ids=str,
)
def test_parquet_numbers_keep_their_value(tmp_path, value, kind, number):
    (row,) = read_bytes(tmp_path, "a.parquet", numbered(value, kind))
    assert Decimal(row["total_duration"]) == Decimal(number)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array(["a"]).dictionary_encode(), "a"),
        (pa.array([b"a\xff"]), "a\\xff"),
        (pa.array([True]), "true"),
        (pa.array([None], pa.null()), None),
        (pa.array([["đ:1", None]]), '["đ:1",null]'),
        (pa.array([[]], pa.list_(pa.string())), "[]"),
        (pa.array([None], pa.list_(pa.string())), None),
        (pa.array([[{"a": 1}]]), '[{"a":1}]'),
        (pa.array([[["a"], []]]), '[["a"],[]]'),
        (pa.array([{"a": ["đ"]}]), '{"a":["đ"]}'),
    ],
    ids=[
        "dictionary", "bytes", "boolean", "null", "list", "empty list", "no list", "list of objects", "list of lists",
        "object",
    ],
)  # fmt: skip
def test_parquet_values_become_text(tmp_path, column, text):
    (row,) = read_bytes(tmp_path, "a.parquet", content_parquet(Contract=column))
    assert row["contract"] == text


@pytest.mark.parametrize(
    ("micros", "text"),
    [(123_000, "2022-07-01 20:15:36.123000"), (0, "2022-07-01 20:15:36"), (500_000, "2022-07-01 20:15:36.500000")],
    ids=["thousandths", "whole", "half"],
)
@pytest.mark.parametrize("unit", ["us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_parquet_times_become_the_text_of_logs(tmp_path, micros, text, unit, zone):
    since = (1_656_706_536 * 10**6 + micros) * (1000 if unit == "ns" else 1)
    stamp = pa.array([since], pa.timestamp(unit, zone))
    others = {name: pa.array(["x"]) for name in ("user_id", "keyword", "category")}
    (row,) = read_bytes(tmp_path, "a.parquet", parquet(datetime=stamp, **others), SEARCH)
    assert row["datetime"] == (f"{text}+00:00" if zone else text)


# --- files that can't be read ----------------------------------------------------------------------------

RECORD = json.dumps({"Contract": os.urandom(1500).hex()}).encode()
PACKED, BZ2, ZSTD = gzip.compress(RECORD), bz2.compress(RECORD), bytes(pa.compress(RECORD, "zstd", asbytes=True))
PARQUET = parquet(**{name: pa.array(["x"] * 9) for name in FIELDS})
UNREADABLE = {
    "gz of no bytes": ("a.json.gz", b"", "holds 0 bytes"),
    "gz cut in its header": ("a.csv.gz", PACKED[:5], "cut off"),
    "gz cut": ("a.json.gz", PACKED[: len(PACKED) // 2], "cut off"),
    "gz cut in its sum": ("a.json.gz", PACKED[:-4], "cut off"),
    "gz spoiled": ("a.json.gz", PACKED[:-8] + bytes(8), "the compressed file is damaged"),
    "zst cut": ("a.json.zst", ZSTD[:-3], "cut off"),
    "zst spoiled": ("a.json.zst", ZSTD[:-1] + b"!", "the compressed file is damaged"),
    "bz2 cut": ("a.json.bz2", BZ2[:-3], "cut off"),
    "bz2 spoiled": ("a.json.bz2", BZ2[:20] + bytes(9) + BZ2[29:], "the compressed file is damaged"),
    "parquet of no bytes": ("a.parquet", b"", "holds 0 bytes"),
    "parquet cut": ("a.parquet", PARQUET[: len(PARQUET) // 2], "can't be read as parquet"),
    "parquet cut at its end": ("a.parquet", PARQUET[:-1], "can't be read as parquet"),
    "parquet spoiled": ("a.parquet", PARQUET[:4] + b"\xff" * 40 + PARQUET[44:], "can't be read as parquet"),
    "CSV without a column": ("a.csv", b"AppName,contract,Mac\na,b,c\n", "column TotalDuration is missing"),
    "parquet without a column": ("a.parquet", parquet(Contract=["a"], Mac=["b"]), "columns TotalDuration, AppName"),
    "doubled column": ("a.csv", b"AppName,Contract,Mac,TotalDuration, Mac\n", "column Mac occurs twice"),
}


@pytest.mark.parametrize(("name", "data", "told"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, data, told):
    with pytest.raises(LandingError, match=f"^{name}: .*{told}") as raised:
        read_bytes(tmp_path, name, data)
    assert str(raised.value).endswith(".")
    assert "\n" not in str(raised.value)


@same_folder
@given(cut=st.integers(0, len(PACKED) - 1))
def test_a_gz_cut_anywhere_is_no_file(tmp_path, cut):
    with pytest.raises(LandingError, match=r"^a\.json\.gz: "):
        read_bytes(tmp_path, "a.json.gz", PACKED[:cut])


@same_folder
@given(cut=st.integers(0, len(PARQUET) - 1))
def test_a_parquet_cut_anywhere_is_no_file(tmp_path, cut):
    with pytest.raises(LandingError, match=r"^a\.parquet: "):
        read_bytes(tmp_path, "a.parquet", PARQUET[:cut])


def test_a_file_that_is_gone_is_named(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"{}")
    split = FileSplit(str(path), path.name, "json")
    path.unlink()
    with pytest.raises(LandingError, match=r"^a\.json: can't be read"):
        list(read_split(CONTENT, split))


def test_links_need_only_two_columns(tmp_path):
    assert read_bytes(tmp_path, "a.csv", b"user_id,contract\n07,a\n", IDENTITY) == [
        row_of(IDENTITY, contract="a", user_id="07")
    ]


# --- memory ----------------------------------------------------------------------------------------------

_READ_LARGE = """
import resource, sys
from pathlib import Path
from tests.landing.reading import CONTENT
from resources.landing.readers import lines
from resources.landing.layout import FileSplit
from resources.landing.source import read_split
lines.BLOCK_BYTES = 1 << 20
path = Path(sys.argv[1])
split = FileSplit(str(path), path.name, sys.argv[2], path.stat().st_size, compression="gzip")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
batches = read_split(CONTENT, split)
rows = len(next(batches))
before = peak()
rows += sum(map(len, batches))
print(rows, peak() - before)
"""


@pytest.mark.parametrize("form", ["json", "array"])
def test_memory_does_not_grow_with_the_file(tmp_path, form):
    line = json.dumps(
        {"_id": "x" * 20, "_source": {"Contract": "HNH579912", "Mac": "0C96E62FC55C", "TotalDuration": 254}}
    )
    begin, end, last = ("[", ",", "{}]") if form == "array" else ("", "\n", "{}")
    block = f"{line}{end}".encode() * 10_000
    assert 80 * len(block) > 80 << 20
    path = tmp_path / "20220401.json.gz"
    path.write_bytes(gzip.compress(begin.encode()) + gzip.compress(block) * 80 + gzip.compress(last.encode()))
    done = subprocess.run(
        [sys.executable, "-c", _READ_LARGE, str(path), form], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    rows, grown = map(int, done.stdout.split())
    assert rows == 800_001
    assert grown < 60, f"{grown} MB more than after the first block"


def test_a_file_is_the_rows_of_its_parts(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b'{"Contract":"1"}\n{"Contract":"2"}')
    assert [row["contract"] for row in read_lines(path, end=17) + read_lines(path, start=17)] == ["1", "2"]


def test_text_in_parquet_that_is_no_utf8_is_escaped(tmp_path):
    spoiled = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0\4\0\0\0"), pa.py_buffer(b"a\xffbc")]
    )
    rest = {name: ["x", "y"] for name in ("Mac", "TotalDuration", "AppName")}
    path = tmp_path / "20220401.parquet"
    pq.write_table(pa.table({"Contract": spoiled, **rest}), path)
    rows = read_file(path)
    assert [row["contract"] for row in rows] == ["a\\xffb", "c"]
