"""What receipts tell without the erasure key: the ids of erasures, as digests, and the tables that were purged."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from resources.erasure.erasure_list import NAME
from resources.lake.damage import MALFORMED
from resources.locations import file_system, is_file


@dataclass(frozen=True)
class PurgedTable:
    """A table as an erasure left it: its id in Delta's log, its version, and when."""

    table_id: str
    version: int
    at: str


@dataclass(frozen=True)
class Told:
    """What one receipt tells: kinds and digests of ids, whether the erasure is finished, and the tables that it purged."""

    is_finished: bool
    ids: Sequence[tuple[str, str]]
    purged: Mapping[str, PurgedTable]


def told_by_receipts(lake: str) -> Iterator[Told]:
    """What each receipt of a lake tells. A file that is not a receipt is left out."""
    store, root = file_system(lake)
    try:
        there = store.ls(f"{root.rstrip('/')}/{NAME}/_receipts", detail=True, refresh=True)
    except (FileNotFoundError, NotADirectoryError):
        return
    for info in there:
        with suppress(OSError, *MALFORMED):
            if is_file(info):
                yield _told(json.loads(store.cat_file(info["name"])))


def _told(receipt: Mapping[str, Any]) -> Told:
    purged = {
        str(table): PurgedTable(str(one["id"]), int(one["version"]), str(one["at"]))
        for table, one in receipt.get("purged", {}).items()
    }
    ids = [(str(one["kind"]), str(one["digest"])) for one in receipt["subjects"]]
    return Told(bool(receipt.get("finished_at")), ids, purged)
