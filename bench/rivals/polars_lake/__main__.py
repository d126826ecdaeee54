"""`python -m bench.rivals.polars_lake LANDING OUT`; called again, it adds the days that landed since."""

import sys
from datetime import date
from pathlib import Path

from bench.rivals.kept import complete_months, keep_days, months_are_complete
from bench.rivals.landed import CONTENT, SEARCH
from bench.rivals.polars_lake.content import content_day
from bench.rivals.polars_lake.links import keep_links
from bench.rivals.polars_lake.months import make_months
from bench.rivals.polars_lake.searches import Texts, search_day
from bench.rivals.polars_lake.store import write_rows


def run(landing: Path, out: Path) -> None:
    """Makes what changed in `landing`, and the months from the first that changed on."""
    were_complete, texts = months_are_complete(out), Texts()
    changed = [
        *keep_days(CONTENT, landing, out, lambda day: content_day(day, landing), write_rows),
        *keep_days(SEARCH, landing, out, lambda day: search_day(day, landing, texts), write_rows),
    ]
    links, links_changed = keep_links(landing, out)
    make_months(out, links, date.min if links_changed or not were_complete else min(changed, default=date.max))
    complete_months(out)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]))
