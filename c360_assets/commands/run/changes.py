"""What a run changed in the months of customer360 that it made again, one line each. The rest is in `c360 diff`."""

from collections.abc import Iterator
from datetime import date

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from c360_assets.automation.profile_changes import MOST_CUSTOMERS
from c360_assets.changes.compare import PartitionChange, change_of
from c360_assets.changes.versions import compared
from c360_assets.commands.diff import heading
from c360_assets.maintenance.history import files_of
from c360_assets.profile.customer360 import TABLE
from resources.errors import NoSuchVersion

_SEGMENTS = ("user_type", "activeness", "clinginess", "lifecycle", "watch_trend", "rfm_group")
_MOVES = 3
"""How many transitions of a segment are named, the most frequent first."""


def profile_version(lake: str) -> int | None:
    """The newest version of customer360; None if there is none yet, or if it can't be read, which the plan reports."""
    try:
        return int(DeltaTable(f"{lake}/{TABLE.name}").version())
    except (DeltaError, OSError):
        return None


def lines_of_changes(lake: str, since: int | None) -> Iterator[str]:
    """A line for each month that had customers in a version of customer360 and was made again after it.

    None where that version is gone: an erasure or upkeep that ran beside the run has removed it.
    """
    if since is None or profile_version(lake) == since:
        return
    try:
        versions = compared(lake, TABLE, since, None, None)
    except NoSuchVersion:
        return
    sizes: dict[date | None, int] = {}
    for month, rows in files_of(versions.before, TABLE.partition_column).values():
        sizes[month] = sizes.get(month, 0) + rows
    for month in versions.partitions:
        if sizes.get(month) and month is not None:
            more = f"c360 diff {TABLE.name} --from {since} --month {month:%Y-%m}"
            if sizes[month] > MOST_CUSTOMERS:
                yield f"{month:%Y-%m} was made again; what changed: {more}"
                continue
            change = change_of(versions, month)
            if change.is_any:
                yield f"{heading(change, TABLE)}{_transitions(change)}; more: {more}"


def _transitions(change: PartitionChange) -> str:
    moved = {column.name: column.transitions for column in change.columns if column.name in _SEGMENTS}
    parts = [f"{name} {', '.join(_move(*one) for one in moves[:_MOVES])}" for name, moves in moved.items() if moves]
    return "".join(f"; {part}" for part in parts)


def _move(before: str | None, after: str | None, rows: int) -> str:
    return f"{before or 'none'} → {after or 'none'} {rows:,}"
