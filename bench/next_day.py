"""The next day of a month that is loaded: what users wait for every morning.

The month so far is loaded once. Then its last day lands in copies of that lake, in pairs: once as users have it, where
device_months is extended by the day, and once where it is made from all days, as if the days inside were not known.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.files import write_table
from bench.measure import Measure, measure
from bench.zones import Folders, landed, new_folders

EXTENDED, WHOLE = "the next day, device_months extended by it", "the next day, device_months made from all days"


def next_day(days: int, rows: int, pairs: int, scratch: Path, results: Path) -> None:
    """Writes the table."""
    with new_folders(scratch) as folders:
        whole = landed(scratch, "json", days, rows)
        folders.land(whole, days - 1)
        log = scratch / "next-day.log"
        load = measure(folders.run, folders.environment, log)
        found: dict[str, list[Measure]] = {EXTENDED: [], WHOLE: []}
        for pair in range(pairs):
            for kind in (EXTENDED, WHOLE) if pair % 2 == 0 else (WHOLE, EXTENDED):
                found[kind].append(_one(folders, whole, days, kind, log))
    rows_of_table: list[tuple[str, float, float, float]] = [
        (f"first load of {days - 1} days", load.wall, load.cpu, load.peak)
    ]
    rows_of_table += [(kind, *_medians(measures)) for kind, measures in found.items()]
    lines = [
        f"{days} days of {rows:,} content rows a day; medians of {pairs} pairs.",
        "",
        "| what | wall s | CPU s | of the first load's CPU | memory MB |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {what} | {wall:.1f} | {cpu:.1f} | {cpu / load.cpu:.1%} | {peak / 1e6:,.0f} |"
            for what, wall, cpu, peak in rows_of_table
        ),
    ]
    write_table(results / f"next-day-{days}x{rows}.md", "\n".join(lines) + "\n")


def _medians(measures: list[Measure]) -> tuple[float, float, float]:
    return median(m.wall for m in measures), median(m.cpu for m in measures), median(m.peak for m in measures)


def _one(loaded: Folders, whole: Path, days: int, kind: str, log: Path) -> Measure:
    """The last day, landed in a copy of what is loaded."""
    with _copy(loaded) as folders:
        folders.land(whole, days)
        if kind == WHOLE:
            for path in (folders.lake / "device_months" / "_c360").glob("*.json"):
                text = json.dumps({**json.loads(path.read_text()), "made_from": {}})
                path.unlink()  # it is a link to the file of the loaded lake
                path.write_text(text)
        return measure(folders.run, folders.environment, log)


@contextmanager
def _copy(loaded: Folders) -> Iterator[Folders]:
    """A copy that is gone afterwards: of the lake by links, since no file of it is ever changed, and of Dagster's home."""
    root = loaded.lake.parent / "copy"
    folders = Folders(root / "landing", root / "lake", root / "dagster")
    shutil.copytree(loaded.lake, folders.lake, copy_function=_link)
    shutil.copytree(loaded.home, folders.home)
    try:
        yield folders
    finally:
        shutil.rmtree(root)


def _link(source: str, target: str) -> str:
    os.link(source, target)
    return target
