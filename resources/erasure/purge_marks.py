"""Marks of purges: when an erasure has last purged a table, as a property in the table's own log.

Later commits keep the mark, whoever makes them. Receipts name all marks that a lake has ever given, so a copy is known by
its mark: an earlier one, none, or one that another lake has given. A table that is made anew gets the last mark of all:
it is made of what the erasure has left.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from deltalake import CommitProperties, DeltaTable

from resources.erasure.receipt_files import receipts_in

PURGED_AT = "c360.purgedAt"


def time_of_purge(lake: str) -> str:
    """The time for the mark of a purge that begins: now, or just after the last mark if another clock is ahead."""
    now = datetime.now(UTC)
    with suppress(ValueError):
        now = max(now, datetime.fromisoformat(_last(lake)) + timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")


def mark_purged(lake: str, table: str, at: str, message: str) -> None:
    """Marks a table with the time at which it is purged, in one commit."""
    delta = DeltaTable(f"{lake.rstrip('/')}/{table}")
    properties = CommitProperties(custom_metadata={"userMetadata": message})
    delta.alter.set_table_properties({PURGED_AT: at}, raise_if_not_exists=False, commit_properties=properties)


def mark_of_new_table(lake: str) -> dict[str, str]:
    """The property with which a table is created; none in a lake that was never purged."""
    last = _last(lake)
    return {PURGED_AT: last} if last else {}


def mark_of(delta: DeltaTable) -> str:
    """The mark of a table, empty if it has none."""
    return str(delta.metadata().configuration.get(PURGED_AT) or "")


def _last(lake: str) -> str:
    return max((at for receipt in receipts_in(lake) for at in receipt.marks), default="")
