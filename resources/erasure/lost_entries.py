"""Whether the list of erasures has lost entries, as a table that was cut off or put back from an older copy has.

Whoever is no longer on it would come back with the next landed file. Two things still tell: receipts of finished erasures
have the digests of their ids, and each partition that was made from landed files names the list that it was compared with.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby

from resources.erasure.erasure_list import NAME, Erasure, ErasureList, Listed, fingerprint_of
from resources.errors import ErasuresLost
from resources.lake.damage import MALFORMED
from resources.lake.provenance import ProvenanceStore
from resources.locations import file_system, is_file

REMEDY = (
    f"Put the folder `{NAME}` of the lake back as it was. If there is no copy, run `c360 erase` with --yes again for those "
    "customers: it also takes the ids from receipts."
)
_FINGERPRINT = re.compile("[0-9a-f]{32}")
_AT_ONCE = 3
"""Erasures that may have been begun at about the same time, and were listed in another order."""
Place = tuple[str, date | None]


@dataclass(frozen=True)
class Traces:
    """What lists of erasures have left behind: ids of finished erasures, and partitions by the fingerprint that they name.

    They have to be read before the list that they are compared with: it may grow meanwhile.
    """

    finished: frozenset[tuple[str, str]]
    named: Mapping[str, Sequence[Place]]


def traces_of(lake: str, tables: Iterable[str]) -> Traces:
    """The traces in a lake. `tables` are those that are made from landed files."""
    named: dict[str, list[Place]] = {}
    store = ProvenanceStore(lake)
    for table in tables:
        for partition, provenance in store.read(table).items():
            if _FINGERPRINT.fullmatch(provenance.erased):  # anything else is damage
                named.setdefault(provenance.erased, []).append((table, partition))
    return Traces(frozenset(_finished(lake)), named)


def lost(traces: Traces, entries: Sequence[Erasure]) -> str | None:
    """What the list has lost, in a sentence that names nobody; None if nothing is known to be lost."""
    missing = len(traces.finished - {(one.kind, one.digest) for one in entries})
    if missing:
        ids = "1 id of finished erasures is" if missing == 1 else f"{missing:,} ids of finished erasures are"
        return f"the list of erasures has lost entries: {ids} not on it"
    for table, partition in doubtful(traces, entries):
        place = f"{table} {partition}" if partition else table
        return f"the list of erasures has lost entries: {place} was compared with one that had others"
    return None


def doubtful(traces: Traces, entries: Sequence[Erasure]) -> list[Place]:
    """The partitions that name a list which this one has never been."""
    unknown = dict(traces.named)
    for known in _earlier(entries):
        if not unknown:
            break
        unknown.pop(known, None)
    return sorted(chain.from_iterable(unknown.values()), key=str)


def whole_list(erasures: ErasureList, traces: Callable[[], Traces], known: str | None) -> Listed:
    """The list as it is now. One with the fingerprint that is `known` is not compared with its traces again.

    Raises ErasuresLost where it has lost entries, ErasureKeyRefused without its key.
    """
    listed = erasures.listed()
    if listed.fingerprint != known:
        left = traces()
        if what := lost(left, erasures.entries()):
            raise ErasuresLost(what, REMEDY)
        listed = erasures.listed()
    return listed


def _earlier(entries: Sequence[Erasure]) -> Iterator[str]:
    """The fingerprints that a list of these entries may have had, that of now first."""
    ordered = sorted(entries, key=lambda one: (one.erased_at, one.receipt_id))
    added = [list(group) for _, group in groupby(ordered, key=lambda one: (one.erased_at, one.receipt_id))]
    counts = range(len(added), 0, -1)
    for count in counts:
        yield fingerprint_of(chain.from_iterable(added[:count]))
    for count in counts:
        for left_out in range(max(0, count - 1 - _AT_ONCE), count - 1):
            yield fingerprint_of(chain.from_iterable(added[:left_out] + added[left_out + 1 : count]))


def _finished(lake: str) -> Iterator[tuple[str, str]]:
    """The ids of finished erasures, as kinds and digests. What is not a receipt is left out."""
    store, root = file_system(lake)
    try:
        there = store.ls(f"{root.rstrip('/')}/{NAME}/_receipts", detail=True, refresh=True)
    except (FileNotFoundError, NotADirectoryError):
        return
    for info in there:
        with suppress(OSError, *MALFORMED):
            receipt = json.loads(store.cat_file(info["name"])) if is_file(info) else {}
            if receipt.get("finished_at"):
                yield from [(str(one["kind"]), str(one["digest"])) for one in receipt["subjects"]]
