"""`python -m bench.rivals.polars_lake LANDING OUT`; called again, it adds the days that landed since."""

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from bench.rivals.kept import MONTHS, is_as_landed, keep_state, partition_of, state_of
from bench.rivals.landed import CONTENT, SEARCH, LandedDay, Log, landed_days
from bench.rivals.polars_lake.content import content_day
from bench.rivals.polars_lake.links import keep_links
from bench.rivals.polars_lake.months import make_months
from bench.rivals.polars_lake.searches import Texts, search_day
from bench.rivals.polars_lake.store import write_rows

MakeDay = Callable[[LandedDay, Path], dict[str, pl.DataFrame]]


def run(landing: Path, out: Path) -> None:
    """Makes what changed in `landing`, and the months from the first that changed on."""
    stood = is_as_landed(out, MONTHS, {})
    changed = keep_days(CONTENT, content_day, landing, out)
    changed += keep_days(SEARCH, partial(search_day, texts=Texts()), landing, out)
    links, links_changed = keep_links(landing, out)
    make_months(out, links, date.min if links_changed or not stood else min(changed, default=date.max))
    keep_state(out, MONTHS, {})


def keep_days(log: Log, make: MakeDay, landing: Path, out: Path) -> list[date]:
    """Makes the tables of the days of a log that changed; these days."""
    changed = []
    for day in landed_days(landing / log.folder):
        name, state = f"{log.folder}/{day.day}", state_of(landing, day.files)
        if not is_as_landed(out, name, state):
            for table, rows in make(day, landing).items():
                write_rows(table, rows, partition_of(out, table, "log_date", day.day))
            keep_state(out, name, state)
            changed.append(day.day)
    return changed


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
