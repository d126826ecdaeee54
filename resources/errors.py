"""The errors of this project: each says what happened, where, and what to do, and how a command ends that meets it.

They may cross the engine, which gives back text only: `resources/engine/failures.py` encodes and decodes them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from resources.harmless import one_line


@dataclass(frozen=True)
class Where:
    """The place of an error, as far as it is known: a file and its line, a table, its partition and column."""

    file: str | None = None
    line: int | None = None
    table: str | None = None
    partition: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        """What a message begins with: the file and its line, otherwise the table.

        A partition is named by whoever reports several of them.
        """
        if self.file is None:
            return self.table or ""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class C360Error(Exception):
    """Something that a user can read and act on.

    `what` happened and the `remedy` become one message, after the place. A remedy that begins with a capital letter is
    a sentence of its own; any other follows a colon. Names of files may hold line feeds: the message is one line.
    """

    exit_status = 1
    """How a command ends that meets this error: 1, or 2 where its words or settings have to change."""

    def __init__(self, what: str, remedy: str = "", where: Where | None = None) -> None:
        super().__init__(what, remedy, where)
        self.what, self.remedy, self.where = what, remedy, where or Where()

    def __str__(self) -> str:
        place = f"{self.where}: " if str(self.where) else ""
        if not self.remedy:
            return one_line(f"{place}{self.what}")
        return one_line(f"{place}{self.what}{'.' if self.remedy[0].isupper() else ':'} {self.remedy}")

    def at(self, **place: Any) -> Self:
        """The same error with what is known of its place beside what it knows itself."""
        known = {name: value for name, value in asdict(self.where).items() if value is not None}
        return type(self)(self.what, self.remedy, replace(Where(**place), **known))


class LandingError(C360Error):
    """A landed file that can't be read."""


class ReaderError(C360Error):
    """A reader of landed files that broke off for no fault of the file that is known."""


class ContractError(C360Error):
    """A frame or a table in the lake that is not as its contract says."""


class InputNotReady(C360Error):
    """What a partition is made from is missing or did not pass a check."""


class InputChanged(C360Error):
    """What a partition is made from is not what was committed."""


class ErasuresChanged(InputChanged):
    """Somebody was erased while a partition was made, so it may hold them. `commit` is the version that it was made in."""

    commit: int | None = None


class UnknownSchema(C360Error):
    """A file in the lake that a later release wrote."""


class CommitConflict(C360Error):
    """Other writers changed a table at the same time, again and again."""


class DiskFull(C360Error):
    """No space is left where the lake is."""


class LakeNotWritable(C360Error):
    """A lake that this user or this machine may not write."""


class EngineError(C360Error):
    """The engine can't start, or can't do its work safely."""


class UnexpectedError(C360Error):
    """Any other error, in the one line that says most."""


class LocationError(C360Error):
    """A path or URI that leads nowhere."""


class SampleRefused(C360Error):
    """A sample that can't be written as asked."""


class BadReference(C360Error):
    """Reference data that can't be used."""


class BadSetting(C360Error):
    """A setting that can't be used; names the variable and what it takes."""

    exit_status = 2


class ErasureKeyRefused(C360Error):
    """An erasure key that is missing, or is not the one that the lake's erasures were made with."""

    exit_status = 2


class ErasuresLost(C360Error):
    """A list of erasures that no longer has all who were erased, or a table from before an erasure."""


class NoSuchVersion(C360Error):
    """A table or version to compare that does not exist."""

    exit_status = 2


class UnknownCustomer(C360Error):
    """A customer that the lake does not hold."""


class TooManyRecords(C360Error):
    """A customer with more landed records than an explanation can list."""


class ErasureRefused(C360Error):
    """An erasure that can't be carried out now."""


class LakeInUse(C360Error):
    """Another erasure, upkeep or restore of the lake is in progress."""


class NotRewritable(C360Error):
    """A landed file that can't be written again without some of its records."""


class ExportRefused(C360Error):
    """An export that can't be made from the lake as it is."""


class ExportNotUnderstood(C360Error):
    """An export of an unknown audience, column or format."""

    exit_status = 2


class QueryFailed(C360Error):
    """A query that was understood, and could not be answered."""


class QueryNotUnderstood(C360Error):
    """A query that can't be run as it is written."""

    exit_status = 2


class NotACustomersFile(C360Error):
    """A file of customers to erase that is not text."""

    exit_status = 2


class NotAReceipt(C360Error):
    """A file that is not a receipt, or was changed."""

    exit_status = 2


class NotRestorable(C360Error):
    """A version that a table can't be put back to."""

    exit_status = 2


class RetentionTooShort(C360Error):
    """A retention that would take files away that somebody still uses."""

    exit_status = 2


def group_by_cause(failed: Mapping[str, str]) -> str:
    """Which partitions failed and why; partitions with the same cause stand together."""
    keys_of: dict[str, list[str]] = {}
    for key, reason in failed.items():
        keys_of.setdefault(reason, []).append(key)
    return "; ".join(f"{_named(keys)}: {reason}" for reason, keys in keys_of.items())


def _named(keys: list[str]) -> str:
    if len(keys) <= 3:
        return ", ".join(keys)
    return f"{keys[0]} to {keys[-1]} ({len(keys)})"
