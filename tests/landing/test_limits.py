"""What is larger than the limits: refused with the place, in little memory, and never a value in the message."""

import gzip
import io
import re
import tracemalloc
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resources.engine.failures import failure_of
from resources.errors import LandingError
from resources.landing.inspection import split_of
from resources.landing.layout import FileSplit, Layout
from resources.landing.limits import LandingLimits
from resources.landing.readers import lines
from resources.landing.readers.json import tolerant, value
from resources.landing.readers.json.record import RecordReader
from resources.landing.readers.parquet.sizes import sized_batches
from resources.landing.source import LandedSource, options_for, read_split
from tests.landing.reading import CONTENT, landed_file, read_bytes, read_file, read_lines

pytestmark = pytest.mark.unit

SECRET = "S3CRETVALUE"
RECORD = b'{"Contract":"ABC100001","Mac":"A","TotalDuration":1,"AppName":"VOD"}\n'
FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")


def limited(**limits: int) -> Layout:
    return replace(CONTENT, options=replace(CONTENT.options, limits=replace(LandingLimits(), **limits)))


def refused(folder: Path, name: str, data: bytes, layout: Layout) -> str:
    with pytest.raises(LandingError) as raised:
        read_bytes(folder, name, data, layout)
    assert SECRET not in str(raised.value)
    return str(raised.value)


def peak_of(call) -> int:
    """Bytes at most while something is called, those of Arrow among them."""
    pool = pa.default_memory_pool()
    before, most = pool.bytes_allocated(), 0
    tracemalloc.start()
    try:
        for _ in call():
            most = max(most, pool.bytes_allocated() - before)
        return tracemalloc.get_traced_memory()[1] + most
    finally:
        tracemalloc.stop()


LONG = b'{"Contract":"' + SECRET.encode() * 20 + b'"}\n'


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("block_bytes", [16, 100, 1 << 20])
def test_a_long_line_is_refused_by_its_number(tmp_path, monkeypatch, ending, block_bytes):
    monkeypatch.setattr(lines, "BLOCK_BYTES", block_bytes)
    data = (RECORD * 3 + LONG + RECORD).replace(b"\n", ending)
    assert "a.json:4: a line or record is larger than 200 bytes" in refused(
        tmp_path, "a.json", data, limited(line_bytes=200)
    )
    assert len(read_bytes(tmp_path, "a.json", data, limited(line_bytes=len(LONG) + 2))) == 5


def test_its_number_is_the_same_in_a_compressed_file_and_in_utf_16(tmp_path):
    data, layout = RECORD * 3 + LONG + RECORD, limited(line_bytes=200)
    for name, form in (("a.json.gz", gzip.compress(data)), ("a.json", data.decode().encode("utf-16"))):
        assert f"{name}:4: a line or record" in refused(tmp_path, name, form, layout)


def test_each_part_of_a_file_refuses_the_line_that_it_is_in(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(RECORD + LONG * 500 + RECORD)
    path.write_bytes(path.read_bytes().replace(b"}\n{", b"} {"))
    for start in (0, 1000):
        with pytest.raises(LandingError, match=r"a\.json:1: a line or record"):
            read_lines(path, limited(line_bytes=200), start, path.stat().st_size)


def test_a_quote_that_is_never_closed_is_refused_by_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "BLOCK_BYTES", 1000)
    row = f"VOD,ABC100001,A,1,{SECRET}\n"
    data = ",".join(["AppName", "Contract", "Mac", "TotalDuration", "x"]) + "\n" + row * 7 + '"' + row * 1000
    assert "a.csv:9: a line or record is larger than" in refused(
        tmp_path, "a.csv", data.encode(), limited(line_bytes=5000)
    )
    assert len(read_bytes(tmp_path, "a.csv", data.encode())) == 8


@pytest.mark.parametrize("block_bytes", [16, 100, 1 << 20])
def test_a_long_element_of_an_array_is_refused_by_its_number(tmp_path, monkeypatch, block_bytes):
    monkeypatch.setattr(lines, "BLOCK_BYTES", block_bytes)
    data = b"[" + b",".join([RECORD, RECORD, LONG, RECORD]) + b"]"
    assert "a.json: element 3 of the array is larger than 200 bytes" in refused(
        tmp_path, "a.json", data, limited(line_bytes=200)
    )


@pytest.mark.parametrize("first", [b"[\n", b"[1,2\n", b'[{"Contract":\n'])
def test_lines_behind_a_bracket_are_lines_however_long_the_file_is(tmp_path, first):
    data = first + RECORD * 50
    assert len(read_bytes(tmp_path, "a.json", data, limited(line_bytes=200))) == 51


def test_a_field_is_refused_by_its_name_and_line(tmp_path):
    assert "a.json:2: a value of Contract is larger than 100 bytes" in refused(
        tmp_path, "a.json", RECORD + LONG, limited(field_bytes=100)
    )


