"""How near each large step comes to what plain PyArrow would need for the same large works on this machine.

It is a yardstick, not a lower bound: the works are those of this project's own plan, one after the other; parsing and
grouping at the rate of one core times the cores, reading and writing at the rate measured by one thread. Decoding and
encoding parquet, comparing texts and commits count as nothing.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from bench.inside.limits import DISK, HASH, JSON, MEMORY


@dataclass(frozen=True)
class Works:
    """The works that count: landed bytes parsed, or a table read; groupings of all rows; the step's own table written."""

    parses: bool = False
    inputs: str | None = None
    groupings: int = 0

    @property
    def in_words(self) -> str:
        """As the table names them."""
        parts = ["parse the landed lines"] * self.parses
        if self.inputs:
            parts.append(f"read {self.inputs}")
        if self.groupings:
            parts.append(f"group all rows {'once' if self.groupings == 1 else f'{self.groupings} times'}")
        return ", ".join([*parts, "write"])


STEPS = {
    "raw_content": Works(parses=True),
    "clean_content": Works(inputs="raw_content", groupings=3),  # records, events, and the cap of a device's day
    "quarantine_content": Works(inputs="raw_content"),
    "ledger_content": Works(inputs="raw_content", groupings=1),  # copies
    "device_months": Works(inputs="clean_content", groupings=1),
}
"""The steps whose cost is that of content rows, three fifths of a month's load; the others are small, or wait for Python."""


def as_markdown(
    seconds: Mapping[str, float], kept: Mapping[str, float], landed: float, rates: Mapping[str, float]
) -> str:
    """The table of shares.

    `seconds`, `kept` (MB of a table) and `landed` (MB) are those of a million content rows; `rates` those of
    `bench/inside/limits.py`.
    """
    cores = os.cpu_count() or 1
    lines = [
        f"For each million content rows, with {cores} cores.",
        "",
        "| step | works that count | at the rates of the limits, s | taken, s | share of the limit reached |",
        "|---|---|--:|--:|--:|",
    ]
    for name, works in STEPS.items():
        parsing = landed / rates[JSON] if works.parses else 0.0
        grouping = works.groupings / rates[HASH]
        moving = (kept[works.inputs] / rates[MEMORY] if works.inputs else 0.0) + kept[name] / rates[DISK]
        best = (parsing + grouping) / cores + moving
        # For small sizes the seconds per million rows are noise, and may even be below zero.
        share = f"{best / seconds[name]:.0%}" if seconds[name] > 0 else "–"
        lines.append(f"| {name} | {works.in_words} | {best:.3f} | {seconds[name]:.3f} | {share} |")
    return "\n".join(lines) + "\n"
