"""Whether the list of erasures has lost entries, as a table that was cut off or put back from an older copy has.

Whoever is no longer on it would come back with the next landed file. Two things still tell: receipts of finished erasures
have the digests of their ids, and each partition that was made from landed files names the list that it was compared with.

A table that was put back from a copy which is older than an erasure is the same loss from the other side
(resources/erasure/older_copies.py).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

from resources.erasure.erasure_list import NAME, Erasure, ErasureList, Listed, fingerprint_of
from resources.erasure.older_copies import PutBack, put_back
from resources.erasure.receipt_files import receipts_in
from resources.errors import ErasuresLost
from resources.lake.provenance import Item, ProvenanceStore

REMEDY = (
    f"Put the folder `{NAME}` of the lake back as it was. If there is no copy, run `c360 erase` with --yes again for all "
    "customers who are missing from the list, with --accept-lost if it is refused: it also takes the ids from receipts."
)
_FINGERPRINT = re.compile("[0-9a-f]{32}")
_AT_ONCE = 3
"""Erasures that may have been begun at about the same time, and were listed in another order."""


@dataclass(frozen=True)
class Traces:
    """What lists of erasures have left behind: ids of finished erasures, and partitions by the fingerprint that they name.

    They have to be read before the list that they are compared with: it may grow meanwhile. `put_back` are the tables
    whose marks are not those of their last purge.
    """

    finished: frozenset[tuple[str, str]]
    named: Mapping[str, Sequence[Item]]
    put_back: PutBack = field(default_factory=PutBack)


def traces_of(lake: str, tables: Iterable[str]) -> Traces:
    """The traces in a lake. `tables` are those that are made from landed files."""
    named: dict[str, list[Item]] = {}
    store = ProvenanceStore(lake)
    for table in tables:
        for partition, provenance in store.read(table).items():
            if _FINGERPRINT.fullmatch(provenance.erased):  # anything else is damage
                named.setdefault(provenance.erased, []).append((table, partition))
    receipts = list(receipts_in(lake))
    finished = chain.from_iterable(receipt.ids for receipt in receipts if receipt.is_finished)
    return Traces(frozenset(finished), named, put_back(lake, receipts))


def lost(traces: Traces, entries: Sequence[Erasure]) -> ErasuresLost | None:
    """What has been lost of erasures, as an error that names nobody; None if nothing is known to be lost."""
    if what := _lost_from_list(traces, entries):
        return ErasuresLost(what, REMEDY)
    return traces.put_back.error


def _lost_from_list(traces: Traces, entries: Sequence[Erasure]) -> str | None:
    """What the list has lost, in a sentence that names nobody; None if nothing is known to be lost."""
    missing = len(traces.finished - {(one.kind, one.digest) for one in entries})
    if missing:
        ids = "1 id of finished erasures is" if missing == 1 else f"{missing:,} ids of finished erasures are"
        return f"the list of erasures has lost entries: {ids} not on it"
    for table, partition in doubtful(traces, entries):
        place = f"{table} {partition}" if partition else table
        return f"the list of erasures has lost entries: {place} was compared with one that had others"
    return None


def doubtful(traces: Traces, entries: Sequence[Erasure]) -> list[Item]:
    """The partitions that name a list which this one has never been."""
    unknown = dict(traces.named)
    for known in _earlier(entries):
        if not unknown:
            break
        unknown.pop(known, None)
    return sorted(chain.from_iterable(unknown.values()), key=str)


def whole_list(erasures: ErasureList, traces: Callable[[], Traces], known: str | None) -> Listed:
    """The list as it is now. One with the fingerprint that is `known` is not compared with its traces again.

    Raises ErasuresLost where it has lost entries, or a table was put back from a copy that is older than an erasure;
    ErasureKeyRefused without its key.
    """
    listed = erasures.listed()
    if listed.fingerprint != known:
        left = traces()
        if found := lost(left, erasures.entries()):
            raise found
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
