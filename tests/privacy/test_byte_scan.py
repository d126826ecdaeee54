"""Files of a landing zone that the lake doesn't read are searched for every whole word, numbers included."""

import bz2
import gzip
import io
import os
import random
import re
import tarfile
import tracemalloc
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360_assets.privacy.proof import unpacking
from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.proof.unpacking import Unpacker
from c360_assets.privacy.subjects import suppression_of

pytestmark = pytest.mark.unit

ID = "254"
WORD = re.compile(rb"[0-9A-Za-z]+")
LINE = f'{{"user_id":{ID}}}\n'.encode()


CATEGORIES = pa.DictionaryArray.from_arrays(pa.array([0]), pa.array(["x", "of 254"]))
"""Of which no row names the second."""


def parquet(values: pa.Array, **options: bool) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"user_id": values}), sink, **options)
    return sink.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    sink = io.BytesIO()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        archive.mkdir("empty")
        archive.writestr("other.txt", b"nothing")
        archive.writestr(name, data)
    return sink.getvalue()


def tarred(name: str, data: bytes) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return sink.getvalue()[: tarfile.BLOCKSIZE * 3]  # without the zeros at the end, which may be missing


FILES = {
    "notes.csv": b"user_id,x\n254,1\n",
    "notes.tsv": b"user_id\tx\n254\t1\n",
    "notes.jsonl": LINE,
    "_notes.txt": b"ask 254\n",
    "fraction.ndjson": b'{"user_id":254.0}\n',
    "escaped.json": b'{"note":"a\\n254"} {"note":"x\\u00200254"}',
    "utf-16.csv": "user_id\n254\n".encode("utf-16"),
    "no-mark.csv": "user_id\n254\n".encode("utf-16-le"),
    "cut.jsonl.gz": gzip.compress(LINE)[:-4],
    "cut.jsonl.bz2": bz2.compress(LINE),
    "day.zip": zipped("day.csv", b"user_id,x\n254,1\n"),
    "nested.zip": zipped("day.jsonl.gz", gzip.compress(zipped("day.jsonl", LINE))),
    "day.tar": tarred("day.jsonl.gz", gzip.compress(LINE)),
    "named.tar": tarred("254.txt", b"nothing"),
    "twice.gz": gzip.compress(bz2.compress(LINE)),
    "zipped-numbers.zip": zipped("numbers.parquet", parquet(pa.array([254, 7]))),
    "numbers.parquet": parquet(pa.array([254, 7])),
    "bytes.parquet": parquet(pa.array([b"x 254"])),
    "categories.parquet": parquet(CATEGORIES),
    "plain-categories.parquet": parquet(CATEGORIES, store_schema=False),
    "fractions.parquet": parquet(pa.array([[254.0]])),
}


@pytest.mark.parametrize("name", list(FILES))
def test_a_number_of_few_digits_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    (tmp_path / "others.csv").write_bytes(b"user_id\n2540\n1254\n25.4\n")
    scan = Scan()
    ByteScanner(suppression_of([("user", ID)]), every_word=True).scan(str(tmp_path), scan)
    assert scan.hits == {name: 1}


@pytest.mark.parametrize("name", ["numbers.parquet", "day.zip"])
def test_a_file_that_can_not_be_decoded_is_no_proof(name: str, tmp_path: Path) -> None:
    (tmp_path / f"cut-{name}").write_bytes(FILES[name][:-9])
    scan = Scan()
    ByteScanner(suppression_of([("user", ID)]), every_word=True).scan(str(tmp_path), scan)
    assert (scan.unsearched, scan.is_clean) == ([f"cut-{name}"], False)


def test_a_cut_archive_is_no_proof(tmp_path: Path) -> None:
    (tmp_path / "cut.tar").write_bytes(tarred("day.csv", b"user_id\n254\n")[: tarfile.BLOCKSIZE + 5])
    scan = Scan()
    ByteScanner(suppression_of([("user", ID)]), every_word=True).scan(str(tmp_path), scan)
    assert (scan.unsearched, scan.is_clean) == (["cut.tar"], False)


