"""What a user waits for: a first day, a late day, a run with nothing to do, a profile, the help.

All days but one are loaded first; the one in the middle comes late. Each figure is of a whole fresh process, or the median
of several.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.files import write, write_table
from bench.measure import measure
from bench.zones import Folders, landed, new_folders

FIRST_DAY, NOTHING_CHANGED = "`c360 run`, one day: until its end", "`c360 run` with nothing changed"


def latency(days: int, rows: int, times: int, scratch: Path, results: Path) -> None:
    """Writes the table, and its figures. What takes seconds only is measured several times."""
    whole = landed(scratch, "json", days, rows)
    log = scratch / "latency.log"
    found: dict[str, list[float]] = defaultdict(list)
    for _ in range(times):
        with new_folders(scratch) as folders:
            folders.land(whole, 1)
            for what, seconds in first_day(folders, log):
                found[what].append(seconds)
    with new_folders(scratch) as folders:
        folders.land(whole, days)
        for what, seconds in month(folders, days, times, log):
            found[what].append(seconds)
    lines = [f"{days} days of {rows:,} content rows a day.", "", "| what | measured | wall s |", "|---|--:|--:|"]
    lines += [f"| {what} | {len(of)} × | {median(of):.2f} |" for what, of in found.items()]
    write(results / f"latency-{days}x{rows}.json", json.dumps(found, indent=2) + "\n")
    write_table(results / f"latency-{days}x{rows}.md", "\n".join(lines) + "\n")


def first_day(folders: Folders, log: Path) -> Iterator[tuple[str, float]]:
    """A lake begun with one day: when its first rows are there, and when all is."""
    began = time.time()
    done = measure(folders.run, folders.environment, log)
    for table, what in (("*", "the first commit"), ("clean_content", "the day's clean_content")):
        commits = folders.lake.glob(f"{table}/_delta_log/{1:020}.json")  # 0 makes the table, and holds no rows
        yield f"`c360 run`, one day: until {what}", min(path.stat().st_mtime for path in commits) - began
    yield FIRST_DAY, done.wall


def month(folders: Folders, days: int, times: int, log: Path) -> Iterator[tuple[str, float]]:
    """All days loaded but one, then that one, and what people ask of the lake."""
    late = sorted((folders.landing / "log_content").iterdir())[days // 2]
    aside = folders.landing.with_name(late.name)
    late.rename(aside)
    loaded = f"`c360 run`: first load of {days} days of searches and {days - 1} of content"
    yield loaded, measure(folders.run, folders.environment, log).wall
    aside.rename(late)
    missing = "`c360 run`: the content day that was missing, and the month"
    yield missing, measure(folders.run, folders.environment, log).wall
    for _ in range(times):
        yield NOTHING_CHANGED, measure(folders.run, folders.environment, log).wall
    command = folders.run[0]
    yield "`c360 status`", measure([command, "status"], folders.environment, log).wall
    unknown = [command, "profile", "contract:AAA000000"]
    yield (
        "`c360 profile` of a customer that does not exist: the whole month is looked through",
        measure(unknown, folders.environment, log, may_fail=True).wall,
    )
    yield "`c360 --help`", measure([command, "--help"], folders.environment, log).wall
