"""What a day costs inside its steps: reading, handing over, rules, groups, encoding, committing; CPU and wall clock of each.

    python bench/inside.py --days 1 --rows 1600000

A lake of the first days is made first. Then, in this process, each work on one of its days is done alone, three times: the
least CPU and the shortest time count. A row has the work of the rows above it of the same table too, so what it adds is the
difference; `all` is from the inputs in the lake to the commit.
"""

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from contenders import ROOT
from measure import measure
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from report import write
from zones import landed, new_folders

from c360_assets.cleaning import clean_content, clean_search, content_rules, ledger_content, quarantine_content
from c360_assets.cleaning import search_rules as of_searches
from c360_assets.contracts.table import Table
from c360_assets.landing import raw_content, raw_search
from c360_assets.landing.source import read_landed
from c360_assets.reference.model import Reference, load_reference
from resources.engine.session import Engine, stop_engine
from resources.lake.tables import Lake
from resources.landing.layout import Piece
from resources.landing.source import read_piece
from resources.landing.zone import LandingZone

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
        reference = self._reference
        delivery = self._landing.day(raw_content.LAYOUT.folder, self._date)
        assert delivery is not None  # the newest of those that landed
        pieces = delivery.pieces()
        frame = read_landed(self._session, raw_content.LAYOUT, pieces)
        landed_in = raw_content.TABLE
        yield landed_in.name, "reading and parsing, on one core", lambda: _read(pieces)
        yield landed_in.name, "handing over to the engine", lambda: _computed(frame)
        yield landed_in.name, "encoding and committing", lambda: self._written(landed_in, frame, is_whole=True)
        raw, quarantine, clean = map(self._read, (landed_in, quarantine_content.TABLE, clean_content.TABLE))
        rows = clean_content.clean(raw, reference)
        table = clean_content.TABLE
        yield table.name, "decoding raw", lambda: _computed(raw)
        yield table.name, "rules", lambda: _computed(content_rules.with_reason(raw, reference))
        yield table.name, "telling records apart", lambda: _computed(content_rules.accepted_records(raw, reference))
        yield table.name, "names, sums, and the cap of a device's day", lambda: _computed(rows)
        yield table.name, "encoding and committing", lambda: self._written(table, rows)
        refused = quarantine_content.quarantine(raw, reference)
        yield quarantine_content.TABLE.name, "all", lambda: self._written(quarantine_content.TABLE, refused)
        books = ledger_content.balance(raw, quarantine, clean, reference)
        yield ledger_content.TABLE.name, "all", lambda: self._written(ledger_content.TABLE, books)
        nothing = refused.where(F.lit(False))
        yield (
            "any",
            "a commit of no rows",
            lambda: self._to.write(quarantine_content.TABLE, self._date, nothing, "bench"),
        )

    def _search_works(self) -> Iterator[tuple[str, str, Work]]:
        table, raw = clean_search.TABLE, self._read(raw_search.TABLE)
        rows = clean_search.clean(raw, self._reference)
        yield table.name, "decoding raw", lambda: _computed(raw)
        yield table.name, "rules", lambda: _computed(of_searches.with_reason(raw, self._reference))
        yield table.name, "telling searches apart", lambda: _computed(of_searches.accepted_events(raw, self._reference))
        yield table.name, "masks, keys, clocks, plans", lambda: _computed(rows)
        yield table.name, "encoding and committing", lambda: self._written(table, rows)

    def _read(self, table: Table) -> DataFrame:
        return self._from.read(table, self._date, self._date)

    def _written(self, table: Table, frame: DataFrame, is_whole: bool = False) -> None:
        _require(self._to.write(table, self._date, frame, "bench", is_whole=is_whole).partition_rows)


def _read(pieces: Sequence[Piece]) -> None:
    _require(sum(len(batch) for piece in pieces for batch in read_piece(raw_content.LAYOUT, piece)))


def _computed(frame: DataFrame) -> None:
    """Has the engine compute every column of every row, and give next to nothing back.

    Of each value something is computed: the greatest value alone might be taken from a file's statistics.
    """
    looks = [
        F.max(F.octet_length(name) if kind == "string" else F.hash(name)).alias(name) for name, kind in frame.dtypes
    ]
    _require(frame.agg(F.count(F.lit(1)), *looks).collect()[0][0])


def _require(rows: int) -> None:
    """Raises ValueError where there was nothing to work on: its cost would say nothing."""
    if not rows:
        raise ValueError("There are no rows in this work: take more rows a day.")


def _cost(work: Work) -> tuple[float, float]:
    """CPU seconds of this process, which the engine runs in, and seconds on the clock."""
    best_cpu = best_wall = float("inf")
    for _ in range(_TIMES):
        began, used = time.perf_counter(), time.process_time()
        work()
        best_cpu = min(best_cpu, time.process_time() - used)
        best_wall = min(best_wall, time.perf_counter() - began)
    return best_cpu, best_wall


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
