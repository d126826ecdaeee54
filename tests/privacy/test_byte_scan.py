"""Files of a landing zone that the lake doesn't read are searched for every whole word, numbers included."""

import bz2
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from c360_assets.privacy.byte_scan import ByteScanner, Scan
from c360_assets.privacy.subjects import suppression_of

pytestmark = pytest.mark.unit

ID = "254"
LINE = f'{{"user_id":{ID}}}\n'.encode()


def parquet(values: pa.Array) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"user_id": values}), sink)
    return sink.getvalue()


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
    "numbers.parquet": parquet(pa.array([254, 7])),
    "bytes.parquet": parquet(pa.array([b"x 254"])),
    "fractions.parquet": parquet(pa.array([[254.0]])),
}


@pytest.mark.parametrize("name", list(FILES))
def test_a_number_of_few_digits_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    (tmp_path / "others.csv").write_bytes(b"user_id\n2540\n1254\n25.4\n")
    scan = Scan()
    ByteScanner(suppression_of([("user", ID)]), every_word=True).scan(str(tmp_path), scan)
    assert scan.hits == {name: 1}


def test_a_file_that_can_not_be_decoded_is_no_proof(tmp_path: Path) -> None:
    (tmp_path / "cut.parquet").write_bytes(FILES["numbers.parquet"][:-9])
    scan = Scan()
    ByteScanner(suppression_of([("user", ID)]), every_word=True).scan(str(tmp_path), scan)
    assert (scan.unsearched, scan.is_clean) == (["cut.parquet"], False)


def test_a_file_that_can_not_be_read_is_no_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x")

    def refused(*_: object) -> bytes:
        raise PermissionError

    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.cat_file", refused)
    scan = Scan()
    ByteScanner(suppression_of([("user", ID)]), every_word=True).scan(str(tmp_path), scan)
    assert (scan.unsearched, scan.is_clean) == (["notes.txt"], False)
