"""Tables that were put back from a copy which is older than an erasure: the customer is in them again.

An erasure marks each table that it purges (resources/erasure/purge_marks.py), and its receipt says with what. It says so
too of tables that the lake lacks at that time. Erasures of releases before 0.2.0 have left no marks.
"""

from collections.abc import Iterable
from contextlib import suppress

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from resources.erasure.purge_marks import has_purged_commits, mark_of
from resources.erasure.receipt_files import ReceiptContent, receipts_in
from resources.errors import ErasuresLost
from resources.lake.damage import MALFORMED
from resources.threads import side_by_side

_REMEDY = (
    "Run `c360 erase` with --yes again for any erased customer: it compares all that these tables hold with the list, and "
    "removes their earlier versions."
)
_READERS = 8


def put_back(lake: str, receipts: Iterable[ReceiptContent] | None = None) -> list[str]:
    """The tables whose mark is older than their last purge, or was not given by this lake, or that hold older commits, too.

    `receipts` are those of the lake, if they were read already. A table that can't be opened is left out: whoever reads it
    says so.
    """
    known = list(receipts_in(lake) if receipts is None else receipts)
    marks = frozenset(at for receipt in known for at in receipt.marks)
    last: dict[str, str] = {}
    for table, at in (pair for receipt in known for pair in receipt.purged.items()):
        last[table] = max(at, last.get(table, ""))

    def is_older(table: str) -> bool:
        with suppress(OSError, DeltaError, *MALFORMED):
            uri = f"{lake.rstrip('/')}/{table}"
            delta = DeltaTable(uri)
            mark = mark_of(delta)
            is_purged = mark == last[table]  # otherwise a purge is in progress, or was stopped
            return mark not in marks or mark < last[table] or (is_purged and has_purged_commits(uri, delta))
        return False

    found = side_by_side(is_older, last, _READERS)
    return sorted(table for table, older in zip(last, found, strict=True) if older)


def older_than_an_erasure(tables: Iterable[str]) -> ErasuresLost:
    """The error that tables were put back: nothing may be made from them, or be committed to them."""
    names = list(tables)
    verb = "was" if len(names) == 1 else "were"
    what = f"{', '.join(names)} {verb} put back from a copy that is older than an erasure, or from another lake"
    return ErasuresLost(what, _REMEDY)


def require_not_put_back(lake: str) -> None:
    """Raises ErasuresLost where a table was put back from a copy that is older than an erasure."""
    if tables := put_back(lake):
        raise older_than_an_erasure(tables)
