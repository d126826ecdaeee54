"""Parquet files that were joined with `cat` are refused; sound ones of any writer are not."""

import io
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resources.errors import LandingError
from resources.landing.readers.parquet import joined
from tests.landing.reading import read_bytes

pytestmark = pytest.mark.unit

FIELDS = ("Contract", "Mac", "TotalDuration", "AppName")
TOLD = "is several parquet files joined into one"


def table(rows: int, note: str = "x") -> pa.Table:
    return pa.table({name: [f"{note}{row}" for row in range(rows)] for name in FIELDS})


def by_pyarrow(rows: int, **options) -> bytes:
    out = io.BytesIO()
    pq.write_table(table(rows), out, **options)
    return out.getvalue()


def by_polars(rows: int, **options) -> bytes:
    out = io.BytesIO()
    pl.from_arrow(table(rows)).write_parquet(out, **options)
    return out.getvalue()


def by_duckdb(rows: int, folder: Path) -> bytes:
    path = folder / "written"
    duckdb.from_arrow(table(rows)).write_parquet(str(path), row_group_size=2048)
    return path.read_bytes()


WRITERS = {
    "pyarrow": by_pyarrow,
    "no compression": lambda rows: by_pyarrow(rows, compression="none", use_dictionary=False),
    "indexes": lambda rows: by_pyarrow(rows, write_page_index=True, row_group_size=max(1, rows // 3)),
    "pages of version 2": lambda rows: by_pyarrow(rows, data_page_version="2.0", compression="zstd"),
    "polars": by_polars,
    "polars, groups": lambda rows: by_polars(rows, row_group_size=100, statistics="full"),
}


@pytest.mark.parametrize("rows", [0, 1, 5000])
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_sound_file_is_read_and_two_are_refused(tmp_path, write, rows):
    data = write(rows)
    assert len(read_bytes(tmp_path, "a.parquet", data)) == rows
    for others in ([data], [by_pyarrow(3)], [by_pyarrow(0)], [data, data], [by_pyarrow(9000), b""]):
        with pytest.raises(LandingError, match=rf"^a\.parquet: {TOLD}.*\. Land each") as raised:
            read_bytes(tmp_path, "a.parquet", b"".join(others) + data)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("rows", [0, 1, 5000])
def test_files_of_duckdb(tmp_path, rows):
    data = by_duckdb(rows, tmp_path)
    assert len(read_bytes(tmp_path, "a.parquet", data)) == rows
    with pytest.raises(LandingError, match=TOLD):
        read_bytes(tmp_path, "a.parquet", data * 2)


def test_a_seam_is_found_wherever_blocks_end(tmp_path, monkeypatch):
    data = by_pyarrow(3)
    for size in range(1, 12):
        monkeypatch.setattr(joined, "_BLOCK_BYTES", size)
        with pytest.raises(LandingError, match=TOLD):
            read_bytes(tmp_path, "a.parquet", data * 2)


def test_what_only_looks_like_a_seam_is_data(tmp_path):
    out = io.BytesIO()
    rows = table(200, "\x10\0\0\0PAR1PAR1")
    pq.write_table(rows, out, compression="none", use_dictionary=False, write_page_index=True)
    assert len(read_bytes(tmp_path, "a.parquet", out.getvalue())) == 200
