"""Finds days that were committed when somebody was erased already, and were compared with a list that lacks them.

A run takes such a commit back itself, unless it is killed first. And what others have committed is accepted by a restore,
which compares nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache, cached_property

from resources.erasure.erasure_list import UNCOMPARED, Erasure, fingerprint_of
from resources.lake.contents import CommitLog
from resources.lake.provenance import Provenance


class OvertakenDays:
    """Compares the list that a partition names with the list as it was when the partition was committed.

    Partitions that were committed before an entry name a list without it, and need not be made again: the erasure has looked
    into them. It has removed their commits from the log too, so one listing of the log is all that most of them cost. Those
    that name a list which this one never was are left as well: if entries are lost, their customers would come back.
    """

    def __init__(self, lake: str, entries: Iterable[Erasure]) -> None:
        self._lake = lake.rstrip("/")
        self._entries = sorted(entries, key=lambda one: one.erased_at)
        self._logs = cache(_Log)
        self._fingerprint = cache(lambda count: fingerprint_of(self._entries[:count]))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the list as it is now."""
        return self._fingerprint(len(self._entries))

    def has(self, table: str, column: str | None, partition: date | None, provenance: Provenance) -> bool:
        """Whether a partition may hold somebody who was erased before it was committed. `column` is the partitions'."""
        if provenance.erased == UNCOMPARED:
            return bool(self._entries)
        if provenance.commit is None or provenance.erased == self.fingerprint:
            return False
        when = self._logs(f"{self._lake}/{table}", column).when(provenance.commit, partition)
        if when is None:
            return False
        count = bisect_right(self._entries, when, key=lambda one: one.erased_at)
        if provenance.erased == self._fingerprint(count):
            return False
        return any(provenance.erased == self._fingerprint(fewer) for fewer in self._counts if fewer < count)

    @cached_property
    def _counts(self) -> list[int]:
        """How many entries the list had at each time, the newest first."""
        starts = [n for n, one in enumerate(self._entries) if n == 0 or one.erased_at != self._entries[n - 1].erased_at]
        return starts[::-1]


class _Log:
    """When the commits were made that a table's log still has."""

    def __init__(self, uri: str, column: str | None) -> None:
        self._commits = CommitLog(uri, column)

    def when(self, version: int, partition: date | None) -> datetime | None:
        """The time of a commit; None if it only moved a partition's rows, or if the log does not have it (any more)."""
        commit = self._commits.commit(version) if version in self._commits.versions else None
        return datetime.fromtimestamp(commit.when / 1000, UTC) if commit and partition in commit.partitions else None
