"""What a file is by its first bytes, and which deliveries are refused, with what is said about them."""

import bz2
import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.errors import LandingError
from resources.landing import inspection
from resources.landing.inspection import inspected
from resources.landing.layout import Layout
from resources.landing.source import read_split
from resources.landing.zone import Delivery
from tests.landing.reading import CONTENT, IDENTITY, SEARCH, landed_file, read_bytes, row_of

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)
FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")
CANARY = "HNH579912"
LINE = f'{{"Contract":"{CANARY}","AppName":"Đ"}}\n'
CSV = f"Contract,Mac,TotalDuration,AppName\n{CANARY},,,Đ\n"
ROW = row_of(contract=CANARY, app_name="Đ")


def zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, "zstd", asbytes=True)
    return packed


def parquet(**columns: list[str]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.json", LINE)
    return out.getvalue()


def delivery(folder: Path, files: Mapping[str, bytes]) -> Delivery:
    found = []
    for name, data in files.items():
        path = folder / name
        path.write_bytes(data)
        found.append(landed_file(path))
    return Delivery(DAY, tuple(found))


def rows(folder: Path, files: Mapping[str, bytes], layout: Layout = CONTENT) -> list[dict]:
    splits = inspected(layout, delivery(folder, files))
    return [row for split in splits for batch in read_split(layout, split) for row in batch.to_pylist()]


def refusal(folder: Path, files: Mapping[str, bytes], layout: Layout = CONTENT) -> str:
    with pytest.raises(LandingError) as raised:
        rows(folder, files, layout)
    told = str(raised.value)
    assert CANARY not in told
    assert told.endswith(".")
    assert "\n" not in told
    return told


# --- what a file is --------------------------------------------------------------------------------------

COMPRESSED = {
    "plain": bytes,
    "gzip": gzip.compress,
    "members": lambda data: b"".join(map(gzip.compress, [data[:3], data[3:9], b"", data[9:]])),
    "zstd": zstd,
    "frames": lambda data: b"".join(map(zstd, [data[:3], b"", data[3:]])),
    "skipped frame": lambda data: b"\x50\x2a\x4d\x18\x04\0\0\0skip" + zstd(data),
    "bz2": bz2.compress,
    "streams": lambda data: bz2.compress(data[:3]) + bz2.compress(data[3:]),
}
ENCODED = {
    "utf-8": str.encode,
    "marked": lambda text: text.encode("utf-8-sig"),
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
}
TEXTS = {
    "lines": LINE,
    "array": json.dumps([json.loads(LINE)], indent=1),
    "answer": json.dumps({"hits": {"hits": [json.loads(LINE)]}}),
    "csv": CSV,
}


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.parquet", "a.gz", "a.txt"])
@pytest.mark.parametrize("encode", ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("compress", COMPRESSED.values(), ids=COMPRESSED)
def test_the_first_bytes_tell_whatever_the_name(tmp_path, compress, encode, name):
    for text in TEXTS.values():
        assert read_bytes(tmp_path, name, compress(encode(text))) == [ROW]


@pytest.mark.parametrize("compress", COMPRESSED.values(), ids=COMPRESSED)
def test_parquet_may_be_compressed_as_a_whole(tmp_path, compress):
    data = parquet(**{name: [CANARY if name == "Contract" else "x"] for name in FIELDS})
    (found,) = read_bytes(tmp_path, "a.json", compress(data))
    assert found["contract"] == CANARY


@settings(deadline=None)
@given(text=st.text(max_size=30), mark=st.sampled_from(["utf-16-le", "utf-16-be"]), cut=st.integers(0, 3))
def test_utf_16_gives_what_utf_8_gives(tmp_path_factory, text, mark, cut):
    folder = tmp_path_factory.mktemp("utf16")
    line = LINE + json.dumps({"Contract": text}, ensure_ascii=False)
    wide = ("\ufeff" + line).encode(mark, "surrogatepass")
    expected = read_bytes(folder, "a.json", line.encode(errors="replace"))
    assert read_bytes(folder, "b.json", wide) == expected
    if cut % 2 == 0:
        assert read_bytes(folder, "c.json", wide[: len(wide) - cut])[0] == ROW  # half a pair is not an error


@pytest.mark.parametrize("first", ["", "\n \t\n", "\u3000\n"], ids=["", "white lines", "white space"])
@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"x\n{LINE}", 1),
        (f"NaN,\n\x1c\n{LINE}", 2),
        (f'"Contract","Mac"\n{LINE}', 1),
        (f"\x1e{LINE}", 0),
    ],
    ids=["a word", "two", "a header that lacks columns", "a separator"],
)
def test_a_text_with_an_object_on_any_line_is_json(tmp_path, first, text, kept):
    found = rows(tmp_path, {"a.csv": (first + text).encode()})
    assert sum(row["unparsed"] is not None for row in found) == kept
    assert [row["contract"] for row in found if row["unparsed"] is None] == [CANARY]