@pytest.mark.parametrize("value", ['"{}"', '[{{"y":"{}"}}]', '"{}","z":"{}"'], ids=["a text", "nested", "several"])
def test_what_a_record_has_beyond_the_known_fields_is_refused(tmp_path, value):
    line = f'{{"Contract":"A","x":{value.format(*[SECRET * 6] * 2)}}}\n'.encode()
    for lines_before in (0, 3):
        message = refused(tmp_path, "a.json", RECORD * lines_before + line, limited(field_bytes=70))
        assert (
            f"a.json:{lines_before + 1}: what a record has beyond the known fields is larger than 70 bytes" in message
        )
    table = pa.table({"Contract": ["A"], "Mac": ["A"], "TotalDuration": [1], "AppName": ["VOD"], "x": [SECRET * 7]})
    out = io.BytesIO()
    pq.write_table(table, out)
    for name, data in (
        ("a.csv", f"{','.join(FIELDS)},x\nA,A,1,VOD,{SECRET * 7}\n".encode()),
        ("a.parquet", out.getvalue()),
    ):
        assert "beyond the known fields" in refused(tmp_path, name, data, limited(field_bytes=70))


@pytest.mark.parametrize("line", [b"no JSON " + b"x" * 99_000, RECORD.replace(b"}", b',"x":"' + b"x" * 99_000 + b'"}')])
def test_long_rows_are_refused_when_they_are_too_much_in_all(tmp_path, line):
    layout = limited(line_bytes=1 << 20)
    data = RECORD + (line.strip() + b"\n") * 60
    message = refused(tmp_path, "a.json", data, layout)
    assert (
        "a.json: its rows of more than 64 KiB, with those of the files read before it, are larger than 4 MiB" in message
    )
    assert len(read_bytes(tmp_path, "b.json", RECORD + (line.strip() + b"\n") * 20, layout)) == 21
    assert len(read_bytes(tmp_path, "c.json", RECORD * 99_999, layout)) == 99_999


def csv_of_long_names(letters: int) -> bytes:
    names = ",".join(f"{number}{'n' * letters}" for number in range(10))
    return f"{','.join(FIELDS)},{names}\n".encode() + b"A,A,1,VOD,1,1,1,1,1,1,1,1,1,1\n" * 2_000


def parquet_of_one_text(letters: int) -> bytes:
    rows = 2_000
    columns = {"Contract": ["A"] * rows, "Mac": ["A"] * rows, "TotalDuration": [1] * rows, "AppName": ["VOD"] * rows}
    out = io.BytesIO()
    pq.write_table(pa.table({**columns, "x": ["x" * letters] * rows}), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", csv_of_long_names(500)), ("a.parquet", parquet_of_one_text(5_000))], ids=str
)
def test_a_text_that_a_file_says_again_and_again_makes_rows_long(tmp_path, name, data):
    message = refused(tmp_path, name, data, limited(line_bytes=1 << 20))
    assert f"{name}: its rows of more than 2 KiB, with those" in message
    assert len(read_bytes(tmp_path, name, data)) == 2_000


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", csv_of_long_names(100)), ("a.parquet", parquet_of_one_text(1_000))]
)
def test_rows_of_usual_length_may_be_as_many_as_they_like(tmp_path, name, data):
    assert len(read_bytes(tmp_path, name, data, limited(line_bytes=1 << 17))) == 2_000


def test_long_rows_of_small_files_are_counted_together(tmp_path):
    layout, splits = limited(line_bytes=1 << 20), []
    for number in range(6):
        path = tmp_path / f"{number}.json"
        path.write_bytes(RECORD + (b"x" * 99_000 + b"\n") * 10)
        splits.append(split_of(layout, landed_file(path)))
    reader = LandedSource(options_for(layout, splits)).reader(None)
    (task,) = reader.partitions()
    with pytest.raises(Exception, match="files read before it") as raised:
        sum(map(len, reader.read(task)))
    assert failure_of(raised.value).where.file == "4.json"


@pytest.mark.parametrize("shape", ['{{"Contract":"A","{0}":"{1}"}}\n', '{{"_source":{{"Contract":"A","{0}":{1}}}}}\n'])
def test_a_new_field_in_each_record_is_refused_when_there_are_too_many(tmp_path, shape):
    def data(count: int) -> bytes:
        return "".join(shape.format(f"{SECRET}{place}", place) for place in range(count)).encode()

    message = refused(tmp_path, "a.json", data(900), limited(unknown_fields=600))
    assert "a.json: has more than 600 different unknown fields" in message
    assert len(read_bytes(tmp_path, "a.json", data(590), limited(unknown_fields=600))) == 590


def test_many_fields_in_one_record_a_header_or_a_schema_are_refused(tmp_path):
    names = [f"{SECRET}{place}" for place in range(300)]
    layout = limited(unknown_fields=200)
    members = ",".join(f'"{name}":1' for name in names)
    header = ",".join([*FIELDS, *names])
    out = io.BytesIO()
    pq.write_table(pa.table({name: ["x"] for name in [*FIELDS, *names]}), out)
    for name, data in (
        ("a.json", b'{"Contract":"A",' + members.encode() + b"}\n"),
        ("a.csv", f"{header}\n{header.lower()}\n".encode()),
        ("a.parquet", out.getvalue()),
    ):
        assert "has more than 200 different unknown fields" in refused(tmp_path, name, data, layout)


