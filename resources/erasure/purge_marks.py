"""Marks of purges: when an erasure has last purged a table, as a property in the table's own log.

Later commits keep the mark, whoever makes them. Receipts name all marks that a lake has ever given, so a copy is known by
its mark: an earlier one, none, or one that another lake has given. A table that is made anew gets the last mark of all:
it is made of what the erasure has left. The mark also says up to which version commits were removed: a copy that was laid
over the table, file by file, has some of them.
"""

import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from deltalake import CommitProperties, DeltaTable

from resources.erasure.receipt_files import receipts_in
from resources.lake.contents import CommitLog

PURGED_AT = "c360.purgedAt"
_PURGED_TO = "c360.purgedToVersion"


def time_of_purge(lake: str) -> str:
    """The time for the mark of a purge that begins: now, or just after the last mark if another clock is ahead."""
    now = datetime.now(UTC)
    with suppress(ValueError, TypeError, OverflowError):  # no mark, or one that nothing can come after
        now = max(now, datetime.fromisoformat(_last(lake)) + timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")


def mark_purged(lake: str, table: str, at: str, message: str) -> None:
    """Marks a table with the time at which it is purged, in one commit."""
    delta = DeltaTable(f"{lake.rstrip('/')}/{table}")
    properties = CommitProperties(custom_metadata={"userMetadata": message})
    mark = {PURGED_AT: at, _PURGED_TO: str(delta.version())}
    delta.alter.set_table_properties(mark, raise_if_not_exists=False, commit_properties=properties)


def mark_of_new_table(lake: str) -> dict[str, str]:
    """The property with which a table is created; none in a lake that was never purged."""
    last = _last(lake)
    return {PURGED_AT: last} if last else {}


def mark_of(delta: DeltaTable) -> str:
    """The mark of a table, empty if it has none."""
    return str(delta.metadata().configuration.get(PURGED_AT) or "")


def mark_properties(delta: DeltaTable) -> dict[str, str]:
    """The properties that are a table's mark, for one that takes its place."""
    return {name: text for name, text in delta.metadata().configuration.items() if name in (PURGED_AT, _PURGED_TO)}


def has_purged_commits(uri: str, delta: DeltaTable) -> bool:
    """Whether the log of a table that was purged has commits from before."""
    purged_to = str(delta.metadata().configuration.get(_PURGED_TO) or "")
    return purged_to.isdecimal() and min(CommitLog(uri, None).versions, default=sys.maxsize) <= int(purged_to)


def _last(lake: str) -> str:
    return max((at for receipt in receipts_in(lake) for at in receipt.marks), default="")
