"""Restores a table to an earlier version, and records in provenance which partitions are no longer what was made.

The provenance of a restored partition has a version that no partition can get. So the next run makes the partition again
from what landed, and says so. Only a raw day for which nothing is left in the landing zone stays as restored, and what
depends on it is made from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote
from uuid import uuid4

from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import CommitFailedError

from c360_assets.contracts.raw_reads import succeeding
from c360_assets.maintenance.history import Version, files_of, history
from c360_assets.planning.reach import days_used, earlier_days, reads_used
from c360_assets.tables import TABLES
from resources.engine.failures import full_disks_named
from resources.erasure.erasure_list import UNCOMPARED, ErasureList
from resources.erasure.older_copies import require_not_put_back
from resources.errors import NotRestorable
from resources.lake.contents import NO_FILES, contents, lost_files
from resources.lake.lock import only_maintenance
from resources.lake.provenance import Item, Provenance, ProvenanceStore

RESTORED = "restored to version "
"""How the data version of a restored partition begins."""


@dataclass(frozen=True)
class Difference:
    """A partition whose files differ between two versions of a table, with its rows in each."""

    partition: date | None
    rows_now: int
    rows_then: int


def differences(uri: str, column: str | None, version: int, table: DeltaTable | None = None) -> list[Difference]:
    """The partitions that a restore of the table (as it is now, if not given) to a version would change, in order.

    Those of which provenance tells nothing, or something else, are among them: a restore records them as they are then. So
    are those of the newest version whose files are gone: its restore accepts that.

    Raises NotRestorable if there is no such version, if files of an earlier one are gone, or those of the newest damaged.
    """
    found = {one.number: one for one in history(uri, column)}
    if version not in found:
        raise NotRestorable(f"no version {version}", f"there are {min(found)} to {max(found)} (c360 history).")
    erased = max((one.erased_at for one in ErasureList(uri.rpartition("/")[0], None).entries()), default=None)
    if erased and found[version].when < erased and not _stands(found, version):
        raise NotRestorable(
            f"version {version} is from before an erasure", "Choose a later version: what was erased stays erased."
        )
    if not found[version].is_restorable and not _stands(found, version):
        raise NotRestorable(
            f"{found[version].missing} data files of version {version} are gone: upkeep removed what was out of use "
            "for longer than its retention",
            "Choose a version that can be restored (c360 history).",
        )
    delta = table or DeltaTable(uri)
    now = files_of(delta, column)
    earlier = DeltaTable(uri, version=version)
    then = files_of(earlier, column)
    if _stands(found, version):  # what is lost is accepted as lost
        lost = _gone(uri, earlier, column)
        then = {path: held for path, held in then.items() if path not in lost}
    changed = {now.get(path, then.get(path, (None, 0)))[0] for path in now.keys() ^ then.keys()}
    changed |= _unrecorded(uri, column, delta if _stands(found, version) else earlier)
    return [
        Difference(partition, _rows(now.values(), partition), _rows(then.values(), partition))
        for partition in sorted(changed, key=lambda day: day or date.min)
    ]


def _stands(versions: Mapping[int, Version], version: int) -> bool:
    """Whether a version is the newest, but for restores to itself: one of them may have been stopped."""
    return all(one.why == _message(version) for number, one in versions.items() if number > version)


def _message(version: int) -> str:
    return f"c360 restore --version {version}"


def _unrecorded(uri: str, column: str | None, table: DeltaTable) -> set[date | None]:
    """The partitions of a version of which provenance tells nothing, another content, or a restore that was stopped.

    Also the days that other tables were made from and of which this version and provenance know nothing: they are recorded
    as empty, so that those tables are made again. And those that hold an earlier delivery than what others were made from.
    """
    lake, _, name = uri.rpartition("/")
    provenances = ProvenanceStore(lake)
    tables = {table: provenances.read(table) for table in TABLES}
    recorded, held = tables[name], contents(table, column)
    unknown = {one for one in held if one not in recorded or not _tells_of(recorded[one], held[one])}
    return unknown.union(earlier_days(name, provenances, tables), days_used(name, tables) - recorded.keys())


def _tells_of(recorded: Provenance, content: str) -> bool:
    """Whether provenance may be of this content. A restore that was not stopped has recorded it; other work may not have."""
    return recorded.content == content or not (recorded.content or recorded.data_version.startswith(RESTORED))


def restore(lake: str, table: str, column: str | None, version: int) -> list[Difference]:
    """Restores a table to a version, in one commit, and returns the partitions that changed.

    Provenance is written before and after: if this is stopped in between, no partition passes for what it is not.
    Raises NotRestorable, too, if another writer was faster; then nothing was restored. Raises LakeInUse while an erasure,
    upkeep or another restore is in progress; ErasuresLost where a table is older than an erasure;
    DiskFull and LakeNotWritable.
    """
    with full_disks_named(), only_maintenance(lake):
        require_not_put_back(lake)
        return _restore(lake, table, column, version)


def _restore(lake: str, table: str, column: str | None, version: int) -> list[Difference]:
    uri = f"{lake}/{table}"
    compared = DeltaTable(uri)  # what was compared is what is restored; a commit in between is a conflict
    changed = differences(uri, column, version, compared)
    if not changed:
        return []
    _record(lake, table, changed, version)
    if not _stands({one.number: one for one in history(uri, column)}, version):
        _put_back(compared, version)
    elif _gone(uri, compared, column):
        _put_back(compared, None)
    _record(lake, table, changed, version, compared.version(), contents(compared, column))
    return changed


def _put_back(table: DeltaTable, version: int | None) -> None:
    """Restores a table to a version; without one, takes the files out of it that are gone."""
    message = _message(table.version() if version is None else version)
    properties = CommitProperties(custom_metadata={"userMetadata": message}, max_commit_retries=0)
    try:
        if version is None:
            table.repair(commit_properties=properties)
        else:
            table.restore(version, commit_properties=properties)
    except CommitFailedError:
        raise NotRestorable(
            "another writer changed the table meanwhile: nothing was restored", "Run it again."
        ) from None


def _gone(uri: str, table: DeltaTable, column: str | None) -> set[str]:
    """The data files of a table that are gone.

    Raises NotRestorable for one that is there and is damaged: nobody has said that it may go.
    """
    if not (lost := lost_files(uri, table, column)):
        return set()
    gone = {unquote(path) for path in table.repair(dry_run=True)["files_removed"]}
    if damaged := sorted(lost.keys() - gone):
        raise NotRestorable(f"data file {damaged[0]} is damaged", "Move it away, and run the same command again.")
    return gone


def restored(provenances: ProvenanceStore, tables: Iterable[str]) -> set[Item]:
    """The partitions that are still as a restore left them."""
    return {
        (table, partition)
        for table in tables
        for partition, provenance in provenances.read(table).items()
        if provenance.data_version.startswith(RESTORED)
    }


def _record(
    lake: str,
    table: str,
    changed: Iterable[Difference],
    version: int,
    commit: int | None = None,
    held: Mapping[date | None, str] | None = None,
) -> None:
    """Records partitions as restored: with what they hold, once they do, so that a change by others is noticed.

    Before the commit it is not known what a partition will hold if this is stopped. So its data version is one that no
    other restore gives: what a run makes from it then is made again after the next restore. A raw day with rows may hold
    somebody who was erased, whoever has committed it: a run may have been overtaken by the erasure.
    """
    provenances, begun = ProvenanceStore(lake), f"begun {uuid4()}"
    used = reads_used(table, {name: provenances.read(name) for name in TABLES})
    listed = ErasureList(lake, None).fingerprint() if TABLES[table].lands else ""
    for one in changed:
        content = "" if held is None else held.get(one.partition, NO_FILES)
        data_version = f"{RESTORED}{version}: {content or begun}"
        erased = listed if content == NO_FILES or not listed else UNCOMPARED
        recorded = Provenance(data_version, one.rows_then, commit=commit, content=content, erased=erased)
        if TABLES[table].lands and one.partition:  # it is accepted as the last delivery
            before = (provenances.get(table, one.partition), provenances.before(table, one.partition))
            recorded = succeeding(recorded, before, used.get(one.partition, ()))
        provenances.write(table, one.partition, recorded)


def _rows(files: Iterable[tuple[date | None, int]], partition: date | None) -> int:
    return sum(rows for day, rows in files if day == partition)
