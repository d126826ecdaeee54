"""What a load keeps on disk and holds in memory, table by table, fitted over the sizes that were loaded."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.scale.fit import line

WHOLE = "the whole lake; the whole process"


def kept_in(lake: Path) -> dict[str, int]:
    """The bytes of each folder of a lake: the tables, and what is kept beside them. Logs and checksums count too."""
    return {
        folder.name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        for folder in lake.iterdir()
        if folder.is_dir()
    }


def as_markdown(
    days: Sequence[int],
    millions: Sequence[float],
    kept: Sequence[Mapping[str, int]],
    held: Sequence[Mapping[str, tuple[int, int]]],
    peaks: Sequence[int],
) -> str:
    """The table of bytes.

    One entry per size in each argument: days, rows, bytes of each folder, memory before and in each step, and the most that
    the whole process held.
    """
    last = f"{days[-1]} days"
    lines = [
        f"Fitted over loads of {', '.join(map(str, days[:-1]))} and {last}; rows are content rows, which searches come with.",
        "",
        f"| table or step | MB kept, with any load | MB kept, a million rows | MB kept of {last} | GB in memory, with any load | "
        f"GB in memory, a million rows | GB in memory of {last} |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name in sorted(kept[-1].keys() | held[-1].keys(), key=lambda name: -kept[-1].get(name, 0)):
        on_disk = [of.get(name, 0) for of in kept] if name in kept[-1] else None
        in_memory = [of[name][1] for of in held] if all(name in of for of in held) else None
        lines.append(f"| {name} | {_cells(millions, on_disk, 1e6, 1)} | {_cells(millions, in_memory, 1e9, 3)} |")
    totals = [sum(of.values()) for of in kept]
    lines.append(f"| {WHOLE} | {_cells(millions, totals, 1e6, 1)} | {_cells(millions, peaks, 1e9, 3)} |")
    return "\n".join(lines) + "\n"


def _cells(millions: Sequence[float], values: Sequence[int] | None, unit: float, digits: int) -> str:
    """With any load, with each million rows, and at the largest size; empty where there is no such thing."""
    if values is None:
        return " |  | "
    fixed, slope = line(millions, [value / unit for value in values])
    fixed, slope = round(fixed, digits) + 0.0, round(slope, digits) + 0.0  # 0, not -0
    return f"{fixed:.{digits}f} | {slope:.{digits}f} | {values[-1] / unit:,.{digits}f}"
