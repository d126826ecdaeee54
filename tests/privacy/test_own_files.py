"""In the lake and in Dagster's home, an erased id is found in files of any name and form."""

import base64
import gzip
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from itertools import permutations
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.proof.id_finder import limit_of
from c360_assets.privacy.subjects import suppression_of

pytestmark = pytest.mark.unit

CONTRACT, USER = "HNH579912", "0762982"
DASHED, LONG, SHORT = "ab-12-cd-99", "L" * 70 + "9", "q7"
IDS = suppression_of(
    [("contract", CONTRACT), ("user", USER), ("contract", DASHED), ("contract", LONG), ("contract", SHORT)]
)


def scanned(folder: Path) -> Scan:
    scan = Scan()
    ByteScanner(IDS).scan(str(folder), scan)
    return scan


def parquet(values: pa.Array, name: str = "x", metadata: dict[str, str] | None = None) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({name: values}).replace_schema_metadata(metadata), sink)
    return sink.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    sink = io.BytesIO()
    with ZipFile(sink, "w", 8) as archive:
        archive.writestr(name, data)
    return sink.getvalue()


def tarred(*files: bytes, owner: str = "") -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        for number, data in enumerate(files):
            entry = tarfile.TarInfo(f"file-{number}")
            entry.uname = owner
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return sink.getvalue()


LINE = f"user {USER} has gone\n".encode()
FIXED = pa.array([[CONTRACT.encode()]], pa.list_(pa.binary(len(CONTRACT)), 1))
FILES = {
    "a.csv": f"user_id,x\n{USER},1\n".encode(),
    "a.html": f"<td>{USER}</td>".encode(),
    "a.out": LINE,
    "a.err": b"\x1b[31m" + LINE + b"\xe9\n",
    "no-ending": LINE,
    "a.gz": gzip.compress(LINE),
    "fraction.json": json.dumps({"user": f"{USER}.0"}).encode(),
    "number.json": json.dumps({"user": int(USER)}).encode().replace(b"762982", b"762982.0, 0762982"),
    "lines.jsonl": b'{"x":1}\n{"x":"a\\u002d' + CONTRACT.encode() + b'"}\n',
    "same-name.json": f'{{"x":"{CONTRACT}","x":"y"}}'.encode(),
    "printed.log": f"got 'one\\n{CONTRACT}'\n".encode(),
    "numbered.log": f"wrote {CONTRACT}.2022.csv".encode(),
    "mark.txt": f"user {USER}".encode("utf-16"),
    "no-mark.txt": f"user {USER}".encode("utf-16-le"),
    "vietnamese.txt": f"thuê bao {USER} đã nghỉ".encode("utf-16-le"),
    "big-endian.txt": f"thuê bao {USER} đã nghỉ".encode("utf-16-be"),
    "utf-32.txt": f"user {USER}".encode("utf-32"),
    "utf-32-le.txt": f"thuê bao {USER} đã nghỉ".encode("utf-32-le"),
    "utf-32-be.txt": f"thuê bao {USER} đã nghỉ".encode("utf-32-be"),
    **{
        f"{first}-{then}-{whose}.txt": f"{one}\n".encode(first) + f"{other}\n".encode(then)
        for first, then in permutations(("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le"), 2)
        for whose, one, other in (("first", f"gọi {USER} đã", "đã nghỉ"), ("then", "đã nghỉ", f"gọi {USER} đã"))
    },
    "in-bytes.bin": b"\xff\0\xfe\x01 " + USER.encode() + b" \0\xff\xd8",
    "in-binary.bin": b"\xff\0\xfe\x01" + f" {CONTRACT} ".encode("utf-16-le") + b"\0\xff\xd8",
    "a.zip": zipped("a.csv", LINE),
    "name.zip": zipped(f"{CONTRACT}.txt", b"nothing"),
    "nested.zip": zipped("a.zip", zipped(f"{USER}.txt", b"nothing")),
    "a.tar.gz": tarred(LINE),
    "owner.tar.gz": tarred(b"nothing", owner=CONTRACT),
    "binary.tar.gz": tarred(b"\0\xff\xfe", LINE),
    "packed.tar.gz": tarred(gzip.compress(LINE)),
    "binary.parquet": parquet(pa.array([CONTRACT.encode()])),
    "wide.parquet": parquet(pa.array([CONTRACT.encode()], pa.large_binary())),
    "fixed.parquet": parquet(FIXED),
    "view.parquet": parquet(pa.array([CONTRACT], pa.string_view())),
    "binary-view.parquet": parquet(pa.array([CONTRACT.encode()], pa.binary_view())),
    "utf-16.parquet": parquet(pa.array([CONTRACT.encode("utf-16-le")])),
    "nested.parquet": parquet(pa.array([[{"a": CONTRACT}]])),
    "column.parquet": parquet(pa.array([1]), f"x {CONTRACT}"),
    "inner-name.parquet": parquet(pa.array([[{CONTRACT: 1}]])),
    "metadata.parquet": parquet(pa.array([1]), metadata={"who": CONTRACT}),
    "metadata-key.parquet": parquet(pa.array([1]), metadata={USER: "x"}),
    "dashed.json": json.dumps([DASHED]).encode(),
    "pretty.json": json.dumps({"a": [DASHED.upper()]}, indent=2).encode(),
    "long.parquet": parquet(pa.array([LONG])),
    "short.txt": f"other\n{SHORT}\n".encode(),
    "dashed.parquet": parquet(pa.array([f" {DASHED}"])),
}


