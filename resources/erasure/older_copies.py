"""Tables that were put back from a copy which is older than an erasure: the customer is in them again.

An erasure commits to a table that holds the customer, and notes in its receipt at which version it left each table. A
copy from before has the same id, and an earlier version.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from resources.erasure.receipt_files import PurgedTable, told_by_receipts
from resources.errors import ErasuresLost
from resources.lake.damage import MALFORMED

_REMEDY = (
    "Run `c360 erase` with --yes again for any erased customer: it compares all that these tables hold with the list, and "
    "removes their earlier versions."
)


def as_purged(lake: str, table: str, now: datetime) -> Mapping[str, str | int]:
    """What a receipt notes of a table that was purged just now."""
    delta = DeltaTable(f"{lake.rstrip('/')}/{table}")
    return {"id": str(delta.metadata().id), "version": delta.version(), "at": now.isoformat()}


def put_back(lake: str) -> list[str]:
    """The tables that are older than the last erasure that has purged them. One that was made anew has another id.

    A table that can't be opened is left out: whoever reads it says so.
    """
    purged = [pair for receipt in told_by_receipts(lake) for pair in receipt.purged.items()]
    last = {(table, one.table_id): one for table, one in sorted(purged, key=lambda pair: pair[1].at)}
    return sorted({table for (table, _), one in last.items() if _is_older(f"{lake.rstrip('/')}/{table}", one)})


def _is_older(uri: str, purged: PurgedTable) -> bool:
    with suppress(OSError, DeltaError, *MALFORMED):
        delta = DeltaTable(uri)
        return delta.version() < purged.version and str(delta.metadata().id) == purged.table_id
    return False


def older_than_an_erasure(tables: Sequence[str]) -> ErasuresLost:
    """The error that tables are older than an erasure: nothing may be made from them, or be committed to them."""
    verb = "was" if len(tables) == 1 else "were"
    return ErasuresLost(f"{', '.join(tables)} {verb} put back from a copy that is older than an erasure", _REMEDY)


def require_not_put_back(lake: str) -> None:
    """Raises ErasuresLost where a table was put back from a copy that is older than an erasure."""
    if tables := put_back(lake):
        raise older_than_an_erasure(tables)
