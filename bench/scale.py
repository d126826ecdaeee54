"""How the cost of one `c360 run` grows with the days of a month: wall clock, memory, and each step's share of both.

    python bench/scale.py --days 1,5,10,20,30 --rows 1600000

Each size is a first load of the first days of one landing zone, in a fresh process. A line is fitted through the sizes,
for the whole and for each step: seconds that come with any load, and seconds for each million content rows. The largest size
is loaded once more with allocators that keep nothing, to tell memory in use from memory kept.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
from contenders import ROOT
from measure import Measure, measure
from steps import memory, parts
from zones import landed, new_folders

from c360_assets.charts import bars

GIVE_BACK = {"MIMALLOC_PURGE_DELAY": "0"}
"""Tells the allocators of Sail and PyArrow to give memory back to the system at once; else they keep it for a while."""


def main() -> int:
    """Measures each size and writes the tables."""
    parser = argparse.ArgumentParser(description="How the cost of one run grows with the days.")
    parser.add_argument("--days", default="1,5,10,20,30", help="sizes, by comma")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".bench")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    asked.scratch = asked.scratch.resolve()
    sizes = sorted(int(days) for days in asked.days.split(","))
    whole = landed(asked.scratch, "json", sizes[-1], asked.rows)
    measures, steps = [], []
    held: dict[str, tuple[int, int]] = {}
    for days in sizes:
        done, seconds, held = one_size(asked.scratch, whole, days)
        measures.append(done)
        steps.append(seconds)
        print(f"{days} days: {done.wall:.1f} s, {done.cpu:.1f} CPU s, {done.peak / 1e9:.2f} GB", flush=True)
    returned, _, _ = one_size(asked.scratch, whole, sizes[-1], GIVE_BACK)
    table = as_markdown(sizes, asked.rows, measures, steps, held, returned)
    asked.results.mkdir(parents=True, exist_ok=True)
    name = f"scale-{asked.rows}"
    (asked.results / f"{name}.md").write_text(table, encoding="utf-8")
    (asked.results / f"{name}.svg").write_text(as_chart(sizes, asked.rows, measures), encoding="utf-8")
    of_days = [{"days": d, "wall": m.wall, "cpu": m.cpu, "peak": m.peak} for d, m in zip(sizes, measures, strict=True)]
    (asked.results / f"{name}.json").write_text(
        json.dumps({"sizes": of_days, "steps": steps, "memory": held}, indent=2) + "\n"
    )
    print(f"\n{table}")
    return 0


def one_size(
    scratch: Path, whole: Path, days: int, settings: Mapping[str, str] = MappingProxyType({})
) -> tuple[Measure, dict[str, float], dict[str, tuple[int, int]]]:
    """The measures of a first load of the first days, the seconds of its steps, and the memory before and in each."""
    with new_folders(scratch) as folders:
        folders.land(whole, days)
        began = time.time()
        done = measure(folders.run, {**folders.environment, **settings}, scratch / "scale.log")
        return done, dict(parts(folders.home, began, done.wall)), memory(folders.home, done.course)


def line(millions: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """What comes with any load, and what with each million rows: least squares."""
    slope, fixed = np.polyfit(millions, values, 1) if len(millions) > 1 else (0.0, values[0])
    return float(fixed), float(slope)


def as_markdown(
    sizes: Sequence[int],
    rows: int,
    measures: Sequence[Measure],
    steps: Sequence[dict[str, float]],
    held: Mapping[str, tuple[int, int]],
    returned: Measure,
) -> str:
    """The table of sizes, and the table of steps.

    Of the largest size: `held`, the memory before and in each step; `returned`, its measures where memory is given back.
    """
    millions = [days * rows / 1e6 for days in sizes]
    fixed, slope = line(millions, [m.wall for m in measures])
    lines = [
        f"First loads of JSON, {rows:,} content rows and {rows // 20:,} searches a day. "
        f"Line: {fixed:.1f} s + {slope:.2f} s for each million content rows.",
        "",
        "| days | content rows, millions | wall s | on the line | CPU s | peak memory GB |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for days, size, done in zip(sizes, millions, measures, strict=True):
        expected = fixed + slope * size
        lines.append(
            f"| {days} | {size:.1f} | {done.wall:.1f} | {expected:.1f} ({done.wall / expected - 1:+.0%}) | {done.cpu:.1f} | "
            f"{done.peak / 1e9:.2f} |"
        )
    lines += [
        "",
        f"With memory given back as soon as it is free (`{' '.join(map('='.join, GIVE_BACK.items()))}`), {sizes[-1]} days take "
        f"{returned.wall:.1f} s, {returned.cpu:.1f} CPU s and {returned.peak / 1e9:.2f} GB at most.",
        "",
        f"| step | s, with any load | s a million rows | s of {sizes[-1]} days | share | GB before | GB at most |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, last in sorted(steps[-1].items(), key=lambda step: -step[1]):
        fixed, slope = line(millions, [of[name] for of in steps])
        memory_of_it = " | ".join(f"{size / 1e9:.2f}" for size in held[name]) if name in held else " | "
        lines.append(
            f"| {name} | {fixed:.1f} | {slope:.3f} | {last:.1f} | {last / measures[-1].wall:.0%} | {memory_of_it} |"
        )
    return "\n".join(lines) + "\n"


def as_chart(sizes: Sequence[int], rows: int, measures: Sequence[Measure]) -> str:
    """The sizes as bars, as SVG."""
    title = f"First loads of {rows:,} content rows a day: seconds, and peak memory"
    longest = max(done.wall for done in measures)
    of_days = {f"{days} days": done for days, done in zip(sizes, measures, strict=True)}
    shown = {name: f"{done.wall:.0f} s, {done.peak / 1e9:.1f} GB" for name, done in of_days.items()}
    return bars(title, {name: done.wall / longest for name, done in of_days.items()}, shown)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
