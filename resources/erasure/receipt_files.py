"""What can be read from receipts without the erasure key: the ids of erasures, as digests, and the tables purged."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resources.erasure.erasure_list import NAME
from resources.lake.damage import MALFORMED
from resources.locations import file_system, is_file

_NAME = re.compile(r".*/[^/*?\[]+\.json")


@dataclass(frozen=True)
class ReceiptContent:
    """One receipt: kinds and digests of its ids, whether the erasure is finished, and when it purged each table.

    `is_tombstoned` says that the records of the ids were looked for. `marks` are all times with which it has marked
    tables, or was about to.
    """

    receipt_id: str
    is_finished: bool
    is_tombstoned: bool
    ids: Sequence[tuple[str, str]]
    purged: Mapping[str, str]
    marks: frozenset[str]


def receipts_in(lake: str) -> Iterator[ReceiptContent]:
    """The receipts of a lake. A file that is not a receipt is left out."""
    store, root = file_system(lake)
    try:
        there = store.ls(f"{root.rstrip('/')}/{NAME}/_receipts", detail=True, refresh=True)
    except (FileNotFoundError, NotADirectoryError):
        return
    # fsspec takes names for patterns, and others may have put files there. Half of a receipt has another end.
    names = [str(one["name"]) for one in there if is_file(one) and _NAME.fullmatch(str(one["name"]))]
    texts = store.cat(names, on_error="omit") if names else {}  # an object store is asked for all of them at once
    for name in sorted(texts):
        with suppress(*MALFORMED):
            yield _content(json.loads(texts[name]))


def _content(receipt: Mapping[str, Any]) -> ReceiptContent:
    ids = [(str(one["kind"]), str(one["digest"])) for one in receipt["subjects"]]
    noted, given = receipt.get("purged"), receipt.get("marks")
    purged = dict(_times(noted.items() if isinstance(noted, dict) else ()))
    marks = dict(_times(enumerate(given) if isinstance(given, list) else ()))
    is_finished = bool(receipt.get("finished_at"))
    is_tombstoned = is_finished or bool(receipt.get("tombstoned"))
    all_marks = frozenset({*marks.values(), *purged.values()})
    return ReceiptContent(str(receipt["receipt_id"]), is_finished, is_tombstoned, ids, purged, all_marks)


def _times(noted: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    """The times that a receipt notes. What is damaged is left out: the ids of the receipt count nevertheless."""
    for name, at in noted:
        with suppress(*MALFORMED):
            yield str(name), datetime.fromisoformat(at).isoformat(timespec="microseconds")