def test_a_disk_that_fails_within_a_compressed_file_is_no_proof(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 1000:
                raise OSError("input/output error")
            return super().read(100)

    packed = gzip.compress(random.Random(1).randbytes(5000))
    with pytest.raises(OSError, match="input/output error"):
        [stream.read() for stream in Unpacker().unpacked(Failing(packed))]


@given(st.binary(max_size=60), st.integers(1, 20))
def test_no_word_is_cut_or_joined_where_blocks_end(data: bytes, block: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(unpacking, "_BLOCK_BYTES", block)
        text = data.replace(b"\xff", b",")  # without a mark of UTF-16
        blocks: list[bytes] = []
        unpacking.count_in_text(io.BufferedReader(io.BytesIO(text)), lambda one: len(blocks.append(one) or ""))
    words = {word for part in blocks for word in WORD.findall(part)}
    assert {*WORD.findall(text)} <= words
    if all(part.endswith((b"\n", b'"', b",", b" ")) for part in blocks[:-1]):
        assert b"".join(blocks) == text


@pytest.mark.parametrize("every_word", [False, True])
@pytest.mark.parametrize("one", ["HNH579912", "7000001", "anna@example.com"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("after", ["utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-32-be"])
def test_a_text_may_go_on_in_another_encoding(
    encoding: str, after: str, one: str, every_word: bool, tmp_path: Path
) -> None:
    begin = "\ufeffghi chú 中文\n".encode(encoding)
    (tmp_path / "notes.txt").write_bytes(begin + f"{one}\n".encode(after))
    scan = Scan()
    ByteScanner(suppression_of([("user", one)]), every_word).scan(str(tmp_path), scan)
    assert scan.hits == {"notes.txt": 1}


def test_memory_is_bounded_by_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_BLOCK_BYTES", 1 << 14)
    (tmp_path / "large.csv.gz").write_bytes(gzip.compress(b"user_id,x\n1254,1\n" * 100_000, 1))
    scan = Scan()
    scanner = ByteScanner(suppression_of([("user", ID)]), every_word=True)
    tracemalloc.start()
    scanner.scan(str(tmp_path), scan)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert scan.is_clean
    assert most < 1_000_000


def test_a_file_that_can_not_be_read_is_no_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x")

    def refused(*_: object, **__: object) -> bytes:
        raise PermissionError

    monkeypatch.setattr("c360_assets.privacy.proof.byte_scan.open_file", refused)
    scan = Scan()
    ByteScanner(suppression_of([("user", ID)]), every_word=True).scan(str(tmp_path), scan)
    assert (scan.unsearched, scan.is_clean) == (["notes.txt"], False)


@pytest.mark.parametrize("every_word", [False, True])
def test_what_holds_no_bytes_is_not_opened_and_what_can_not_be_read_is_named(every_word: bool, tmp_path: Path) -> None:
    """A pipe would be waited for, and a device read, without end."""
    folder, elsewhere = tmp_path / "scanned", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "lost").symlink_to(tmp_path / "nowhere")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "cut.parquet").write_bytes(FILES["numbers.parquet"][:-9])
    (folder / "cut.db").write_bytes(b"SQLite format 3\0 and nothing of it")
    (folder / "named.parquet").write_bytes(b"PAR1 of user AB254 PAR1")
    (tmp_path / "file").write_text("AB254\n")
    (folder / "link.txt").symlink_to(tmp_path / "file")
    scan = Scan()
    ByteScanner(suppression_of([("user", "AB254")]), every_word).scan(str(folder), scan)
    assert (sorted(scan.unsearched), scan.hits) == (
        ["cut.db", "cut.parquet", "linked", "named.parquet"],
        {"link.txt": 1, "named.parquet": 1},
    )
