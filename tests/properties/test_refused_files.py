"""No value of a refused file is in a message, in Dagster's home or in the lake: all kinds of refusals in one run."""

import gzip
import io
import zlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.strategies import write_reference
from tests.support.commands import quick_process

pytestmark = pytest.mark.system

CANARY = "ZQXCANARYZQX"
GOOD = b'{"Contract":"ABC100001","Mac":"0C96E62FC55C","TotalDuration":254,"AppName":"VOD"}\n'
HEADER = b"Contract,Mac,TotalDuration,AppName\n"
FIRST = date(2022, 4, 1)


def _parquet(**columns: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _noise() -> str:
    return "".join(f"{zlib.crc32(str(place).encode()):08x}{CANARY}" for place in range(3000))


def kinds() -> Mapping[str, bytes]:
    """A file that is refused, by its ending and what is wrong with it. Each holds the canary wherever it can."""
    value = CANARY.encode()
    packed = gzip.compress(GOOD + b'{"Contract":"' + _noise().encode() + b'"}\n')
    whole = _parquet(Contract=[CANARY], Mac=[CANARY], TotalDuration=[CANARY], AppName=[CANARY])
    return {
        "html.json": b"<html><body>" + value + b"</body></html>",
        "other_names.json": b'{"customer":"' + value + b'"}\n',  # names of fields are named, values are not
        "plain.json": value + b" says nothing\n" + value,
        "array.json": b'[1, "' + value + b'"]',
        "long_line.json": b'{"Contract":"' + value * (150_000) + b'"}\n',
        "long_element.json": b'[{"Contract":"' + value * (150_000) + b'"}]',
        "many_names.json": b"".join(b'{"Contract":"%s","%s%d":"%s"}\n' % (value, value, n, value) for n in range(120)),
        "no_header.csv": value + b",1,2,3\n" + value + b",1,2,3\n",
        "missing_column.csv": b"Contract,Mac," + value + b"\n" + value + b",1,2\n",
        "doubled_column.csv": b"Contract,Contract,Mac,TotalDuration,AppName\n" + value + b",1,2,3,4\n",
        "escapes.csv": HEADER + b'"a\\",' + value + b'",1,2\n',
        "open_quote.csv": HEADER + b'"' + (value + b",1,2,3\n") * 100_000,
        "cut.json.gz": packed[: len(packed) // 2],
        "spoiled.json.gz": packed[:200] + value + packed[200 + len(value) :],
        "cut.parquet": whole[: len(whole) // 2],
        "spoiled.parquet": whole[:4] + value + whole[4 + len(value) :],
        "missing.parquet": _parquet(**{"Contract": [CANARY], CANARY: [CANARY]}),
        "zip.json": b"PK\x03\x04" + value,
        "utf32.json": b"\xff\xfe\0\0" + CANARY.encode("utf-32-le"),
        "nothing.parquet": b"",
    }


def reference(folder: Path) -> Path:
    """The reference data with limits that small files are beyond."""
    written = write_reference(folder)
    text = "[limits]\nline_mib = 1\nfield_mib = 1\nunknown_fields = 100\nunpacked_gib = 1\n"
    (written / "landing.toml").write_text(text)
    return written


def test_no_value_of_a_refused_file_is_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "landing" / "log_content"
    log.mkdir(parents=True)
    days = {}
    for place, (name, data) in enumerate(kinds().items()):
        day = FIRST + timedelta(days=place)
        days[day] = name
        (log / f"{day}{name[name.index('.') :]}").write_bytes(data)
    monkeypatch.setenv("C360_REFERENCE", str(reference(tmp_path / "reference")))
    monkeypatch.setenv("C360_FIRST_DAY", "2022-04-01")
    run, status = quick_process(tmp_path, "run"), quick_process(tmp_path, "status")
    assert run.status == 1
    for day, name in days.items():
        assert f"failed raw_content {day}: {day}" in run.out + run.err, name
    for done in (run, status):
        assert CANARY.lower() not in (done.out + done.err).lower()
        assert "Traceback" not in done.out + done.err
    for place in ("dagster", "lake"):
        files = [path for path in (tmp_path / place).rglob("*") if path.is_file()]
        assert files
        assert [path.name for path in files if CANARY.lower().encode() in path.read_bytes().lower()] == []
