"""A file that is damaged, or of a form that the proof does not decode, never counts as searched."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather, orc

from c360_assets.privacy.proof import id_finder
from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.subjects import suppression_of
from tests.privacy.test_sqlite_rows import database

pytestmark = pytest.mark.unit

CONTRACT, USER = "HNH579912", "1663864"
IDS = suppression_of([("contract", CONTRACT), ("user", USER)])
LINE = f"2022-04-01 {CONTRACT} Nguyen Van A\n".encode()
TEXT = b"".join(b"%d " % number + LINE for number in random.Random(1).sample(range(1_000_000), 5_000))
NOBODY = TEXT.replace(CONTRACT.encode(), b"SGDA00001")
TABLE = pa.table({"contract": [CONTRACT] * 100})
BOTH = pytest.mark.parametrize("every_word", [False, True], ids=["own", "landed"])


def scanned(folder: Path, every_word: bool, **limits: int) -> Scan:
    scan = Scan()
    ByteScanner(IDS, every_word, **limits).scan(str(folder), scan)
    return scan


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def zipped(*files: bytes) -> bytes:
    sink = io.BytesIO()
    with ZipFile(sink, "w", 8) as archive:
        for number, data in enumerate(files):
            archive.writestr(f"{number}.txt", data)
    return sink.getvalue()


def tarred(data: bytes) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return sink.getvalue()


def written(write: Callable[[io.BytesIO], object]) -> bytes:
    sink = io.BytesIO()
    write(sink)
    return sink.getvalue()


DAMAGED = {
    "flipped.log.gz": flipped(gzip.compress(NOBODY + TEXT)),
    "cut.log.gz": gzip.compress(TEXT)[:-4000],
    "cut.log.bz2": bz2.compress(TEXT, 1)[:-4000],
    "cut.log.zst": pa.compress(TEXT, "zstd", asbytes=True)[:-4000],
    "more.log.bz2": bz2.compress(NOBODY) + b"\xff\xff" + TEXT,
    "flipped.zip": flipped(zipped(NOBODY)),
    "other-header.tar": tarred(b"nothing")[:1024] + b"\x01" * 512 + tarred(TEXT)[512:],
    "two.tar": tarred(b"nothing") + tarred(TEXT),
    "two.zip": zipped(TEXT) + zipped(b"nothing"),
    "deep.zip": zipped(gzip.compress(TEXT)[:-4000]),
}
UNDECODED = {
    "a.xz": lzma.compress(TEXT),
    "a.lzma": lzma.compress(TEXT, lzma.FORMAT_ALONE),
    "a.zlib": zlib.compress(TEXT),
    "short.zlib": zlib.compress(LINE),
    "a.br": pa.compress(TEXT, "brotli", asbytes=True),
    "a.lz4": b"\x04\x22\x4d\x18" + pa.compress(TEXT, "lz4", asbytes=True),
    "a.orc": written(lambda sink: orc.write_table(TABLE, sink, compression="zlib")),
    "a.feather": written(lambda sink: feather.write_feather(TABLE, sink, compression="zstd")),
    "a.7z": b"7z\xbc\xaf\x27\x1c" + zlib.compress(TEXT),
    "a.rar": b"Rar!\x1a\x07\x01\0" + zlib.compress(TEXT),
    "a.pyz": b"#!/usr/bin/env python3\n" + zipped(TEXT),
    "a.pdf": b'%PDF-1.7\n<< /Filter /ASCII85Decode >>\nstream\n87cURD]i,"Ebo80~>\n',
    "in-archive.zip": zipped(lzma.compress(TEXT)),
}


@BOTH
@pytest.mark.parametrize("name", list(DAMAGED))
def test_a_damaged_file_is_not_searched(name: str, every_word: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(DAMAGED[name])
    scan = scanned(tmp_path, every_word)
    assert scan.unsearched == [name]
    assert scan.reasons.keys() == {name}


@BOTH
@pytest.mark.parametrize("name", ["cut.log.gz", "cut.log.bz2", "cut.log.zst"])
def test_what_can_still_be_unpacked_is_searched(name: str, every_word: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(DAMAGED[name])
    assert scanned(tmp_path, every_word).hits[name] > 1


@BOTH
@pytest.mark.parametrize("name", list(UNDECODED))
def test_a_form_that_is_not_decoded_is_not_searched(name: str, every_word: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(UNDECODED[name])
    scan = scanned(tmp_path, every_word)
    assert scan.unsearched == [name]
    assert scan.reasons.keys() == {name}


@BOTH
def test_a_text_that_begins_like_a_compressed_file_is_searched(every_word: bool, tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text(f"BZh9 is my favourite. Customer {CONTRACT}")
    (tmp_path / "others.txt").write_text("BZh9 is my favourite.")
    (tmp_path / "orc.csv").write_text("ORC,contract\n1,nobody\n")
    (tmp_path / "x.md").write_text("x^2 + y^2")
    scan = scanned(tmp_path, every_word)
    assert (scan.hits, scan.unsearched) == ({"n.txt": 1}, [])


@BOTH
def test_the_bytes_of_what_is_not_compressed_after_all_are_searched(every_word: bool, tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_bytes(b"\x1f\x8b " + CONTRACT.encode())
    (tmp_path / "more.bz2").write_bytes(bz2.compress(NOBODY) + b"\xff\xff" + LINE)
    scan = scanned(tmp_path, every_word)
    assert scan.hits == {"more.bz2": 1, "n.txt": 1}
    assert sorted(scan.unsearched) == ["more.bz2", "n.txt"]


@pytest.mark.parametrize(
    "data",
    [
        b"\0\x01\x02" * 50,
        random.Random(1).randbytes(300),
        b"\xff\xfe" + zlib.compress(TEXT),
        (1663864).to_bytes(4, "little") * 9,
        (1663864).to_bytes(4, "big") * 9,
        zipped(b"\0\x01\x02"),
    ],
    ids=["nulls", "random", "with-mark", "numbers", "big-endian", "in-archive"],
)
def test_a_landed_file_that_is_no_text_is_not_searched(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(data)
    assert scanned(tmp_path, True).unsearched == ["a.bin"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        "thuê bao đã nghỉ, 😀\n".encode() * 200_000,
        "thuê bao đã nghỉ\n".encode("utf-16"),
        "thuê bao đã nghỉ\n".encode("utf-16-le") * 100,
        "thuê bao đã nghỉ\n".encode("utf-16-be"),
        "thuê bao đã nghỉ\n".encode("utf-32"),
        b"\x1b[31mred\x1b[0m \x01 hive \x1e sequence\n",
        "café, déjà vu\n".encode("latin-1"),
    ],
    ids=["empty", "utf-8", "utf-16", "le", "be", "utf-32", "controls", "latin-1"],
)
def test_landed_text_of_any_encoding_is_searched(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(text)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text))
    assert scanned(tmp_path, True).is_clean


def test_checksums_of_hadoop_hold_nothing_to_search(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(NOBODY)
    blocks = -(-len(NOBODY) // 512)
    checksums = b"crc\0" + (512).to_bytes(4, "big") + random.Random(1).randbytes(4 * blocks)
    (tmp_path / ".a.txt.crc").write_bytes(checksums)
    assert scanned(tmp_path, True).is_clean
    (tmp_path / ".b.txt.crc").write_bytes(zlib.compress(TEXT))
    assert scanned(tmp_path, True).unsearched == [".b.txt.crc"]


def test_values_of_parquet_that_are_no_text_are_not_searched(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": [[zlib.compress(TEXT)]]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"x": [[LINE]]}), tmp_path / "b.parquet")
    scan = scanned(tmp_path, True)
    assert (scan.hits, scan.unsearched) == ({"b.parquet": 1}, ["a.parquet"])
    assert scanned(tmp_path, False).unsearched == []


def test_an_archive_that_was_written_as_a_stream_is_searched(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    sink = Pipe()
    with ZipFile(sink, "w", 8) as archive:
        archive.comment = b"a comment"
        for name in ("a.txt", "b.txt"):
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(NOBODY)
    (tmp_path / "a.zip").write_bytes(sink.getvalue())
    assert scanned(tmp_path, True).is_clean


@BOTH
def test_long_texts_are_never_taken_for_an_id(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = []

    def has_id(self: object, kind: str, text: str) -> bool:
        longest.append(len(text))
        return text == CONTRACT

    monkeypatch.setattr("resources.erasure.suppression.Suppression.has_id", has_id)
    text = f"{'x ' * 5000}{CONTRACT} {'x' * 5000}"
    (tmp_path / "a.json").write_text(f'["{text}"]')
    pq.write_table(pa.table({"x": [text]}), tmp_path / "a.parquet")
    database(tmp_path / "a.db", "create table t (x)", "insert into t values (?)", values=(text,))
    assert scanned(tmp_path, every_word).hits == {"a.db": 1, "a.json": 1, "a.parquet": 1}
    assert max(longest) <= 1000
    assert id_finder.IdFinder(IDS).in_value(f" {CONTRACT}{' ' * 2000}") == 1


@pytest.mark.parametrize("name", ["a.gz", "a.zip", "a.parquet"])
def test_no_more_is_unpacked_than_the_limit(name: str, tmp_path: Path) -> None:
    files = {
        "a.gz": gzip.compress(NOBODY),
        "a.zip": zipped(NOBODY),
        "a.parquet": written(lambda sink: pq.write_table(pa.table({"x": ["SGDA00001" * 9] * 9999}), sink)),
    }
    (tmp_path / name).write_bytes(files[name])
    assert scanned(tmp_path, True, unpacked_bytes=10_000_000).is_clean
    scan = scanned(tmp_path, True, unpacked_bytes=10_000)
    assert scan.unsearched == [name]


@BOTH
def test_no_more_files_of_an_archive_are_looked_at_than_the_limit(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c360_assets.privacy.proof.unpacking.MOST_MEMBERS", 60, raising=False)
    (tmp_path / "few.zip").write_bytes(zipped(*[b"nothing"] * 50))
    (tmp_path / "many.zip").write_bytes(zipped(*[b"nothing"] * 70))
    assert scanned(tmp_path, every_word).unsearched == ["many.zip"]


def test_a_compressed_file_of_the_lake_is_unpacked_up_to_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c360_assets.privacy.proof.byte_scan._OWN_UNPACKED_BYTES", 10_000, raising=False)
    (tmp_path / "a.gz").write_bytes(gzip.compress(NOBODY))
    assert scanned(tmp_path, False).unsearched == ["a.gz"]
