"""First loads of several sizes, each in a fresh process.

Each size is the first days of one landing zone. A line is fitted through the sizes, for the whole and for each step: what
comes with any load, and what with each million content rows. The largest size is loaded once more with allocators that
keep nothing, which sets memory in use apart from memory kept.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bench.files import write, write_table
from bench.inside.limits import limits
from bench.inside.steps import memory, parts
from bench.measure import Measure, measure
from bench.scale import report, shares, space
from bench.scale.fit import line
from bench.zones import landed, new_folders


@dataclass(frozen=True)
class Load:
    """What one load took and left.

    The measures of its process, the seconds of its steps, the memory in bytes before and in each step, and the bytes that
    each folder of the lake keeps.
    """

    measure: Measure
    seconds: dict[str, float]
    held: dict[str, tuple[int, int]]
    kept: dict[str, int]


def scale(sizes: Sequence[int], rows: int, scratch: Path, results: Path) -> None:
    """Measures loads of `sizes` days, smallest first, and writes the tables, their figures and the picture."""
    whole = landed(scratch, "json", sizes[-1], rows)
    loads: dict[int, Load] = {}
    for days in sizes:
        loads[days] = one_load(scratch, whole, days)
        done = loads[days].measure
        print(f"{days} days: {done.wall:.1f} s, {done.cpu:.1f} CPU s, {done.peak / 1e9:.2f} GB", flush=True)
    returned = one_load(scratch, whole, sizes[-1], report.GIVE_BACK).measure
    _write_tables(loads, rows, returned, whole, scratch, results)
    for name, figures in (("scale", _scale_figures(loads, returned)), ("space", _space_figures(loads))):
        write(results / f"{name}-{rows}.json", json.dumps(figures, indent=2) + "\n")


def one_load(scratch: Path, whole: Path, days: int, settings: Mapping[str, str] = MappingProxyType({})) -> Load:
    """What a first load of the first days takes and leaves."""
    with new_folders(scratch) as folders:
        folders.land(whole, days)
        began = time.time()
        done = measure(folders.run, {**folders.environment, **settings}, scratch / "scale.log")
        seconds = dict(parts(folders.home, began, done.wall))
        return Load(done, seconds, memory(folders.home, done.course), space.kept_in(folders.lake))


def _write_tables(
    loads: Mapping[int, Load], rows: int, returned: Measure, whole: Path, scratch: Path, results: Path
) -> None:
    sizes = list(loads)
    millions = [days * rows / 1e6 for days in sizes]
    measures = [load.measure for load in loads.values()]
    steps = [load.seconds for load in loads.values()]
    kept = [load.kept for load in loads.values()]
    held = [load.held for load in loads.values()]
    write_table(results / f"scale-{rows}.md", report.as_markdown(sizes, rows, measures, steps, held[-1], returned))
    write(results / f"scale-{rows}.svg", report.as_chart(sizes, rows, measures))
    peaks = [done.peak for done in measures]
    write_table(results / f"space-{rows}.md", space.as_markdown(sizes, millions, kept, held, peaks))
    reached = shares.as_markdown(
        {name: line(millions, [of[name] for of in steps])[1] for name in steps[-1]},
        {name: line(millions, [of[name] / 1e6 for of in kept])[1] for name in kept[-1]},
        sum(path.stat().st_size for path in (whole / "log_content").iterdir()) / 1e6 / millions[-1],
        dict(limits(whole, scratch)),
    )
    write_table(results / f"shares-{rows}.md", reached)


def _scale_figures(loads: Mapping[int, Load], returned: Measure) -> dict[str, object]:
    return {
        "sizes": [{"days": days, **_figures(load.measure)} for days, load in loads.items()],
        "given back": _figures(returned),
        "steps": [load.seconds for load in loads.values()],
        "memory": [load.held for load in loads.values()][-1],
    }


def _space_figures(loads: Mapping[int, Load]) -> list[dict[str, object]]:
    return [
        {"days": days, "peak": load.measure.peak, "memory": load.held, "kept": load.kept}
        for days, load in loads.items()
    ]


def _figures(done: Measure) -> dict[str, float]:
    return {"wall": done.wall, "cpu": done.cpu, "peak": done.peak}
