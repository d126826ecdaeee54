"""Which two versions of a table to compare, and in which of its partitions they can differ."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from c360_assets.contracts.months import month_of
from c360_assets.contracts.table import TableSpec
from resources.errors import NoSuchVersion, Where
from resources.lake.contents import CommitLog, contents, data_files, readable_table
from resources.locations import file_system


@dataclass(frozen=True)
class Versions:
    """Two versions of a table, and the partitions whose files are not the same in both, with digests of those files."""

    table: TableSpec
    before: DeltaTable
    after: DeltaTable
    partitions: tuple[date | None, ...]
    digests: Mapping[date | None, tuple[str | None, str | None]]


def compared(lake: str, table: TableSpec, first: int | None, last: int | None, month: date | None) -> Versions:
    """The versions from first to last. By default: the newest that changed rows (of the month), and the one before it.

    Raises NoSuchVersion if the table or a version is not there, its log no longer reaches back to it, or its data files are
    gone.
    """
    uri, where = f"{lake}/{table.name}", Where(table=table.name)
    try:
        newest = DeltaTable(uri).version() if last is None else last
        if first is None:
            newest = newest if last is not None else _last_change(uri, table, newest, month)
            first = newest - 1
        if first < 0 or first > newest:
            raise NoSuchVersion(f"has no version before {newest} to compare with", "See c360 history.", where)
        before, after = (readable_table(uri, version) for version in (first, newest))
    except TableNotFoundError:
        raise NoSuchVersion(f"is not in {lake}", "run `c360 run` first.", where) from None
    except DeltaError:
        raise NoSuchVersion(
            "a version can't be read: its log is gone, or it never was", "See c360 history.", where
        ) from None
    ours, theirs = (contents(delta, table.partition_column) for delta in (before, after))
    differing = [one for one in {*ours, *theirs} if ours.get(one) != theirs.get(one) and _is_in(one, month)]
    for delta in (before, after):
        _require_files(uri, table, delta, differing)
    digests = {one: (ours.get(one), theirs.get(one)) for one in differing}
    return Versions(table, before, after, tuple(sorted(differing, key=lambda day: day or date.min)), digests)


def _require_files(uri: str, table: TableSpec, delta: DeltaTable, partitions: Collection[date | None]) -> None:
    """Raises NoSuchVersion where files of an earlier version are gone: upkeep removes those that are long out of use."""
    if delta.version() == DeltaTable(uri).version():
        return
    store, root = file_system(uri)
    files = data_files(delta, table.partition_column)
    gone = sum(not store.exists(f"{root}/{path}") for partition, path, _ in files if partition in partitions)
    if gone:
        raise NoSuchVersion(
            f"version {delta.version()} can't be compared any more: {gone:,} of its data files are gone, as upkeep removes them",
            "See c360 history for those that can be restored.",
            Where(table=table.name),
        )


def _is_in(partition: date | None, month: date | None) -> bool:
    return month is None or partition is None or month_of(partition) == month


def _last_change(uri: str, table: TableSpec, newest: int, month: date | None) -> int:
    """The newest version that changed rows, of a month if one is given; the newest of all if none is found."""
    log = CommitLog(uri, table.partition_column)
    for version in range(newest, 0, -1):
        commit = log.commit(version)
        if commit is None:
            break
        if any(_is_in(partition, month) for partition in commit.partitions):
            return version
    return newest