def test_names_are_counted_in_each_file_for_itself(tmp_path):
    for name in ("a", "b", "c"):
        data = "".join(f'{{"Contract":"A","{name}{place}":"{place}"}}\n' for place in range(150)).encode()
        assert len(read_bytes(tmp_path, f"{name}.json", data, limited(unknown_fields=151))) == 150


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: pa.compress(data, "zstd", asbytes=True)])
@pytest.mark.parametrize("fill", [b"\0", b"\n", b" ", RECORD])
def test_a_file_of_nothing_but_the_same_bytes_takes_little_memory(tmp_path, pack, fill):
    path, layout = tmp_path / "a.json", limited(line_bytes=1 << 20, unpacked_bytes=24 << 20)
    path.write_bytes(pack(fill * ((32 << 20) // len(fill))))

    def read():
        split = split_of(layout, landed_file(path))
        return read_split(layout, split) if split else iter(())

    def attempt():
        with pytest.raises(LandingError) as raised:
            yield from read()
        assert re.search("is larger than (1 MiB|24 MiB)|holds no record", str(raised.value))

    assert peak_of(attempt) < 200 << 20


def test_white_space_at_the_beginning_is_not_kept(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"\n" * (10 << 20) + RECORD)
    assert peak_of(lambda: iter(read_file(path))) < 100 << 20
    assert len(read_file(path)) == 1


def as_parquet(**columns) -> bytes:
    out = io.BytesIO()
    rows = len(next(iter(columns.values())))
    pq.write_table(pa.table({**{name: pa.array(["x"] * rows) for name in FIELDS}, **columns}), out)
    return out.getvalue()


def repeated(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), [text])


@pytest.mark.parametrize("kind", ["flat", "list", "struct"])
def test_a_text_that_many_rows_name_makes_small_batches(tmp_path, kind):
    rows, text = 4000, "y" * (1 << 20)
    column = repeated(text, rows)
    if kind == "list":
        column = pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), column)
    elif kind == "struct":
        column = pa.StructArray.from_arrays([column], ["inner"])
    path = tmp_path / "a.parquet"
    path.write_bytes(as_parquet(note=column))
    assert path.stat().st_size < 2 << 20
    split = split_of(CONTENT, landed_file(path))
    with path.open("rb") as stream:
        sizes = [len(batch) for batch in sized_batches(CONTENT, split, stream)]
    assert sum(sizes) == rows
    assert max(sizes) <= 64
    assert peak_of(lambda: islice(read_split(CONTENT, split), 2)) < 1 << 30


def test_a_row_of_parquet_that_is_too_large_is_refused_by_its_number(tmp_path):
    places = pa.array([0] * 5000 + [1] * 60_000, pa.int32())
    texts = pa.DictionaryArray.from_arrays(places, ["a", "b" * 100_000])  # six gigabytes, were they read
    message = refused(tmp_path, "a.parquet", as_parquet(note=texts), limited(line_bytes=50_000))
    assert "a.parquet: row 5,001 is larger than 50,000 bytes" in message


def test_the_usual_parquet_is_read_in_large_batches(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(as_parquet(note=pa.array([f"n{place % 1000}" for place in range(70_000)])))
    with path.open("rb") as stream:
        assert [
            len(batch) for batch in sized_batches(CONTENT, FileSplit("a.parquet", str(path), "parquet", 0), stream)
        ] == [65_536, 70_000 - 65_536]


def test_a_line_of_too_many_values_does_not_parse(tmp_path):
    line = b'{"Contract":"A","x":[' + b"0," * (5 << 20) + b"0]}\n"
    rows = read_bytes(tmp_path, "a.json", RECORD + line)
    assert [row["contract"] for row in rows] == ["ABC100001", None]
    assert len(rows[1]["unparsed"]) == len(line) - 1


def test_the_readers_of_two_files_share_no_names():
    assert RecordReader(CONTENT).row({"Contract": "a", **{f"n{place}": "1" for place in range(5000)}})[1:4]


def test_a_header_of_too_many_columns_is_none(tmp_path):
    header = b"Contract,Mac,TotalDuration,AppName" + b"," * 200_000
    assert "holds no record" in refused(tmp_path, "a.csv", header + b"\nABC100001,A,1,VOD\n", CONTENT)
    first, rest = b'Contract,Mac,TotalDuration,AppName,"a\n"', b"," * 200_000
    assert "more than 100,000 columns" in refused(tmp_path, "b.csv", first + rest + b"\nABC100001,A,1,VOD\n", CONTENT)


@pytest.mark.parametrize("line", [b'{"a":1}' * 4, b'{"hits":{"hits":[1,1,1,1]}}', b'{"hits":{"hits":[{},{}]}}{}{}'])
def test_a_line_of_too_many_records_is_kept_as_text(tmp_path, monkeypatch, line):
    for module in (tolerant, value):
        monkeypatch.setattr(module, "MOST_RECORDS", 3)
    rows = read_bytes(tmp_path, "a.json", RECORD * 2 + line + b"\n")
    assert len(rows) == 3
    assert line.decode() in str(rows[2])
