"""Why a partition was made again, as far as the logs of the tables say: which days landed between two of its commits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from c360_assets.changes.versions import Versions
from c360_assets.contracts.table import TableSpec
from resources.lake.contents import Commit, CommitLog
from resources.lake.damage import damage_named
from resources.lake.provenance import Item

_DAILY = {"raw_content": "content", "raw_search": "search"}
_LINKS = "identity_map"


@dataclass(frozen=True)
class Cause:
    """What was newly read between two commits of a partition: landed days of a log, or the identity links.

    `is_new` are days that the lake did not hold before. Without any, only rules, reference data or erasures can have
    changed, or the partition was made again on request, or after a change made outside Customer360, or by hand before an
    input that had changed. A day that was read again from the same files is not a cause.
    """

    new: tuple[tuple[str, date], ...] = ()
    again: tuple[tuple[str, date], ...] = ()
    links: bool = False
    by_another_hand: bool = False
    is_known: bool = True

    def __str__(self) -> str:
        if not self.is_known:
            return "unknown: the table's log no longer reaches back"
        parts = []
        if self.by_another_hand:
            parts.append("a commit that this project did not make")
        for title, days in (("landed new", self.new), ("landed again", self.again)):
            if days:
                parts.append(f"{title}: {', '.join(f'{log} {day}' for log, day in days)}")
        if self.links:
            parts.append("other identity links")
        others = "other rules or reference data, an erasure, or made again on request, or after its inputs"
        return "; ".join(parts) or f"no day landed in between: {others}"


def cause_of(lake: str, versions: Versions, partition: date | None) -> Cause:
    """Why a partition differs between the two versions."""
    table = versions.table
    log = CommitLog(f"{lake}/{table.name}", table.partition_column)
    since, until = (_made(log, partition, delta.version()) for delta in (versions.before, versions.after))
    if until is None:
        return Cause(is_known=False)
    if not until.is_ours:
        return Cause(by_another_hand=True)
    start = since.when if since else 0
    items = _made_from(table, partition)
    new: list[tuple[str, date]] = []
    again: list[tuple[str, date]] = []
    links = False
    for name in (*_DAILY, _LINKS):
        wanted = {day for of, day in items if of == name}
        found = _read_anew(lake, name, wanted, start, until.when)
        links |= name == _LINKS and bool(found)
        for day, held in sorted(found.items(), key=lambda pair: pair[0] or date.min):
            if day is not None:
                (again if held else new).append((_DAILY[name], day))
    return Cause(tuple(new), tuple(again), links)


def _made(log: CommitLog, partition: date | None, version: int) -> Commit | None:
    """The commit that made a partition as it is in a version."""
    for number in range(version, -1, -1):
        commit = log.commit(number)
        if commit is None:
            return None
        if partition in commit.partitions:
            return commit
    return None


def _made_from(table: TableSpec, partition: date | None) -> set[Item]:
    """The partitions of all tables that a partition is made from, itself included."""
    found: set[Item] = set()
    waiting: list[tuple[TableSpec, date | None]] = [(table, partition)]
    while waiting:
        spec, of = waiting.pop()
        if (spec.name, of) not in found:
            found.add((spec.name, of))
            waiting += [(one.table, needed) for one in spec.inputs for needed in one.partitions(spec, of)]
    return found


def _read_anew(lake: str, table: str, wanted: set[date | None], start: int, end: int) -> dict[date | None, bool]:
    """The wanted partitions that were made from other files after start and up to end; with whether they had been held."""
    found: dict[date | None, Commit] = {}
    earlier: dict[date | None, Commit] = {}
    for commit in _commits(lake, table):
        for partition in commit.partitions & wanted:
            if start < commit.when <= end:
                found.setdefault(partition, commit)
            elif commit.when <= start:
                earlier.setdefault(partition, commit)
        if commit.when <= start and found.keys() <= earlier.keys():
            break
    return {
        partition: partition in earlier
        for partition, commit in found.items()
        if partition not in earlier or earlier[partition].data_version != commit.data_version
    }


def _commits(lake: str, table: str) -> Iterator[Commit]:
    """A table's commits, newest first, as far as its log reaches."""
    uri = f"{lake}/{table}"
    try:
        with damage_named(table):
            newest = DeltaTable(uri).version()
    except TableNotFoundError:
        return
    log = CommitLog(uri, "log_date" if table in _DAILY else None)
    for version in range(newest, -1, -1):
        commit = log.commit(version)
        if commit is None:
            return
        yield commit