# --- parts -----------------------------------------------------------------------------------------------


def test_parts_of_one_format_are_read_together(tmp_path):
    files = {
        "a": LINE.encode(), "b": gzip.compress(TEXTS["array"].encode()), "c": zstd(TEXTS["answer"].encode()),
        "d": b"", "e": b"\n \n", "f.json.gz": gzip.compress(b""),
    }  # fmt: skip
    assert [row["contract"] for row in rows(tmp_path, files)] == [CANARY] * 3


@pytest.mark.parametrize("other", [CSV.encode(), parquet(**{name: ["x"] for name in FIELDS})], ids=["csv", "parquet"])
def test_parts_of_several_formats_are_refused(tmp_path, other):
    told = refusal(tmp_path, {"a.json": LINE.encode(), "b.json": other})
    assert told.startswith("log_content: 2022-04-01 mixes forms: ")
    assert "a.json (json)" in told


@pytest.mark.parametrize("bad", [b"<html>", gzip.compress(LINE.encode())[:-5], b"x,y\n"], ids=["page", "cut", "words"])
def test_one_bad_part_refuses_its_day(tmp_path, bad):
    assert refusal(tmp_path, {"a.json": LINE.encode(), "b.json": bad}).startswith("b.json: ")


@pytest.mark.parametrize("files", [{}, {"a.json": b""}, {"a.csv": b"\xef\xbb\xbf", "b.json": b" \r\n"}])
def test_a_day_may_hold_no_record(tmp_path, files):
    assert rows(tmp_path, files) == []


def test_a_header_alone_is_a_day_without_records(tmp_path):
    assert rows(tmp_path, {"a.csv": CSV.split("\n")[0].encode()}) == []


def test_large_files_of_plain_lines_are_split(tmp_path, monkeypatch):
    monkeypatch.setattr(inspection, "SPLIT_BYTES", 100)
    lines = LINE.encode() * 30
    files = {"a.json": lines, "b.json": gzip.compress(lines), "c.json": b"[" + lines.replace(b"\n", b",")[:-1] + b"]"}
    splits = inspected(CONTENT, delivery(tmp_path, files))
    assert [split.name for split in splits].count("a.json") > 1
    assert len(splits) == [split.name for split in splits].count("a.json") + 2
    assert [row["contract"] for row in rows(tmp_path, files)] == [CANARY] * 90


# --- what is refused -------------------------------------------------------------------------------------