@pytest.mark.parametrize("name", list(FILES))
def test_an_id_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    scan = scanned(tmp_path)
    assert list(scan.hits) == [name]
    assert scan.unsearched == []


def test_what_is_not_an_id_is_not_found(tmp_path: Path) -> None:
    uuid = f"0000{USER[:4]}-{USER[:4]}-0762-982a-000000762982"
    others = [f"1{USER}", f"{USER}1", f"12.{USER}", f"2022-04-01T10:00:00.{USER}", uuid, f"{USER}.5", f"x{CONTRACT}"]
    (tmp_path / "others.txt").write_text("\n".join(others))
    (tmp_path / "others.json").write_text(json.dumps(others))
    (tmp_path / "pages.db-wal").write_bytes(b"7\x7f\x06\x82\xff\0 " + USER.encode() + b" \0\xff")
    (tmp_path / "encoded.txt").write_bytes(base64.b64encode(b"nothing of anybody"))
    assert scanned(tmp_path).hits == {}


def test_numbers_in_what_the_lake_and_dagster_write_are_counts(tmp_path: Path) -> None:
    log = tmp_path / "raw_content" / "_delta_log"
    log.mkdir(parents=True)
    (log / "0.json").write_text('{"size":1762982}\n')
    (tmp_path / "notes.json").write_text('{"size":1762982}\n')
    scan = Scan()
    ByteScanner(suppression_of([("user", "1762982")])).scan(str(tmp_path), scan)
    assert scan.hits == {"notes.json": 1}


def test_a_number_by_itself_may_be_an_id(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "lines.txt").write_text("1\n1762982\n")
    with closing(sqlite3.connect(tmp_path / "history" / "a.db")) as connection:
        connection.execute("create table t as select '1762982' as id")
        connection.commit()
    scan = Scan()
    ByteScanner(suppression_of([("user", "1762982")])).scan(str(tmp_path), scan)
    assert scan.hits == {"history/a.db": 1, "history/lines.txt": 1}


def test_names_of_files_and_folders_count(tmp_path: Path) -> None:
    (tmp_path / "x" / f"of-{CONTRACT.lower()}" / "inner").mkdir(parents=True)
    (tmp_path / DASHED).mkdir()
    (tmp_path / f"{USER}.2022.txt").write_text("nothing")
    (tmp_path / "link").symlink_to(f"/nowhere/{CONTRACT}")
    found = {f"x/of-{CONTRACT.lower()}": 1, DASHED: 1, f"{USER}.2022.txt": 1, "link": 1}
    assert scanned(tmp_path).hits == found


def in_log(connection: sqlite3.Connection) -> None:
    connection.execute("pragma journal_mode=wal")
    connection.execute("insert into t values (?)", [USER])
    connection.commit()


def in_deleted_row(connection: sqlite3.Connection) -> None:
    connection.execute("pragma secure_delete=off")
    connection.execute("insert into t values (?)", [CONTRACT])
    connection.commit()
    connection.execute("delete from t")
    connection.commit()


def as_whole_value(connection: sqlite3.Connection) -> None:
    connection.execute("insert into t values (?)", [DASHED])
    connection.commit()


@pytest.mark.parametrize("change", [in_log, in_deleted_row, as_whole_value])
def test_rows_of_sqlite_are_found_in_its_log_and_in_its_pages(
    change: Callable[[sqlite3.Connection], None], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute('create table t ("a ""b" text)')
        connection.execute('create table "quo""ted" (x text)')
        change(connection)
        assert scanned(tmp_path).hits == {"a.db": 1}


def test_columns_with_an_id_are_named(tmp_path: Path) -> None:
    table = pa.table({"action": [CONTRACT], "other": ["x"], "keyword": [CONTRACT]})
    pq.write_table(table, tmp_path / "a.parquet")
    scan = scanned(tmp_path)
    assert (scan.columns, scan.keywords) == ({"a.parquet": {"action"}}, 1)


def test_ids_that_are_no_words_are_counted_in_a_sentence() -> None:
    assert limit_of([CONTRACT, USER]) is None
    assert limit_of([DASHED, USER]) == (
        "1 id is not a single word of 4 to 64 letters and digits: in running text it can't be found; "
        "the proof covers whole values."
    )
    assert (limit_of([DASHED, LONG, SHORT]) or "").startswith("3 ids are not single words of 4 to 64")
