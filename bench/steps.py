"""Where the time of one `c360 run` goes, step by step, beside what this machine could do at best.

    python bench/steps.py --days 3 --rows 1600000

Steps are Dagster's own records of the run; what they leave out is named too. Limits are measured on the same landed files.
"""

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
from contenders import ROOT
from measure import measure
from report import write
from zones import SEED, landed, new_folders

from c360_assets.landing.raw_content import LAYOUT
from resources.landing.layout import Piece
from resources.landing.readers.lines import BLOCK_BYTES
from resources.landing.source import read_piece

MEMORY = "reading a landed file (from memory)"
JSON = "PyArrow's JSON reader, one core"
HASH = "hash aggregation of 1.6 M rows into 0.8 M groups, one core"
DISK = "writing to disk, with fsync"
_BLOCK = 64 << 20
_ROWS = 1_600_000


def main() -> int:
    """Writes the two tables."""
    parser = argparse.ArgumentParser(description="Where the time of one run goes.")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".bench")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    asked.scratch = asked.scratch.resolve()
    landing = landed(asked.scratch, "json", asked.days, asked.rows)
    with new_folders(asked.scratch) as folders:
        folders.land(landing, asked.days)
        began = time.time()
        whole = measure(folders.run, folders.environment, asked.scratch / "steps.log")
        of_run = list(parts(folders.home, began, whole.wall))
    lines = [
        f"{asked.days} days of {asked.rows:,} content rows: {whole.wall:.1f} s, {whole.cpu:.1f} CPU s.",
        *("", "| part | seconds | share |", "|---|--:|--:|"),
        *(f"| {name} | {seconds:.1f} | {seconds / whole.wall:.0%} |" for name, seconds in of_run),
        *("", "| limit on this machine | rate |", "|---|--:|"),
        *(f"| {name} | {_told(name, rate)} |" for name, rate in limits(landing, asked.scratch)),
    ]
    write(asked.results / f"steps-{asked.days}x{asked.rows}.md", lines)
    return 0


def parts(home: Path, began: float, wall: float) -> Iterator[tuple[str, float]]:
    """The parts of a run in order, in seconds; together they are all of it.

    A table's making is told by its materialisations (frame to commit and mark); the rest of its step is Dagster's.
    """
    os.environ["DAGSTER_HOME"] = str(home)
    import dagster as dg

    from c360_assets.tables import TABLES

    making: dict[str, dict[str | None, float]] = defaultdict(dict)
    checks = steps = runs = 0.0
    first = began + wall
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs():
            stats = instance.get_run_stats(run.run_id)
            if stats.start_time is None or stats.end_time is None:
                continue
            first = min(first, stats.start_time)
            runs += stats.end_time - stats.start_time
            for step in instance.get_run_step_stats(run.run_id):
                seconds = (step.end_time or 0) - (step.start_time or 0)
                steps += seconds
                checks += 0 if step.step_key in TABLES else seconds
            for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
                made = entry.get_dagster_event().step_materialization_data.materialization
                table = made.asset_key.path[-1]
                making[table] |= {
                    made.partition: float(made.metadata["seconds_taken"].value)
                }  # a range tells some twice
    yield "start: imports, listing, plan", first - began
    made_in = {table: sum(of.values()) for table, of in making.items()}
    yield from made_in.items()
    yield "checks", checks
    yield "Dagster within steps", steps - checks - sum(made_in.values())
    yield "Dagster between steps", runs - steps
    yield "between runs, and the summary at the end", wall - (first - began) - runs


def memory(home: Path, course: Sequence[tuple[float, int]]) -> dict[str, tuple[int, int]]:
    """For each step, and for all checks together: the bytes held when it first began, and at most while it ran."""
    os.environ["DAGSTER_HOME"] = str(home)
    import dagster as dg

    from c360_assets.tables import TABLES

    found: dict[str, tuple[float, int, int]] = {}
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs():
            for step in instance.get_run_step_stats(run.run_id):
                began, ended = step.start_time or 0, step.end_time or 0
                held = [size for at, size in course if at < began][-1:]
                during = [size for at, size in course if began <= at <= ended]
                if held:  # not of a step that never started
                    name = step.step_key if step.step_key in TABLES else "checks"
                    before = found.get(name, (began, held[0], 0))
                    # Most checks are over before the next look: `during` is empty then.
                    found[name] = (*min(before[:2], (began, held[0])), max(before[2], *held, *during))
    return {name: (held, most) for name, (_, held, most) in found.items()}


def limits(landing: Path, scratch: Path) -> Iterator[tuple[str, float]]:
    """What one core, or the disk, does with the same bytes: MB a second, of HASH million rows a second."""
    file = max((landing / "log_content").iterdir(), key=lambda path: path.stat().st_size)
    data = file.read_bytes()
    yield MEMORY, _rate(file.read_bytes, len(data))
    block = data[: data.rfind(b"\n", 0, _BLOCK) + 1] or data
    regular = b"\n".join(line for line in block.split(b"\n") if b'"TotalDuration":' in line and line.endswith(b"}}"))
    plain = b"\n".join(line for line in regular.split(b"\n") if line.isascii() and line.count(b'"') == 30) + b"\n"
    plain = plain[: plain.rfind(b"\n", 0, BLOCK_BYTES) + 1]  # as much as the reader takes at a time
    options = pyarrow.json.ReadOptions(use_threads=False, block_size=len(plain) + 1)
    yield JSON, _rate(lambda: pyarrow.json.read_json(pa.BufferReader(plain), options), len(plain))
    cut = pyarrow.csv.ParseOptions(delimiter='"', quote_char=False)
    read = pyarrow.csv.ReadOptions(use_threads=False, block_size=len(plain) + 1, autogenerate_column_names=True)
    texts = pyarrow.csv.ConvertOptions(column_types={f"f{place}": pa.string() for place in range(31)}, check_utf8=False)
    yield (
        "PyArrow's CSV reader, one core, lines cut at their quotes",
        _rate(lambda: pyarrow.csv.read_csv(pa.BufferReader(plain), read, cut, texts), len(plain)),
    )
    piece = Piece(str(file), file.name, "json", len(data))
    yield (
        "this project's reader, one core, all lines",
        _rate(lambda: sum(map(len, read_piece(LAYOUT, piece))), len(data)),
    )
    keys = pa.table({"key": np.random.default_rng(SEED).integers(0, 1_000_000, _ROWS), "value": np.ones(_ROWS)})
    yield HASH, _rate(lambda: keys.group_by("key", use_threads=False).aggregate([("value", "sum")]), _ROWS)
    target = scratch / "written"
    yield DISK, _rate(lambda: _write(target, block), len(block))
    target.unlink()


def _write(target: Path, block: bytes) -> None:
    with target.open("wb") as file:
        file.write(block)
        os.fsync(file.fileno())


def _seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def _rate(work: Callable[[], object], count: int) -> float:
    return count / _seconds(work) / 1e6


def _told(name: str, rate: float) -> str:
    return f"{rate:.1f} M rows/s" if name == HASH else f"{rate:,.0f} MB/s"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
