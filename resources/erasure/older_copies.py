"""Tables that were put back from a copy which is older than an erasure: the customer is in them again.

An erasure marks each table that it has purged with the time, in the table's properties, and notes the same in its
receipt. Later commits keep the mark, whoever makes them. A copy from before has an earlier mark, or none, as a table has
that was made anew; but that is younger. Erasures of releases before 0.2.0 have left no marks.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from deltalake import CommitProperties, DeltaTable
from deltalake.exceptions import DeltaError

from resources.erasure.receipt_files import ReceiptContent, receipts_in
from resources.errors import ErasuresLost
from resources.lake.damage import MALFORMED
from resources.threads import side_by_side

_PROPERTY = "c360.purgedAt"
_REMEDY = (
    "Run `c360 erase` with --yes again for any erased customer: it compares all that these tables hold with the list, and "
    "removes their earlier versions."
)
_READERS = 8


def time_of_purge(lake: str) -> str:
    """The time for the mark of a purge that begins: now, or just after the last mark if another clock is ahead."""
    now = datetime.now(UTC)
    last = max((at for receipt in receipts_in(lake) for at in receipt.purged.values()), default="")
    with suppress(ValueError):
        now = max(now, datetime.fromisoformat(last) + timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")


def mark_purged(lake: str, table: str, at: str, message: str) -> None:
    """Marks a table with the time at which it is purged, in one commit."""
    delta = DeltaTable(f"{lake.rstrip('/')}/{table}")
    properties = CommitProperties(custom_metadata={"userMetadata": message})
    delta.alter.set_table_properties({_PROPERTY: at}, raise_if_not_exists=False, commit_properties=properties)


def put_back(lake: str, receipts: Iterable[ReceiptContent] | None = None) -> list[str]:
    """The tables without the mark of the last erasure that has purged them, unless they were made anew since then.

    `receipts` are those of the lake, if they were read already. A table that can't be opened is left out: whoever reads it
    says so.
    """
    known = receipts_in(lake) if receipts is None else receipts
    noted = [pair for receipt in known for pair in receipt.purged.items()]
    last = dict(sorted(noted, key=lambda pair: pair[1]))
    older = side_by_side(lambda table: _is_older(f"{lake.rstrip('/')}/{table}", last[table]), last, _READERS)
    return sorted(table for table, is_older in zip(last, older, strict=True) if is_older)


def _is_older(uri: str, at: str) -> bool:
    with suppress(OSError, DeltaError, *MALFORMED):
        table = DeltaTable(uri).metadata()
        made = datetime.fromtimestamp((table.created_time or 0) / 1000, UTC)
        return str(table.configuration.get(_PROPERTY) or "") < at and made <= datetime.fromisoformat(at)
    return False


def older_than_an_erasure(tables: Iterable[str]) -> ErasuresLost:
    """The error that tables are older than an erasure: nothing may be made from them, or be committed to them."""
    names = list(tables)
    verb = "was" if len(names) == 1 else "were"
    return ErasuresLost(f"{', '.join(names)} {verb} put back from a copy that is older than an erasure", _REMEDY)


def require_not_put_back(lake: str) -> None:
    """Raises ErasuresLost where a table was put back from a copy that is older than an erasure."""
    if tables := put_back(lake):
        raise older_than_an_erasure(tables)
