"""`python -m bench.rivals.duckdb_lake LANDING OUT`; called again, it adds the days that landed since."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from bench.rivals.duckdb_lake.checks import prepare_checks
from bench.rivals.duckdb_lake.content import content_day
from bench.rivals.duckdb_lake.links import keep_links
from bench.rivals.duckdb_lake.months import make_months
from bench.rivals.duckdb_lake.searches import prepare_texts, search_day
from bench.rivals.duckdb_lake.store import write_rows
from bench.rivals.duckdb_month.__main__ import connected
from bench.rivals.kept import MONTHS, is_as_landed, keep_state, partition_of, state_of
from bench.rivals.landed import CONTENT, SEARCH, LandedDay, Log, landed_days

MakeDay = Callable[[duckdb.DuckDBPyConnection, LandedDay, Path], dict[str, str]]


def run(landing: Path, out: Path) -> None:
    """Makes what changed in `landing`, and the months from the first that changed on."""
    stood = is_as_landed(out, MONTHS, {})
    con = connected()
    prepare_checks(con)
    prepare_texts(con)
    changed = [
        *keep_days(con, CONTENT, content_day, landing, out),
        *keep_days(con, SEARCH, search_day, landing, out),
    ]
    links_changed = keep_links(con, landing, out)
    make_months(con, out, date.min if links_changed or not stood else min(changed, default=date.max))
    keep_state(out, MONTHS, {})


def keep_days(con: duckdb.DuckDBPyConnection, log: Log, make: MakeDay, landing: Path, out: Path) -> list[date]:
    """Makes the tables of the days of a log that changed; these days."""
    changed = []
    for day in landed_days(landing / log.folder):
        name = f"{log.folder}/{day.day}"
        state = state_of(landing, day.files)
        if not is_as_landed(out, name, state):
            for table, rows in make(con, day, landing).items():
                write_rows(con, table, rows, partition_of(out, table, "log_date", day.day))
            keep_state(out, name, state)
            changed.append(day.day)
    return changed


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
