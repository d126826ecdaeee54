"""Whether this project got slower: its CPU over that of a rival in the same run, compared with the published ratio.

The ratio is about the same on a fast and on a slow machine; seconds are not.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bench.errors import NoResult, Slower
from bench.files import write, write_table

PUBLISHED = "guard.json"
"""The published ratios, beside the other results."""
RIVAL = "duckdb"
ALLOWED = 1.10
"""A ratio may be a tenth above the published one: medians of three rounds vary by about half of that."""


def ratios(measured: Path) -> dict[str, float]:
    """For each comparison in a folder of results, the median CPU of this project over that of the rival."""
    found = {}
    for file in sorted(measured.glob("*.json")):
        measured_there = json.loads(file.read_text(encoding="utf-8"))
        runs = measured_there.get("runs", {}) if isinstance(measured_there, dict) else {}  # others are lists of rounds
        if {"ours", RIVAL} <= {*runs}:
            ours, rival = (median(run["cpu"] for run in runs[name]) for name in ("ours", RIVAL))
            found[file.stem] = round(ours / rival, 3)
    return found


def publish_ratios(measured: Path, results: Path) -> None:
    """Publishes what was measured.

    Raises NoResult if nothing was measured.
    """
    write(results / PUBLISHED, json.dumps(_measured(measured), indent=2) + "\n")


def require_as_fast(measured: Path, results: Path) -> None:
    """Prints each ratio beside the published one.

    Raises Slower if one is more than a tenth above it, and NoResult if a published comparison was not measured.
    """
    now = _measured(measured)
    try:
        published = json.loads((results / PUBLISHED).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoResult(f"{results / PUBLISHED} is missing: `python -m bench guard --publish` writes it.") from None
    if missing := sorted({*published} - {*now}):
        raise NoResult(f"Not measured: {', '.join(missing)}. Run `make bench SIZE=quick` first.")
    write_table(measured / "guard.md", as_markdown(now, published))
    slower = [name for name in published if now[name] > ALLOWED * published[name]]
    if slower:
        raise Slower(
            f"Slower by more than {ALLOWED - 1:.0%} than published, beside the DuckDB script: {', '.join(slower)}."
        )


def as_markdown(now: Mapping[str, float], published: Mapping[str, float]) -> str:
    """The ratios as a table."""
    lines = [
        "CPU of this project over that of the DuckDB script in the same run.",
        "",
        "| comparison | published | now | change |",
        "|---|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {published[name]:.2f} | {now[name]:.2f} | {now[name] / published[name] - 1:+.0%} |"
        for name in published
    ]
    return "\n".join(lines) + "\n"


def _measured(folder: Path) -> dict[str, float]:
    found = ratios(folder)
    if not found:
        raise NoResult(f"{folder} holds no comparison with the DuckDB script: run `make bench SIZE=quick` first.")
    return found
