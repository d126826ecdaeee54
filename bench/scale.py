"""How the cost of one `c360 run` grows with the days of a month: wall clock, memory, and each step's share of both.

    python bench/scale.py --days 1,5,10,20,30 --rows 1600000

Each size is a first load of the first days of one landing zone, in a fresh process. A line is fitted through the sizes,
for the whole and for each step: what comes with any load, and what with each million content rows, in seconds (scale), and
in bytes on disk and in memory (space). What the large steps take stands beside the limits of this machine (shares). The
largest size is loaded once more with allocators that keep nothing, to tell memory in use from memory kept.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import shares
import space
from contenders import ROOT
from fit import line
from measure import Measure, measure
from steps import limits, memory, parts
from zones import landed, new_folders

from c360_assets.metadata.charts import bars

GIVE_BACK = {"MIMALLOC_PURGE_DELAY": "0"}
"""Tells the allocators of Sail and PyArrow to give memory back to the system at once; else they keep it for a while."""


@dataclass(frozen=True)
class Size:
    """Of one load: the measures of its process, the seconds of its steps, the memory in bytes before and in each, and the
    bytes that each folder of the lake keeps.
    """

    measure: Measure
    seconds: dict[str, float]
    held: dict[str, tuple[int, int]]
    kept: dict[str, int]


def main() -> int:
    """Measures each size and writes the tables."""
    parser = argparse.ArgumentParser(description="How the cost of one run grows with the days.")
    parser.add_argument("--days", default="1,5,10,20,30", help="sizes, by comma")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".bench")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    asked.scratch = asked.scratch.resolve()
    sizes = sorted({int(days) for days in asked.days.split(",")})
    if len(sizes) < 2:
        parser.error("--days takes at least two sizes: a line goes through them")
    whole = landed(asked.scratch, "json", sizes[-1], asked.rows)
    of_days: dict[int, Size] = {}
    for days in sizes:
        of_days[days] = size = one_size(asked.scratch, whole, days)
        done = size.measure
        print(f"{days} days: {done.wall:.1f} s, {done.cpu:.1f} CPU s, {done.peak / 1e9:.2f} GB", flush=True)
    returned = one_size(asked.scratch, whole, sizes[-1], GIVE_BACK).measure
    millions = [days * asked.rows / 1e6 for days in sizes]
    found = list(of_days.values())
    measures, steps = [size.measure for size in found], [size.seconds for size in found]
    table = as_markdown(sizes, asked.rows, measures, steps, found[-1].held, returned)
    kept = space.as_markdown(
        sizes, millions, [size.kept for size in found], [size.held for size in found], [m.peak for m in measures]
    )
    reached = shares.as_markdown(
        {name: line(millions, [of[name] for of in steps])[1] for name in steps[-1]},
        {name: line(millions, [size.kept[name] / 1e6 for size in found])[1] for name in found[-1].kept},
        sum(path.stat().st_size for path in (whole / "log_content").iterdir()) / 1e6 / millions[-1],
        dict(limits(whole, asked.scratch)),
    )
    asked.results.mkdir(parents=True, exist_ok=True)
    for name, text in (("scale", table), ("space", kept), ("shares", reached)):
        (asked.results / f"{name}-{asked.rows}.md").write_text(text, encoding="utf-8")
        print(f"\n{text}")
    (asked.results / f"scale-{asked.rows}.svg").write_text(as_chart(sizes, asked.rows, measures), encoding="utf-8")
    figures = {
        "scale": {
            "sizes": [{"days": days, **_figures(size.measure)} for days, size in of_days.items()],
            "given back": _figures(returned),
            "steps": steps,
            "memory": found[-1].held,
        },
        "space": [
            {"days": days, "peak": size.measure.peak, "memory": size.held, "kept": size.kept}
            for days, size in of_days.items()
        ],
    }
    for name, of in figures.items():
        (asked.results / f"{name}-{asked.rows}.json").write_text(json.dumps(of, indent=2) + "\n", encoding="utf-8")
    return 0


def one_size(scratch: Path, whole: Path, days: int, settings: Mapping[str, str] = MappingProxyType({})) -> Size:
    """What a first load of the first days takes and leaves."""
    with new_folders(scratch) as folders:
        folders.land(whole, days)
        began = time.time()
        done = measure(folders.run, {**folders.environment, **settings}, scratch / "scale.log")
        seconds = dict(parts(folders.home, began, done.wall))
        return Size(done, seconds, memory(folders.home, done.course), space.kept_in(folders.lake))


def _figures(done: Measure) -> dict[str, float]:
    return {"wall": done.wall, "cpu": done.cpu, "peak": done.peak}


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