MANY = "".join(f'{{"customer":"{CANARY}","{CANARY}":1,"log":{{"minutes":{number}}}}}\n' for number in range(9))
RAGGED = "\n".join([CSV.splitlines()[0], f'{CANARY},1,2,"a', *["more lines of one field"] * 9000, 'the last",3\n'])
REFUSED = {
    "xz": (b"\xfd7zXZ\0abc", "xz"),
    "zip": (zipped(), "zip"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0", "7z"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
    "avro": (b"Obj\x01", "Avro"),
    "orc": (b"ORC\x08", "ORC"),
    "encrypted parquet": (b"PARE" + bytes(range(64)), "encrypted parquet"),
    "pdf": (b"%PDF-1.4", "PDF"),
    "pgp": (b"-----BEGIN PGP MESSAGE-----\n", "encrypted"),
    "salted": (b"Salted__" + bytes(range(64)), "encrypted"),
    "zero bytes": (bytes(4096), "nothing but zero bytes"),
    "mostly zero bytes": (b"\x03\x16\x04\x02" + bytes(60), "in a form that is not read"),
    "noise": (bytes(range(128, 256)) * 9, "encrypted"),
    "utf-32": (LINE.encode("utf-32"), "UTF-32"),
    "utf-16 without a mark": (LINE.encode("utf-16-le"), "UTF-16 without a byte order mark"),
    "twice": (gzip.compress(gzip.compress(LINE.encode())), "compressed twice"),
    "page": (f"<!DOCTYPE html><p>{CANARY}".encode(), "HTML"),
    "error of a store": (f"<?xml version='1.0'?><Error>{CANARY}</Error>".encode(), "HTML or XML"),
    "error in JSON": (f'{{"error":"{CANARY}"}}'.encode(), "other names, such as error"),
    "other names": (MANY.encode(), "other names, such as customer, log, minutes"),
    "names that may be values": (f'{{"{CANARY}":1}}'.encode(), "its fields go by other names."),
    "no header": (f"{CANARY},0C96E62FC55C,254,KPLUS\n".encode(), "no header"),
    "part of a header": (f"Contract;Mac\n{CANARY};x\n".encode(), "columns TotalDuration, AppName are missing"),
    "ragged rows only": (f"{CSV.splitlines()[0]}\n{CANARY}\n".encode(), "no row has as many fields"),
    "ragged over lines": (f'{CSV.splitlines()[0]}\n{CANARY},1,2,"a\nb",3'.encode(), "no row has as many fields"),
    "ragged over many lines": (RAGGED.encode(), "no row has as many fields"),
    "object over lines": (json.dumps(json.loads(LINE), indent=1).encode(), "span several lines"),
    "commas": ((LINE.strip() + ",\n").encode() * 3, "parted by commas"),
    "commas on one line": (",".join([LINE.strip()] * 3).encode(), "parted by commas"),
    "commas, objects over lines": (json.dumps([json.loads(LINE)] * 2, indent=1)[1:-1].encode(), "parted by commas"),
    "empty objects": (b"{}\n{}\n", "no fields"),
    "array cut off": (f"[{LINE},{LINE}".encode(), "its JSON array is cut off"),
    "array of words": (f'["{CANARY}"]'.encode(), "no objects"),
    "array of other names": (f'[{MANY.splitlines()[0]}]'.encode(), "other names, such as customer, log, minutes"),
    "Python": (f"{{'Contract': '{CANARY}'}}\n".encode(), "Python"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "cause"), REFUSED.values(), ids=REFUSED)
def test_what_holds_no_record_is_refused_with_its_likely_cause(tmp_path, data, cause):
    told = refusal(tmp_path, {"20220401.json": data})
    assert told.startswith("20220401.json: ")
    assert cause in told


@pytest.mark.parametrize("first", ["ORCHID", "PARENT_ID", "ARROW1", "FEA1"])
def test_a_header_may_begin_as_other_files_do(tmp_path, first):
    header, line = CSV.splitlines()
    (row,) = rows(tmp_path, {"a.csv": f"{first},{header}\nx,{line}\n".encode()})
    assert (row["contract"], row["other_fields"]) == (CANARY, f'{{"{first}":"x"}}')


@pytest.mark.parametrize("name", ["a.gz", "a.json.zst", "a.csv.bz2", "a.parquet"])
def test_what_is_never_empty_is_refused_where_it_is(tmp_path, name):
    assert refusal(tmp_path, {name: b""}) == f"{name}: holds 0 bytes. Land it again, whole."


@pytest.mark.parametrize(
    "text",
    ['{"Contract":null}', '{"app_name":1}', '{"_source":{"Mac":null}}', '[1,{"x":1},{"Mac":""}]'],
)
def test_one_field_by_name_is_enough_whatever_its_value(tmp_path, text):
    assert rows(tmp_path, {"a.json": b'{"x":1}\n' * 3, "b.json": text.encode()})


def test_the_only_known_record_may_be_the_last(tmp_path):
    data = b'{"x":1}\n' * 20_000 + b'{"Contract":"a"}'
    assert len(rows(tmp_path, {"a.json": data})) == 20_001


def test_a_field_beside_an_envelope_does_not_count(tmp_path):
    assert "other names" in refusal(tmp_path, {"a.json": b'{"_source":{"x":1},"Contract":"a"}'})


def test_each_source_has_its_own_fields(tmp_path):
    links, searches = b'{"contract":"a","user_id":"07"}', b'{"keyword":"x"}'
    assert rows(tmp_path, {"a.json": links}, IDENTITY)
    assert rows(tmp_path, {"a.json": searches}, SEARCH)
    assert "keyword" in refusal(tmp_path, {"a.json": searches}, IDENTITY)


@pytest.mark.parametrize("before", ["broken\nbroken\n", "broken\n\nbroken\n" * 9, "\n" * 99_999 + "broken\nbroken\n"])
def test_a_record_that_crosses_the_end_of_what_is_looked_at_first_is_one(tmp_path: Path, before: str) -> None:
    pad = "x" * 100_000
    data = f'{before}{{"Contract":"{CANARY}","AppName":"Đ","pad":"{pad}"}}\n'.encode()
    rows = read_bytes(tmp_path, "a.json", data)
    assert [row["contract"] for row in rows if row["unparsed"] is None] == [CANARY]
    assert len(rows) == before.count("broken") + 1
