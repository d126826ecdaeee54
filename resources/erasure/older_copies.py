"""Tables that were put back from a copy which is older than an erasure: the customer is in them again.

An erasure marks each table that it purges (resources/erasure/purge_marks.py), and its receipt says with what. It says so
too of tables that the lake lacks at that time.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from resources.erasure.erasure_list import NAME
from resources.erasure.purge_marks import has_purged_commits, mark_of
from resources.erasure.receipt_files import ReceiptContent, receipts_in
from resources.errors import ErasuresLost
from resources.lake.damage import MALFORMED
from resources.locations import file_system
from resources.threads import side_by_side

_OLDER = (
    "Run `c360 erase --again --yes`: it compares all that these tables hold with the list of erasures, and removes their "
    "earlier versions."
)
_UNKNOWN = (
    f"Put the folder `{NAME}` of the lake back as it was, or these tables if they are from another lake. If there is no copy, "
    "run `c360 erase` with --accept-lost and --yes for all customers who are missing from the list of erasures."
)
_READERS = 8


@dataclass(frozen=True)
class PutBack:
    """Tables that may hold somebody who was erased.

    `older` have the mark of an earlier purge than their last, none, or commits from before it. `unknown` have a mark that
    no receipt of the lake names: receipts are lost, or the table is from another lake.
    """

    older: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def tables(self) -> list[str]:
        """All of them."""
        return sorted({*self.older, *self.unknown})

    @property
    def error(self) -> ErasuresLost | None:
        """What to say of them: nothing may be made from them, or be committed to them. None if there are none."""
        if self.unknown:
            what, remedy = "last purged by an erasure that this lake has no receipt of", _UNKNOWN
        elif self.older:
            what, remedy = "put back from a copy that is older than an erasure", _OLDER
        else:
            return None
        tables = self.unknown or self.older
        return ErasuresLost(f"{', '.join(tables)} {'was' if len(tables) == 1 else 'were'} {what}", remedy)


def put_back(lake: str, receipts: Iterable[ReceiptContent] | None = None) -> PutBack:
    """The tables of a lake whose marks are not those of their last purge.

    `receipts` are those of the lake, if they were read already. A table that can't be opened is left out: whoever reads it
    says so.
    """
    found = _compared(lake, list(receipts_in(lake) if receipts is None else receipts))
    if not found.unknown:
        return found
    return _compared(lake, list(receipts_in(lake)))  # an erasure may be giving marks at this moment


def _compared(lake: str, receipts: Sequence[ReceiptContent]) -> PutBack:
    marks = frozenset(at for receipt in receipts for at in receipt.marks)
    last: dict[str, str] = {}
    for table, at in (pair for receipt in receipts for pair in receipt.purged.items()):
        last[table] = max(at, last.get(table, ""))

    def look(table: str) -> str | None:
        with suppress(OSError, DeltaError, *MALFORMED):
            uri = f"{lake.rstrip('/')}/{table}"
            delta = DeltaTable(uri)
            mark = mark_of(delta)
            if mark and mark not in marks:
                return "unknown"
            purged = last.get(table, "")
            is_purged = mark == purged  # otherwise a purge is in progress, or was stopped
            if mark < purged or (is_purged and has_purged_commits(uri, delta)):
                return "older"
        return None

    tables = sorted(last.keys() | _tables_in(lake))
    found = list(zip(tables, side_by_side(look, tables, _READERS), strict=True))
    older, unknown = (tuple(table for table, what in found if what == one) for one in ("older", "unknown"))
    return PutBack(older, unknown)


def _tables_in(lake: str) -> set[str]:
    """The tables of a lake that has had erasures: receipts may be lost. None of any other lake."""
    store, root = file_system(lake)
    if not store.exists(f"{root.rstrip('/')}/{NAME}"):
        return set()
    there = store.ls(root, detail=True, refresh=True)
    return {PurePosixPath(info["name"]).name for info in there if info["type"] == "directory"} - {NAME}


def require_not_put_back(lake: str) -> None:
    """Raises ErasuresLost where a table may hold somebody who was erased."""
    if error := put_back(lake).error:
        raise error
