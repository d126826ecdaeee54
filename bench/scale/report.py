"""The seconds and the memory of loads of several sizes, as tables and as a picture."""

from collections.abc import Iterator, Mapping, Sequence

from bench.measure import Measure
from bench.scale.fit import line
from c360_assets.metadata.charts import bars

GIVE_BACK = {"MIMALLOC_PURGE_DELAY": "0"}
"""Has the allocators of Sail and PyArrow give memory back to the system at once; otherwise they keep it for a while."""


def as_markdown(
    sizes: Sequence[int],
    rows: int,
    measures: Sequence[Measure],
    steps: Sequence[Mapping[str, float]],
    held: Mapping[str, tuple[int, int]],
    returned: Measure,
) -> str:
    """The table of sizes, and the table of steps.

    Of the largest size: `held`, the memory before and in each step; `returned`, its measures where memory is given back.
    """
    millions = [days * rows / 1e6 for days in sizes]
    fixed, slope = line(millions, [m.wall for m in measures])
    fixed_cpu, slope_cpu = line(millions, [m.cpu for m in measures])
    lines = [
        f"First loads of JSON, {rows:,} content rows and {rows // 20:,} searches a day. "
        f"Line: {fixed:.1f} s + {slope:.2f} s for each million content rows; {fixed_cpu:.1f} + {slope_cpu:.2f} CPU s.",
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
    settings = " ".join(map("=".join, GIVE_BACK.items()))
    lines += [
        "",
        f"With memory given back as soon as it is free (`{settings}`), {sizes[-1]} days take "
        f"{returned.wall:.1f} s, {returned.cpu:.1f} CPU s and {returned.peak / 1e9:.2f} GB at most.",
        "",
        *_of_steps(millions, measures[-1].wall, steps, held, sizes[-1]),
    ]
    return "\n".join(lines) + "\n"


def _of_steps(
    millions: Sequence[float],
    wall: float,
    steps: Sequence[Mapping[str, float]],
    held: Mapping[str, tuple[int, int]],
    days: int,
) -> Iterator[str]:
    """The lines of the table of steps; `wall`, `held` and `days` are those of the largest size."""
    yield f"| step | s, with any load | s a million rows | s of {days} days | share | GB before | GB at most |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name, last in sorted(steps[-1].items(), key=lambda step: -step[1]):
        fixed, slope = line(millions, [of[name] for of in steps])
        bytes_held = " | ".join(f"{size / 1e9:.2f}" for size in held[name]) if name in held else " | "
        yield f"| {name} | {fixed:.1f} | {slope:.3f} | {last:.1f} | {last / wall:.0%} | {bytes_held} |"


def as_chart(sizes: Sequence[int], rows: int, measures: Sequence[Measure]) -> str:
    """The sizes as bars, as SVG."""
    title = f"First loads of {rows:,} content rows a day: seconds, and peak memory"
    longest = max(done.wall for done in measures)
    of_days = {f"{days} days": done for days, done in zip(sizes, measures, strict=True)}
    labels = {name: f"{done.wall:.0f} s, {done.peak / 1e9:.1f} GB" for name, done in of_days.items()}
    return bars(title, {name: done.wall / longest for name, done in of_days.items()}, labels)
