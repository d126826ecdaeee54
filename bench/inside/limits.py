"""What this machine could do at best with the same landed bytes: the rates that steps are compared with."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.json

from bench.zones import SEED
from c360_assets.landing.raw_content import LAYOUT
from resources.landing.layout import FileSplit
from resources.landing.readers.lines import BLOCK_BYTES
from resources.landing.source import read_split

MEMORY = "reading a landed file (from memory)"
JSON = "PyArrow's JSON reader, one core"
CSV = "PyArrow's CSV reader, one core, lines cut at their quotes"
OURS = "this project's reader, one core, all lines"
HASH = "hash aggregation of 1.6 M rows into 0.8 M groups, one core"
DISK = "writing to disk, with fsync"
_BLOCK = 64 << 20
_ROWS = 1_600_000
_QUOTES = 30
"""Of a line in the usual form."""
_TIMES = 3


def limits(landing: Path, scratch: Path) -> Iterator[tuple[str, float]]:
    """What one core, or the disk, does with the same bytes: MB a second, of HASH million rows a second."""
    file = max((landing / "log_content").iterdir(), key=lambda path: path.stat().st_size)
    data = file.read_bytes()
    yield MEMORY, _rate(file.read_bytes, len(data))
    block = data[: data.rfind(b"\n", 0, _BLOCK) + 1] or data
    plain = _regular_lines(block)
    yield JSON, _rate(lambda: _read_json(plain), len(plain))
    yield CSV, _rate(lambda: _read_csv(plain), len(plain))
    whole = FileSplit(str(file), file.name, "json", len(data))
    yield OURS, _rate(lambda: sum(map(len, read_split(LAYOUT, whole))), len(data))
    keys = pa.table({"key": np.random.default_rng(SEED).integers(0, 1_000_000, _ROWS), "value": np.ones(_ROWS)})
    yield HASH, _rate(lambda: keys.group_by("key", use_threads=False).aggregate([("value", "sum")]), _ROWS)
    target = scratch / "written"
    yield DISK, _rate(lambda: _write(target, block), len(block))
    target.unlink()


def as_text(name: str, rate: float) -> str:
    """A rate with its unit."""
    return f"{rate:.1f} M rows/s" if name == HASH else f"{rate:,.0f} MB/s"


def _regular_lines(block: bytes) -> bytes:
    """The lines in the usual form, as many as the project's reader takes at a time."""
    regular = [
        line
        for line in block.split(b"\n")
        if b'"TotalDuration":' in line and line.endswith(b"}}") and line.isascii() and line.count(b'"') == _QUOTES
    ]
    plain = b"\n".join(regular) + b"\n"
    return plain[: plain.rfind(b"\n", 0, BLOCK_BYTES) + 1]


def _read_json(plain: bytes) -> None:
    options = pyarrow.json.ReadOptions(use_threads=False, block_size=len(plain) + 1)
    pyarrow.json.read_json(pa.BufferReader(plain), options)


def _read_csv(plain: bytes) -> None:
    read = pyarrow.csv.ReadOptions(use_threads=False, block_size=len(plain) + 1, autogenerate_column_names=True)
    cut = pyarrow.csv.ParseOptions(delimiter='"', quote_char=False)
    columns = {f"f{place}": pa.string() for place in range(_QUOTES + 1)}
    texts = pyarrow.csv.ConvertOptions(column_types=columns, check_utf8=False)
    pyarrow.csv.read_csv(pa.BufferReader(plain), read, cut, texts)


def _write(target: Path, block: bytes) -> None:
    with target.open("wb") as file:
        file.write(block)
        os.fsync(file.fileno())


def _rate(work: Callable[[], object], count: int) -> float:
    """Millions of `count` per second, at the best of some times."""
    best = float("inf")
    for _ in range(_TIMES):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return count / best / 1e6
