"""The aims of the project beside what a full suite measured: medians of one run, as a table for docs/performance.md."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.errors import NoResult
from bench.files import write_table
from bench.latency import FIRST_DAY, NOTHING_CHANGED
from bench.next_day import AGAIN, EXTENDED

MONTH, SPARK = "json-30x400000-kept", "json-2x200000-spark"
DAY, EARLY_DAY = "next-day-30x400000", "next-day-5x400000"
SMALL, USUAL, SIZES = "latency-2x2000", "latency-10x400000", "scale-1600000"
KEEP_NOTHING, KEEP_ALL = ("duckdb", "polars"), ("duckdb-lake", "polars-lake")


@dataclass(frozen=True)
class Target:
    """An aim: a figure that should be at most, or at least, some limit."""

    aim: str
    limit: float
    reached: float
    shown: str
    at_least: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether it is, to the digits that are shown."""
        figure = float(self.shown.format(self.reached).rstrip(" ×%sGB"))
        limit = float(self.shown.format(self.limit).rstrip(" ×%sGB"))
        return figure >= limit if self.at_least else figure <= limit


def targets(results: Path) -> None:
    """Writes the table. Raises NoResult where a measurement is missing."""
    write_table(results / "targets.md", as_markdown([*reached(results)]))


def as_markdown(found: Sequence[Target]) -> str:
    """One row per aim."""
    lines = ["| aim | at most | reached | |", "|---|--:|--:|---|"]
    for target in found:
        limit = ("at least " if target.at_least else "") + target.shown.format(target.limit)
        lines.append(
            f"| {target.aim} | {limit} | {target.shown.format(target.reached)} | "
            f"{'yes' if target.is_reached else '**no**'} |"
        )
    return "\n".join(lines) + "\n"


def reached(results: Path) -> Iterator[Target]:
    """Each aim with what was measured, in the order of the page."""
    month, day, early = (_of_contenders(results, name) for name in (MONTH, DAY, EARLY_DAY))
    ours = _median(month["ours"], "wall")
    yield Target(
        "first load of a month, × the better script that keeps every record",
        0.8,
        ours / min(_median(month[name], "wall") for name in KEEP_ALL),
        "{:.1f} ×",
    )
    yield Target(
        "the same, × the better script that keeps nothing",
        2.2,
        ours / min(_median(month[name], "wall") for name in KEEP_NOTHING),
        "{:.1f} ×",
    )
    load, next_day = day["ours, first load"], day[f"ours, {EXTENDED}"]
    scripts = [_median(day[f"{name}, the next day"], "wall") for name in KEEP_ALL]
    for what, figure in (("time", "wall"), ("CPU", "cpu")):
        share = 100 * _median(next_day, figure) / _median(load, figure)
        yield Target(f"the next day into a month of 29, of that month's first load: {what}", 10, share, "{:.0f} %")
    yield Target(
        "the next day, × that of the better script that keeps every record",
        0.7,
        _median(next_day, "wall") / min(scripts),
        "{:.1f} ×",
    )
    yield Target(
        "the next day into a month of 29, × into one of 4",
        1.1,
        _median(next_day, "wall") / _median(early[f"ours, {EXTENDED}"], "wall"),
        "{:.1f} ×",
    )
    again = 100 * _median(day[f"ours, {AGAIN}"], "wall") / _median(load, "wall")
    yield Target("a day that lands again, of the month's first load: time", 12, again, "{:.0f} %")
    yield Target("nothing changed", 2, median(_read(results, USUAL)[NOTHING_CHANGED]), "{:.1f} s")
    yield Target(
        "one small day, from a cold start to its profiles", 8, median(_read(results, SMALL)[FIRST_DAY]), "{:.1f} s"
    )
    sizes = {size["days"]: size for size in _read(results, SIZES)["sizes"]}
    yield Target("memory for a month of 12 million rows", 2.5, _median(month["ours"], "peak") / 1e9, "{:.1f} GB")
    yield Target("memory for a month of 48 million rows", 2.5, sizes[30]["peak"] / 1e9, "{:.1f} GB")
    more = 100 * (sizes[30]["peak"] / sizes[5]["peak"] - 1)
    yield Target("more memory for 30 such days than for 5", 10, more, "{:.0f} %")
    spark = _of_contenders(results, SPARK)
    for name, limit, title in (
        ("spark", 10, "this project on Apache Spark"),
        ("typical", 6, "the typical PySpark script"),
    ):
        times = _median(spark[name], "wall") / _median(spark["ours"], "wall")
        yield Target(f"faster than {title}", limit, times, "{:.1f} ×", at_least=True)


def _of_contenders(results: Path, name: str) -> Mapping[str, Sequence[Mapping[str, float]]]:
    """The runs of a comparison by contender, or those of a next day by contender and what was run."""
    found = _read(results, name)
    if isinstance(found, dict):
        return dict(found["runs"])
    return {f"{row['contender']}, {row['what'].partition(' of ')[0]}": row["runs"] for row in found}


def _read(results: Path, name: str) -> Any:
    try:
        return json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoResult(f"{results / name}.json is missing: `make bench SIZE=full` writes it.") from None


def _median(runs: Sequence[Mapping[str, float]], figure: str) -> float:
    return median(run[figure] for run in runs)
