"""What a user waits for once a month is made: a late day, a run with nothing to do, a profile, the help.

    python bench/daily.py --days 10 --rows 1600000

All days but one are loaded first; the one in the middle comes late. Each figure is of a whole fresh process.
"""

import argparse
import shutil
import sys
from pathlib import Path

from contenders import CONTENDERS, ROOT
from measure import measure

from bench import landed


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="What a user waits for once a month is made.")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".bench")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    asked.scratch = asked.scratch.resolve()
    whole = landed(asked.scratch, "json", asked.days, asked.rows)
    landing, lake, home = (asked.scratch / f"daily-{name}" for name in ("landing", "lake", "dagster"))
    for folder in (landing, lake, home):
        shutil.rmtree(folder, ignore_errors=True)
    home.mkdir(parents=True)
    shutil.copytree(whole, landing)
    late = sorted(path for path in (landing / "log_content").iterdir() if path.suffix)[asked.days // 2]
    aside = asked.scratch / late.name
    late.rename(aside)
    ours = CONTENDERS["ours"]
    environment = ours.environment(landing, lake, home)
    command = ours.command(landing, lake)[0]
    commands = {
        f"`c360 run`: first load of {asked.days} days of searches and {asked.days - 1} of content": ["run"],
        "`c360 run`: the content day that was missing, and the month": ["run"],
        "`c360 run` with nothing changed": ["run"],
        "`c360 status`": ["status"],
        "`c360 profile` of a customer that does not exist: the whole month is looked through": [
            "profile",
            "contract:AAA000000",
        ],
        "`c360 --help`": ["--help"],
    }
    lines = [f"{asked.days} days of {asked.rows:,} content rows a day.", "", "| what | wall s |", "|---|--:|"]
    for place, (what, arguments) in enumerate(commands.items()):
        if place == 1:
            aside.rename(late)
        done = measure([command, *arguments], environment, asked.scratch / "daily.log", may_fail="profile" in arguments)
        lines.append(f"| {what} | {done.wall:.2f} |")
    table = "\n".join(lines) + "\n"
    asked.results.mkdir(parents=True, exist_ok=True)
    (asked.results / f"daily-{asked.days}x{asked.rows}.md").write_text(table, encoding="utf-8")
    print(table)
    for folder in (landing, lake, home):
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
