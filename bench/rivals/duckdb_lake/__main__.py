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
from bench.rivals.kept import complete_months, keep_days, months_are_complete
from bench.rivals.landed import CONTENT, SEARCH, LandedDay, Log


def run(landing: Path, out: Path) -> None:
    """Makes what changed in `landing`, and the months from the first that changed on."""
    were_complete = months_are_complete(out)
    con = connected()
    prepare_checks(con)
    prepare_texts(con)

    def keep(log: Log, make: Callable[[duckdb.DuckDBPyConnection, LandedDay, Path], dict[str, str]]) -> list[date]:
        return keep_days(
            log,
            landing,
            out,
            lambda day: make(con, day, landing),
            lambda table, rows, file: write_rows(con, table, rows, file),
        )

    changed = [*keep(CONTENT, content_day), *keep(SEARCH, search_day)]
    links_changed = keep_links(con, landing, out)
    make_months(con, out, date.min if links_changed or not were_complete else min(changed, default=date.max))
    complete_months(out)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
