"""Removes what a table keeps beside its newest version: earlier versions' files, its log, and what belongs to nothing."""

from dataclasses import dataclass

from deltalake import CommitProperties, DeltaTable

from c360_assets.maintenance.history import LOG
from c360_assets.maintenance.orphan_files import TableFolder, orphan_files
from c360_assets.maintenance.upkeep import record_held
from c360_assets.tables import TABLES
from resources.erasure.purge_marks import mark_purged
from resources.errors import ErasureRefused
from resources.lake.provenance import ProvenanceStore


@dataclass(frozen=True)
class Purged:
    """How many files and bytes were removed from a table."""

    table: str
    files: int
    bytes: int


def purge(lake: str, table: str, message: str, at: str) -> Purged:
    """Removes everything that only earlier versions of a table hold. They can't be read or restored afterwards.

    Marks the table with the time, `at`, by which a copy from before is known.

    Nobody else may be writing to the table, or reading an earlier version of it. Raises ErasureRefused for a table with
    a link in it: what that leads to would be removed too.
    """
    uri = f"{lake}/{table}"
    folder = TableFolder(uri)
    if (link := folder.link()) is not None:
        raise ErasureRefused(
            f"{table}/{link} is a link, and what it leads to would be removed too",
            "Take it away, and run the same command again.",
        )
    before = folder.files()
    mark_purged(lake, table, at, message)
    contract = TABLES.get(table)
    if contract:  # afterwards, no log tells that rows were only moved to other files
        record_held(lake, table, contract.partition_column)
    delta = DeltaTable(uri)
    properties = CommitProperties(custom_metadata={"userMetadata": message})
    delta.vacuum(0, dry_run=False, enforce_retention_duration=False, full=True, commit_properties=properties)
    delta = DeltaTable(uri)
    delta.create_checkpoint()
    newest = delta.version()
    files = folder.files()
    folder.remove([name for name in files if _is_older_log(name, newest)])
    folder.remove(orphan_files(folder.files(), 0))
    ProvenanceStore(lake).remove_put_aside(table)
    if contract:  # from here on, the log tells what moves
        record_held(lake, table, contract.partition_column)
    gone = before.keys() - folder.files().keys()
    return Purged(table, len(gone), sum(before[name].bytes for name in gone))


def _is_older_log(name: str, newest: int) -> bool:
    """Whether a file of the log describes only versions before the newest."""
    folder, _, file = name.partition("/")
    stem = file.lstrip(".")
    return folder == LOG and stem[:20].isdigit() and int(stem[:20]) < newest
