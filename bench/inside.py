"""What a day costs inside its steps: reading, handing over, rules, groups, encoding, committing; CPU and wall clock of each.

    python bench/inside.py --days 1 --rows 1600000

A lake of the first days is made first. Then, in this process, each work on one of its days is done alone, three times; the
quickest counts. A row has all the work of the rows above it in its block too, so what a row adds is the difference.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from contenders import ROOT
from measure import measure
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from report import write
from zones import landed, new_folders

from c360_assets.cleaning import clean_content, clean_search, content_rules, ledger_content, quarantine_content
from c360_assets.cleaning import search_rules as of_searches
from c360_assets.landing import raw_content, raw_search
from c360_assets.landing.source import read_landed
from c360_assets.reference import Reference, load_reference
from resources.delta import Lake
from resources.engine import Engine, stop_engine
from resources.landed_files.source import read_piece
from resources.landing_zone import LandingZone

Work = Callable[[], object]
_TIMES = 3


def main() -> int:
    """Writes the table."""
    parser = argparse.ArgumentParser(description="What a day costs inside its steps.")
    parser.add_argument("--days", type=int, default=1, help="days in the lake; the last one is looked at")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".bench")
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    asked.scratch = asked.scratch.resolve()
    with new_folders(asked.scratch) as folders:
        folders.land(landed(asked.scratch, "json", asked.days, asked.rows), asked.days)
        measure(folders.run, folders.environment, asked.scratch / "inside.log")
        target = asked.scratch / "inside-lake"
        try:
            bench = _Day(LandingZone(str(folders.landing)), str(folders.lake), str(target))
            found = [(table, name, *_cost(work)) for table, name, work in bench.works()]
        finally:
            stop_engine()
            shutil.rmtree(target, ignore_errors=True)
    lines = [
        f"One day of {asked.rows:,} content rows and {asked.rows // 20:,} searches, each work by itself, best of {_TIMES}.",
        *("", "| table | up to and with | CPU s | wall s |", "|---|---|--:|--:|"),
        *(f"| {table} | {name} | {cpu:.2f} | {wall:.2f} |" for table, name, cpu, wall in found),
    ]
    write(asked.results / f"inside-{asked.days}x{asked.rows}.md", lines)
    return 0


class _Day:
    """The last day of a lake, and what is done with it. What is written goes to another lake."""

    def __init__(self, landing: LandingZone, lake: str, target: str) -> None:
        engine = Engine()
        self._session = engine.session
        self._from, self._to = Lake(lake, engine), Lake(target, engine)
        self._landing = landing
        self._date = max(landing.days(raw_content.LAYOUT.folder).deliveries)
        self._reference: Reference = load_reference(ROOT / "data" / "reference")

    def works(self) -> Iterator[tuple[str, str, Work]]:
        """Each work with the table that it is done for, and a name."""
        yield from self._content_works()
        yield from self._search_works()

    def _content_works(self) -> Iterator[tuple[str, str, Work]]:
        reference, table = self._reference, raw_content.TABLE
        delivery = self._landing.day(raw_content.LAYOUT.folder, self._date)
        assert delivery is not None  # the newest of those that landed
        pieces = delivery.pieces()
        frame = read_landed(self._session, raw_content.LAYOUT, pieces)
        yield (
            table.name,
            "reading and parsing, on one core",
            lambda: [len(batch) for piece in pieces for batch in read_piece(raw_content.LAYOUT, piece)],
        )
        yield table.name, "handing over to the engine", lambda: _computed(frame)
        yield (
            table.name,
            "encoding and committing",
            lambda: self._to.write(raw_content.TABLE, self._date, frame, "bench", is_whole=True),
        )
        raw = self._from.read(table, self._date, self._date)
        quarantine = self._from.read(quarantine_content.TABLE, self._date, self._date)
        clean = self._from.read(clean_content.TABLE, self._date, self._date)
        rows = clean_content.clean(raw, reference)
        table = clean_content.TABLE
        yield table.name, "decoding raw", lambda: _computed(raw)
        yield table.name, "rules", lambda: _computed(content_rules.with_reason(raw, reference))
        yield table.name, "telling records apart", lambda: _computed(content_rules.accepted_records(raw, reference))
        yield table.name, "names, sums, and the cap of a device's day", lambda: _computed(rows)
        yield (
            table.name,
            "encoding and committing",
            lambda: self._to.write(clean_content.TABLE, self._date, rows, "bench"),
        )
        refused = quarantine_content.quarantine(raw, reference)
        yield (
            quarantine_content.TABLE.name,
            "all",
            lambda: self._to.write(quarantine_content.TABLE, self._date, refused, "bench"),
        )
        books = ledger_content.balance(raw, quarantine, clean, reference)
        yield ledger_content.TABLE.name, "all", lambda: self._to.write(ledger_content.TABLE, self._date, books, "bench")
        nothing = refused.where(F.lit(False))
        yield (
            "any",
            "a commit of no rows",
            lambda: self._to.write(quarantine_content.TABLE, self._date, nothing, "bench"),
        )

    def _search_works(self) -> Iterator[tuple[str, str, Work]]:
        table, raw = clean_search.TABLE, self._from.read(raw_search.TABLE, self._date, self._date)
        rows = clean_search.clean(raw, self._reference)
        yield table.name, "rules", lambda: _computed(of_searches.with_reason(raw, self._reference))
        yield table.name, "telling searches apart", lambda: _computed(of_searches.accepted_events(raw, self._reference))
        yield table.name, "masks, keys, clocks, plans", lambda: _computed(rows)
        yield table.name, "encoding and committing", lambda: self._to.write(table, self._date, rows, "bench")


def _computed(frame: DataFrame) -> None:
    """Has the engine compute every column of every row, and give next to nothing back."""
    lengths = [F.max(F.length(F.col(name).cast("string"))).alias(name) for name in frame.columns]
    frame.agg(*lengths).collect()


def _cost(work: Work) -> tuple[float, float]:
    """CPU seconds of this process, which the engine runs in, and seconds on the clock."""
    best_cpu = best_wall = float("inf")
    for _ in range(_TIMES):
        began, used = time.perf_counter(), sum(os.times()[:2])
        work()
        best_cpu = min(best_cpu, sum(os.times()[:2]) - used)
        best_wall = min(best_wall, time.perf_counter() - began)
    return best_cpu, best_wall


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
