"""A few bytes of a landed file may stand for much: the proof takes no more of it into memory than its bounds."""

import gzip
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.proof.parquet_texts import texts_of
from c360_assets.privacy.subjects import suppression_of

pytestmark = pytest.mark.unit

CONTRACT = "HNH579912"
BOTH = pytest.mark.parametrize("every_word", [False, True], ids=["own", "landed"])
PROOF = "c360_assets.privacy.proof"


def scanned(folder: Path, every_word: bool, **limits: int) -> Scan:
    scan = Scan()
    ByteScanner(suppression_of([("contract", CONTRACT)]), every_word, **limits).scan(str(folder), scan)
    return scan


def member(name: str, kind: bytes = tarfile.REGTYPE, data: bytes = b"") -> bytes:
    """A member of a tar archive, with its header."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, len(data)
    return info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % tarfile.BLOCKSIZE)


def pax(kind: bytes, value: str, key: str = "comment") -> bytes:
    """Headers of a tar archive with a text of any length."""
    text = f" {key}={value}\n".encode()
    size = next(size for size in range(len(text), len(text) + 9) if len(f"{size}") + len(text) == size)
    return member("pax", kind, f"{size}".encode() + text)


def sparse(count: int) -> bytes:
    """The header of a sparse file, which so many others continue."""
    first = bytearray(member("sparse", tarfile.GNUTYPE_SPARSE))
    first[482] = 1
    first[148:156] = b"%06o\0 " % (8 * 32 + sum(first[:148]) + sum(first[156:512]))
    more = bytearray(tarfile.BLOCKSIZE)
    more[504] = 1
    more[:24] = b"00000000001\0" * 2
    return bytes(first) + bytes(more) * count + bytes(tarfile.BLOCKSIZE)


END = bytes(2 * tarfile.BLOCKSIZE)
HEADERS = {
    "long-name": member("././@LongLink", tarfile.GNUTYPE_LONGNAME, b"n" * 50_000) + member("a"),
    "long-link": member("././@LongLink", tarfile.GNUTYPE_LONGLINK, b"n" * 50_000) + member("a", tarfile.SYMTYPE),
    "pax": pax(tarfile.XHDTYPE, "v" * 50_000) + member("a"),
    "for-all": b"".join(pax(tarfile.XGLTYPE, "v" * 3000, f"{number}") + member("a") for number in range(20)),
    "sparse": sparse(100),
}


@BOTH
@pytest.mark.parametrize("name", list(HEADERS))
def test_headers_of_a_tar_archive_have_a_limit(
    name: str, every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(HEADERS[name] + END))
    monkeypatch.setattr(f"{PROOF}.archives.MOST_HEADER_BYTES", 20_000, raising=False)
    scan = scanned(tmp_path, every_word)
    assert scan.unsearched == ["a.tar.gz"]
    assert "holds more" in scan.reasons["a.tar.gz"]


@BOTH
def test_a_large_file_in_a_tar_archive_is_no_header(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PROOF}.archives.MOST_HEADER_BYTES", 20_000, raising=False)
    files = member("a", data=b"nobody\n" * 9000) + member("b", tarfile.CONTTYPE, b"nobody\n" * 9000) + member("c")
    (tmp_path / "a.tar").write_bytes(files + member("d", data=CONTRACT.encode()) + END)
    scan = scanned(tmp_path, every_word)
    assert ([*scan.hits], scan.unsearched) == (["a.tar"], [])


@BOTH
def test_names_in_a_tar_archive_are_searched_some_at_a_time(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PROOF}.archives._BLOCK_BYTES", 1000)
    folders = b"".join(member(f"folder-{number}-{'x' * 50}", tarfile.DIRTYPE) for number in range(50))
    (tmp_path / "a.tar").write_bytes(member(f"{CONTRACT} and others") + folders + END)
    (tmp_path / "b.tar").write_bytes(folders + member(f"{CONTRACT} and others") + END)
    scan = scanned(tmp_path, every_word)
    assert (sorted(scan.hits), scan.unsearched) == (["a.tar", "b.tar"], [])


@BOTH
def test_every_member_of_an_archive_counts(every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{PROOF}.unpacking.MOST_MEMBERS", 60, raising=False)
    for name, count in (("few", 50), ("many", 70)):
        (tmp_path / f"{name}.tar").write_bytes(member("folder", tarfile.DIRTYPE) * count + END)
        with ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for number in range(count):
                archive.writestr(f"{number}/", b"")
    assert sorted(scanned(tmp_path, every_word).unsearched) == ["many.tar", "many.zip"]


@BOTH
def test_the_directory_of_a_zip_archive_has_a_limit(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PROOF}.archives.MOST_DIRECTORY_BYTES", 20_000, raising=False)
    for name, count in (("few", 50), ("many", 500)):
        with ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for number in range(count):
                archive.writestr(f"{number}.txt", b"nobody")
    scan = scanned(tmp_path, every_word)
    assert scan.unsearched == ["many.zip"]
    assert "holds more" in scan.reasons["many.zip"]


@BOTH
@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_what_a_zip_archive_holds_by_another_method_is_not_unpacked_without_a_limit(
    method: int, every_word: bool, tmp_path: Path
) -> None:
    with ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a.txt", b"nobody\n" * 1000)
    scan = scanned(tmp_path, every_word)
    assert scan.unsearched == ["a.zip"]
    assert "method" in scan.reasons["a.zip"]


@BOTH
def test_a_text_that_many_rows_name_is_searched_once(every_word: bool, tmp_path: Path) -> None:
    """As text, these rows take 6 GB."""
    rows = pa.array([0] * 60_000, pa.int32())
    for name, text in (("a", f"{CONTRACT} "), ("b", "nobody ")):
        texts = pa.DictionaryArray.from_arrays(rows, pa.array([text + "x" * 100_000]))
        pq.write_table(pa.table({"x": texts}), tmp_path / f"{name}.parquet", store_schema=False)
    scan = scanned(tmp_path, every_word, unpacked_bytes=10_000_000)
    assert (scan.hits, scan.unsearched) == ({"a.parquet": 1}, [])


@BOTH
@pytest.mark.parametrize(
    ("limit", "table"),
    [
        ("MOST_PAGE_BYTES", pa.table({"x": ["x" * 20_000]})),
        ("_LONGEST", pa.table({"x": ["x" * 20_000]})),
        ("_MOST_IN_LISTS", pa.table({"x": [[1] * 20_000]})),
        ("_LARGEST_FOOTER", pa.table({f"{number}-{'x' * 90}": [1] for number in range(200)})),
        ("_MOST_CHUNKS", pa.table({f"{number}": ["x" * number] for number in range(200)})),
    ],
)
def test_parquet_has_limits(
    limit: str, table: pa.Table, every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pq.write_table(table, tmp_path / "a.parquet", use_dictionary=False)
    assert scanned(tmp_path, every_word).is_clean
    monkeypatch.setattr(f"{PROOF}.parquet_texts.{limit}", 150, raising=False)
    scan = scanned(tmp_path, every_word)
    assert scan.unsearched == ["a.parquet"]
    assert "holds more" in scan.reasons["a.parquet"]


@BOTH
def test_long_values_are_searched_in_blocks(every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    whole: Callable[[object, str], int] = lambda _, text: looked_at.append(len(text)) or 0  # noqa: E731
    monkeypatch.setattr(f"{PROOF}.id_finder.IdFinder.in_value", whole)
    monkeypatch.setattr(f"{PROOF}.byte_scan._LONG_JSON", 1 << 20, raising=False)
    text = f'["{"x " * 800_000}","{CONTRACT}"]'
    pq.write_table(pa.table({"x": [text]}), tmp_path / "a.parquet")
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("create table t (x)")
        database.execute("insert into t values (?)", (text,))
        database.commit()
    scan = scanned(tmp_path, every_word)
    assert (sorted(scan.hits), scan.unsearched) == (["a.db", "a.parquet"], [])
    assert max(looked_at) < len(text)


def test_no_reason_is_noted_for_each_value() -> None:
    noted: list[str] = []
    assert [*texts_of(pa.array([bytes([0, 1, number]) for number in range(200)]), True, noted)]
    assert len(noted) == 1
