"""How near each large step comes to the least that this machine would need for it.

The least is no plan that anybody could run: it takes from each step only the work that no way of doing it could spare, at
the best rate measured for that work on the same machine, with all cores. What a rate leaves out (decoding and encoding
parquet, comparing texts, commits) counts as nothing.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from steps import DISK, HASH, JSON, MEMORY


@dataclass(frozen=True)
class Least:
    """What a step can't spare: landed bytes parsed, or tables read; groupings of all its rows; its own table written."""

    parses: bool = False
    reads: str | None = None
    groupings: int = 0

    @property
    def told(self) -> str:
        """In words."""
        parts = ["parse the landed lines"] * self.parses
        parts += [f"read {self.reads}"] * bool(self.reads)
        parts += [f"group all rows{' once' if self.groupings == 1 else f' {self.groupings} times'}"] * bool(
            self.groupings
        )
        return ", ".join([*parts, "write"])


STEPS = {
    "raw_content": Least(parses=True),
    "clean_content": Least(reads="raw_content", groupings=3),  # records, events, and the cap of a device's day
    "quarantine_content": Least(reads="raw_content"),
    "ledger_content": Least(reads="raw_content", groupings=1),  # copies
    "watch_metrics": Least(reads="clean_content", groupings=1),
}
"""The steps whose cost is that of content rows, three fifths of a month's load; the others are small, or wait for Python."""


def as_markdown(
    seconds: Mapping[str, float], kept: Mapping[str, float], landed: float, rates: Mapping[str, float]
) -> str:
    """The table of shares. `seconds`, `kept` (MB of a table) and `landed` (MB) are those of a million content rows;
    `rates` those of `steps.limits`.
    """
    cores = os.cpu_count() or 1
    lines = [
        f"For each million content rows, with {cores} cores.",
        "",
        "| step | can't spare | at the best rates, s | taken, s | share of the limit reached |",
        "|---|---|--:|--:|--:|",
    ]
    for name, least in STEPS.items():
        parsing = landed / rates[JSON] if least.parses else 0.0
        grouping = least.groupings / rates[HASH]
        moving = (kept[least.reads] / rates[MEMORY] if least.reads else 0.0) + kept[name] / rates[DISK]
        best = (parsing + grouping) / cores + moving
        lines.append(f"| {name} | {least.told} | {best:.3f} | {seconds[name]:.3f} | {best / seconds[name]:.0%} |")
    return "\n".join(lines) + "\n"
