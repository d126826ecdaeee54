"""What a day costs inside its steps: reading, handing over, rules, groups, encoding, committing.

Each work on one day of a lake is done alone, in this process, three times: the least CPU and the shortest time count. A row
has the work of the rows above it of the same table too, so what it adds is the difference; `all` is from the inputs in the
lake to the commit.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bench.errors import NothingToMeasure
from c360_assets.cleaning import (
    clean_content,
    clean_search,
    content_rules,
    ledger_content,
    quarantine_content,
    search_rules,
)
from c360_assets.contracts.table import TableSpec
from c360_assets.landing import raw_content, raw_search
from c360_assets.reference.model import Reference, load_reference
from resources.engine.session import Engine, stop_engine
from resources.erasure.tombstones import with_tombstones
from resources.lake.tables import Lake
from resources.landing.delivery_reader import read_landed
from resources.landing.inspection import inspected
from resources.landing.layout import FileSplit
from resources.landing.source import read_split
from resources.landing.zone import LandingZone
from resources.settings import REFERENCE

Work = Callable[[], object]
TIMES = 3


def costs(landing: Path, lake: Path, target: Path) -> Iterator[tuple[str, str, float, float]]:
    """For each work on the newest day: its table, its name, CPU seconds and seconds on the clock.

    What is written goes to the lake at `target`. The engine is stopped at the end.
    """
    try:
        for table, name, work in _Day(LandingZone(str(landing)), str(lake), str(target)).works():
            yield table, name, *_cost(work)
    finally:
        stop_engine()


class _Day:
    """The newest day of a lake, and the works on it. What is written goes to another lake."""

    def __init__(self, landing: LandingZone, lake: str, target: str) -> None:
        engine = Engine()
        self._session = engine.session
        self._from, self._to = Lake(lake, engine), Lake(target, engine)
        self._landing = landing
        self._date = max(landing.days(raw_content.LAYOUT.folder).deliveries)
        self._reference: Reference = load_reference(REFERENCE)

    def works(self) -> Iterator[tuple[str, str, Work]]:
        """Each work after its table and its name."""
        yield from self._content_works()
        yield from self._search_works()

    def _content_works(self) -> Iterator[tuple[str, str, Work]]:
        reference = self._reference
        delivery = self._landing.day(raw_content.LAYOUT.folder, self._date)
        assert delivery is not None  # the newest of those that landed
        splits = inspected(raw_content.LAYOUT, delivery)
        landed = read_landed(self._session, raw_content.LAYOUT, splits)
        frame = with_tombstones(landed, raw_content.LAYOUT.erased_by, None)
        landed_in = raw_content.TABLE
        yield landed_in.name, "reading and parsing, on one core", lambda: _read(splits)
        yield landed_in.name, "handing over to the engine", lambda: _computed(frame)
        yield landed_in.name, "encoding and committing", lambda: self._written(landed_in, frame, keeps_every_row=True)
        raw, quarantine, clean = map(self._read, (landed_in, quarantine_content.TABLE, clean_content.TABLE))
        rows = clean_content.clean_content(raw, reference)
        table = clean_content.TABLE
        yield table.name, "decoding raw", lambda: _computed(raw)
        yield table.name, "rules", lambda: _computed(content_rules.with_reason(raw, reference))
        yield table.name, "telling records apart", lambda: _computed(content_rules.accepted_records(raw, reference))
        yield table.name, "names, sums, and the cap of a device's day", lambda: _computed(rows)
        yield table.name, "encoding and committing", lambda: self._written(table, rows)
        refused = quarantine_content.quarantine_content(raw, reference)
        yield quarantine_content.TABLE.name, "all", lambda: self._written(quarantine_content.TABLE, refused)
        ledger = ledger_content.ledger_content(raw, quarantine, clean, reference)
        yield ledger_content.TABLE.name, "all", lambda: self._written(ledger_content.TABLE, ledger)
        nothing = refused.where(F.lit(False))
        empty = quarantine_content.TABLE
        yield "any", "a commit of no rows", lambda: self._to.write(empty, self._date, nothing, "bench")

    def _search_works(self) -> Iterator[tuple[str, str, Work]]:
        table, raw = clean_search.TABLE, self._read(raw_search.TABLE)
        rows = clean_search.clean_search(raw, self._reference)
        yield table.name, "decoding raw", lambda: _computed(raw)
        yield table.name, "rules", lambda: _computed(search_rules.with_reason(raw, self._reference))
        yield (
            table.name,
            "telling searches apart",
            lambda: _computed(search_rules.accepted_events(raw, self._reference)),
        )
        yield table.name, "masks, keys, clocks, plans", lambda: _computed(rows)
        yield table.name, "encoding and committing", lambda: self._written(table, rows)

    def _read(self, table: TableSpec) -> DataFrame:
        return self._from.read(table, self._date, self._date)

    def _written(self, table: TableSpec, frame: DataFrame, keeps_every_row: bool = False) -> None:
        _require(self._to.write(table, self._date, frame, "bench", keeps_every_row=keeps_every_row).partition_rows)


def _read(splits: Sequence[FileSplit]) -> None:
    _require(sum(len(batch) for split in splits for batch in read_split(raw_content.LAYOUT, split)))


def _computed(frame: DataFrame) -> None:
    """Has the engine compute every column of every row, and give next to nothing back.

    Of each value something is computed: the greatest value alone might be taken from a file's statistics.
    """
    looks = [
        F.max(F.octet_length(name) if kind == "string" else F.hash(name)).alias(name) for name, kind in frame.dtypes
    ]
    _require(frame.agg(F.count(F.lit(1)), *looks).collect()[0][0])


def _require(rows: int) -> None:
    """Raises NothingToMeasure where there was nothing to work on: its cost would say nothing."""
    if not rows:
        raise NothingToMeasure("There are no rows in this work: take more rows per day.")


def _cost(work: Work) -> tuple[float, float]:
    """CPU seconds of this process, which the engine runs in, and seconds on the clock."""
    best_cpu = best_wall = float("inf")
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        work()
        best_cpu = min(best_cpu, time.process_time() - used)
        best_wall = min(best_wall, time.perf_counter() - began)
    return best_cpu, best_wall
