"""Measures as tables: medians, and ratios to this project."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from bench.contenders import Contender
from bench.measure import Measure
from c360_assets.metadata.charts import bars


@dataclass(frozen=True)
class Conditions:
    """What was measured, and on what machine."""

    form: str
    days: int
    rows_a_day: int
    landed_bytes: int
    cores: int
    memory_bytes: int
    python: str
    packages: Mapping[str, str]


@dataclass(frozen=True)
class Summary:
    """A contender's medians: seconds and bytes; `times` are its wall clock and CPU over the project's."""

    title: str
    wall: float
    fastest: float
    slowest: float
    cpu: float
    peak: float
    rows_a_second: float
    wall_times: float
    cpu_times: float
    peak_times: float


def summaries(measures: Mapping[Contender, Sequence[Measure]], conditions: Conditions) -> list[Summary]:
    """One per contender; the first is what the others are compared with."""
    medians = {
        contender: (median(m.wall for m in of), median(m.cpu for m in of), median(m.peak for m in of))
        for contender, of in measures.items()
    }
    base_wall, base_cpu, base_peak = next(iter(medians.values()))
    rows = conditions.days * conditions.rows_a_day
    return [
        Summary(
            title=contender.title,
            wall=wall,
            fastest=min(m.wall for m in measures[contender]),
            slowest=max(m.wall for m in measures[contender]),
            cpu=cpu,
            peak=peak,
            rows_a_second=rows / wall,
            wall_times=wall / base_wall,
            cpu_times=cpu / base_cpu,
            peak_times=peak / base_peak,
        )
        for contender, (wall, cpu, peak) in medians.items()
    ]


def as_markdown(conditions: Conditions, rows: Sequence[Summary]) -> str:
    """The table as Markdown."""
    lines = [
        f"{conditions.days} days of {conditions.rows_a_day:,} content rows and {conditions.rows_a_day // 20:,} searches, "
        f"{conditions.form}, {conditions.landed_bytes / 1e9:.2f} GB landed; {conditions.cores} cores, "
        f"{conditions.memory_bytes / 1e9:.0f} GB memory, Python {conditions.python}. Medians of whole fresh processes; "
        "× is beside the first row.",
        "",
        "| | wall s (fastest–slowest) | × | CPU s | × | peak memory MB | × | content rows/s |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.title} | {row.wall:.1f} ({row.fastest:.1f}–{row.slowest:.1f}) | {row.wall_times:.2f} | {row.cpu:.1f} | "
        f"{row.cpu_times:.2f} | {row.peak / 1e6:,.0f} | {row.peak_times:.2f} | {row.rows_a_second:,.0f} |"
        for row in rows
    ]
    versions = ", ".join(f"{name} {number}" for name, number in conditions.packages.items())
    return "\n".join([*lines, "", f"Versions: {versions}."]) + "\n"


def as_chart(conditions: Conditions, rows: Sequence[Summary]) -> str:
    """The wall clock of each contender as a bar, as SVG."""
    longest = max(row.wall for row in rows)
    title = f"{conditions.days} days of {conditions.rows_a_day:,} rows, {conditions.form}: seconds, and peak memory"
    labels = {row.title: f"{row.wall:.1f} s, {row.peak / 1e9:.1f} GB" for row in rows}
    return bars(title, {row.title: row.wall / longest for row in rows}, labels, label=170)


def as_json(conditions: Conditions, measures: Mapping[Contender, Sequence[Measure]]) -> str:
    """Every measure, in the order it was taken."""
    runs = {
        contender.name: [{"wall": m.wall, "cpu": m.cpu, "peak": m.peak} for m in of]
        for contender, of in measures.items()
    }
    return json.dumps({"conditions": asdict(conditions), "runs": runs}, indent=2) + "\n"
