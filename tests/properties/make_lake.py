"""Makes a lake in a process of its own, in the time zone and the locale that its environment gives."""

import locale
import sys
import time
from pathlib import Path

from resources.engine.session import stop_engine
from tests.support.homes import home_at


def main(landing: str, lake: str) -> None:
    """Runs everything once; says in which zone and locale it did."""
    locale.setlocale(locale.LC_ALL, "")
    with home_at(Path(lake).parent, Path(landing)) as home:
        failed = home.run_directly().failed
    stop_engine()
    print(time.tzname[0], locale.getlocale()[0], failed)
    sys.exit(1 if failed else 0)
