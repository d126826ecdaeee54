"""What a user waits for: a first day, a late day, a run with nothing to do, a profile, the help.

All days but one are loaded first; the one in the middle comes late. Each figure is of a whole fresh process.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from bench.files import write_table
from bench.measure import measure
from bench.zones import Folders, landed, new_folders


def latency(days: int, rows: int, scratch: Path, results: Path) -> None:
    """Writes the table."""
    whole = landed(scratch, "json", days, rows)
    lines = [f"{days} days of {rows:,} content rows a day.", "", "| what | wall s |", "|---|--:|"]
    log = scratch / "latency.log"
    with new_folders(scratch) as folders:
        folders.land(whole, 1)
        lines += [f"| {what} | {seconds:.2f} |" for what, seconds in first_day(folders, log)]
    with new_folders(scratch) as folders:
        folders.land(whole, days)
        lines += [f"| {what} | {seconds:.2f} |" for what, seconds in month(folders, days, log)]
    write_table(results / f"latency-{days}x{rows}.md", "\n".join(lines) + "\n")


def first_day(folders: Folders, log: Path) -> Iterator[tuple[str, float]]:
    """A lake begun with one day: when its first rows are there, and when all is."""
    began = time.time()
    done = measure(folders.run, folders.environment, log)
    for table, what in (("*", "the first commit"), ("clean_content", "the day's clean_content")):
        commits = folders.lake.glob(f"{table}/_delta_log/{1:020}.json")  # 0 makes the table, and holds no rows
        yield f"`c360 run`, one day: until {what}", min(path.stat().st_mtime for path in commits) - began
    yield "`c360 run`, one day: until its end", done.wall


def month(folders: Folders, days: int, log: Path) -> Iterator[tuple[str, float]]:
    """All days loaded but one, then that one, and what people ask of the lake."""
    late = sorted((folders.landing / "log_content").iterdir())[days // 2]
    aside = folders.landing.with_name(late.name)
    late.rename(aside)
    loaded = f"`c360 run`: first load of {days} days of searches and {days - 1} of content"
    yield loaded, measure(folders.run, folders.environment, log).wall
    aside.rename(late)
    missing = "`c360 run`: the content day that was missing, and the month"
    yield missing, measure(folders.run, folders.environment, log).wall
    yield "`c360 run` with nothing changed", measure(folders.run, folders.environment, log).wall
    command = folders.run[0]
    yield "`c360 status`", measure([command, "status"], folders.environment, log).wall
    unknown = [command, "profile", "contract:AAA000000"]
    yield (
        "`c360 profile` of a customer that does not exist: the whole month is looked through",
        measure(unknown, folders.environment, log, may_fail=True).wall,
    )
    yield "`c360 --help`", measure([command, "--help"], folders.environment, log).wall
