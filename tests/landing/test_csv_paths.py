"""CSV is the same however it is read: by PyArrow, by Python's csv module, by the parser, in blocks of any size."""

import io
import json
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resources.errors import LandingError
from resources.landing.layout import FileSplit
from resources.landing.readers import lines as whole_lines
from resources.landing.readers.csv import blocks as csv_blocks
from resources.landing.readers.csv import records as csv_records
from resources.landing.readers.csv import text as csv_text
from resources.landing.readers.csv.records import csv_batches
from resources.landing.readers.csv.text import RecordParser
from tests.landing.reading import CONTENT
from tests.support.budget import examples

pytestmark = pytest.mark.unit

ESCAPING = replace(CONTENT, options=replace(CONTENT.options, csv_escape="\\"))
HEADER = ["Contract", "Mac", "AppName", "TotalDuration"]

# Separators, line ends and quotes, beside text of one, two and four bytes and bytes that are not text.
PIECES = [
    *(b",", b"\n", b"\r\n", b"\r", b'"', b'""', b" ", b"\0", b"\xff", b"\xc3", b"a", b"254", b"\t", b"\\", b'\\"'),
    *("é😀".encode(), "\u2003".encode(), b"\xef\xbb\xbf"),
]
LINES = [
    b"\xef\xbb\xbfCHANNEL,HNH579912,0C96E62FC55C,254\n",
    b"CHANNEL,HNH579912,0C96E62FC55C,254\n",
    b'"CHANNEL",HNH579912,"",254\r\n',
    b'"a,b",c,"d\n",e\n',
    b"Contract,Mac,AppName,TotalDuration\n",
    b",,,\n",
    b"a,b\n",
    b"\n",
]
bodies = st.lists(st.sampled_from(PIECES + 4 * LINES), max_size=40).map(b"".join)


def rows_of(data: bytes, block_bytes: int, layout=CONTENT) -> list:
    """The rows, sorted; of a file that is refused, why."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole_lines, "BLOCK_BYTES", block_bytes)
        try:
            batches = list(csv_batches(layout, FileSplit("a.csv", "a.csv", "csv"), io.BytesIO(data)))
        except LandingError as refused:
            return [str(refused)]
    return sorted((row for batch in batches for row in batch.to_pylist()), key=repr)


@contextmanager
def one_by_one():
    """No line is regular, and the parser reads every record."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks.CsvBlock, "_regular_lines", lambda block: np.zeros(len(block._lines), bool))
        patch.setattr(csv_text.RecordParser, "_split", csv_text.RecordParser._scanned)
        yield


@given(
    body=bodies,
    header=st.sampled_from([HEADER, [*HEADER, "x"], ["y", *HEADER, "", "x", "y"]]),
    separator=st.sampled_from([",", ",", "\t", "|"]),
    block_bytes=st.integers(1, 60) | st.just(1 << 20),
    layout=st.sampled_from([CONTENT, ESCAPING]),
)
@example(body=b'a,b,c,d\n"never closed,1,2\na,b,c,d\n', header=HEADER, separator=",", block_bytes=8, layout=CONTENT)
@example(body=b'x,y,"q\nr",z\na,b,c,d\n', header=HEADER, separator=",", block_bytes=9, layout=CONTENT)
@example(body=b'a,"b\\",c",d,e\n', header=HEADER, separator=",", block_bytes=9, layout=ESCAPING)
@examples(250)
def test_csv_is_the_same_in_blocks_and_record_by_record(body, header, separator, block_bytes, layout):
    data = b"\n".join([",".join(header).encode(), body]).replace(b",", separator.encode())
    with one_by_one():
        expected = rows_of(data, 1 << 20, layout)
    assert rows_of(data, block_bytes, layout) == expected


@given(
    text=st.lists(st.sampled_from(['"', '"', '""', ",", "a", "é", "\n", "\r\n", "\r", " "]), max_size=15).map("".join)
)
@examples(250)
def test_the_parser_finds_what_the_csv_module_finds(text):
    parser = RecordParser(",", None, "a.csv")
    assert _all_of(parser._scanned(text)) == _all_of(parser._split(text))


def _all_of(records):
    """All that a generator gives, and what it returns."""
    found = []
    while True:
        try:
            found.append(next(records))
        except StopIteration as ended:
            return found, ended.value


fields = st.text(st.characters(codec="utf-8", exclude_characters="\\"), max_size=4) | st.sampled_from(
    ["", "\n", '"', ",", "a\r\nb", "\u2003", "\r"]
)


@given(
    rows=st.lists(st.lists(fields, min_size=6, max_size=6).filter(lambda row: "".join(row).strip()), max_size=6),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quotes_all=st.booleans(),
    block_bytes=st.sampled_from([5, 1 << 20]),
)
@examples(100)
def test_every_value_that_is_written_is_read(rows, separator, end, quotes_all, block_bytes):
    header = [*HEADER, "b", "a"]

    def written(field: str) -> str:
        needs_quotes = quotes_all or any(char in field for char in f'{separator}"\r\n')
        return '"{}"'.format(field.replace('"', '""')) if needs_quotes else field

    text = "".join(separator.join(map(written, row)) + end for row in [header, *rows])
    expected = [row_for(dict(zip(header, row, strict=True))) for row in rows if row != header]
    assert rows_of(text.encode(), block_bytes) == sorted(expected, key=repr)


def row_for(landed: dict[str, str]) -> dict[str, str | None]:
    others = {name: landed[name] for name in "ab" if landed[name]}
    known = {column: landed.get(field) or None for column, field in CONTENT.fields}
    text = json.dumps(others, ensure_ascii=False, separators=(",", ":")) if others else None
    return {"source_file": "a.csv", **known, "unparsed": None, "other_fields": text}


def test_regular_csv_goes_the_fast_path(monkeypatch):
    one_by_one = []
    plain = csv_records.row_batches
    monkeypatch.setattr(
        csv_records,
        "row_batches",
        lambda header, records: plain(header, (one_by_one.append(record.text) or record for record in records)),
    )
    lines = [f'CHANNEL,"HNH579912",,{number},{number % 3 or ""}' for number in range(100)]
    lines[3], lines[70] = '"CHAN""NEL",HNH579912,,3,', "CHANNEL,HNH579912"
    data = "\n".join(["AppName,Contract,Mac,TotalDuration,x", *lines]).encode()
    rows = rows_of(data, 1 << 20)
    assert one_by_one == [lines[3], lines[70]]
    assert {int(row["total_duration"]) for row in rows if row["total_duration"]} == set(range(100)) - {70}
    assert {row["other_fields"] for row in rows} == {None, '{"x":"1"}', '{"x":"2"}'}
