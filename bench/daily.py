"""What a user waits for: a first day, a late day, a run with nothing to do, a profile, the help.

    python bench/daily.py --days 10 --rows 1600000

All days but one are loaded first; the one in the middle comes late. Each figure is of a whole fresh process.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from contenders import ROOT
from measure import measure
from report import write
from zones import Folders, landed, new_folders


def main() -> int:
    """Writes the table."""
    parser = argparse.ArgumentParser(description="What a user waits for.")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".bench")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    asked.scratch = asked.scratch.resolve()
    whole = landed(asked.scratch, "json", asked.days, asked.rows)
    lines = [f"{asked.days} days of {asked.rows:,} content rows a day.", "", "| what | wall s |", "|---|--:|"]
    log = asked.scratch / "daily.log"
    with new_folders(asked.scratch) as folders:
        folders.land(whole, 1)
        lines += [f"| {what} | {seconds:.2f} |" for what, seconds in first_day(folders, log)]
    with new_folders(asked.scratch) as folders:
        folders.land(whole, asked.days)
        lines += [f"| {what} | {seconds:.2f} |" for what, seconds in month(folders, asked.days, log)]
    write(asked.results / f"daily-{asked.days}x{asked.rows}.md", lines)
    return 0


def first_day(folders: Folders, log: Path) -> Iterator[tuple[str, float]]:
    """A lake begun with one day: when its first rows are there, and when all is."""
    began = time.time()
    done = measure(folders.run, folders.environment, log)
    for table, what in (("*", "the first commit"), ("clean_content", "the day's clean_content")):
        commits = folders.lake.glob(f"{table}/_delta_log/{1:020}.json")  # 0 makes the table, and holds no rows
        yield f"`c360 run`, one day: until {what}", min(path.stat().st_mtime for path in commits) - began
    yield "`c360 run`, one day: until its end", done.wall


def month(folders: Folders, days: int, log: Path) -> Iterator[tuple[str, float]]:
    """Some days loaded but for one, that one then, and what people ask of the lake."""
    late = sorted((folders.landing / "log_content").iterdir())[days // 2]
    aside = folders.landing.with_name(late.name)
    late.rename(aside)
    loaded = f"`c360 run`: first load of {days} days of searches and {days - 1} of content"
    yield loaded, measure(folders.run, folders.environment, log).wall
    aside.rename(late)
    yield (
        "`c360 run`: the content day that was missing, and the month",
        measure(folders.run, folders.environment, log).wall,
    )
    yield "`c360 run` with nothing changed", measure(folders.run, folders.environment, log).wall
    command = folders.run[0]
    for what, words in (
        ("`c360 status`", ["status"]),
        (
            "`c360 profile` of a customer that does not exist: the whole month is looked through",
            ["profile", "contract:AAA000000"],
        ),
        ("`c360 --help`", ["--help"]),
    ):
        yield what, measure([command, *words], folders.environment, log, may_fail="profile" in words).wall


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
