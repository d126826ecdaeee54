"""Which reading of a raw day a partition was made from: by that, an older copy of a raw table is known.

Each time that a raw day is read from what landed, its provenance gets the id of that reading, and names those before. The
ids are random: clocks may differ, and a digest of what landed would outlive an erasure.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from itertools import chain
from uuid import uuid4

from c360_assets.contracts.watched_inputs import RecordedInput
from resources.errors import InputChanged
from resources.lake.provenance import Provenance, ProvenanceStore

_MOST = 100
"""How many earlier readings are named: a day may be read this often without anything being made from it."""
EARLIER = "it holds an earlier delivery than the one that other tables were made from"


def raw_reads(inputs: Iterable[RecordedInput]) -> dict[str, str]:
    """The readings of the raw days among the inputs of a partition, by raw table; as the partition's provenance keeps them."""
    return {table.name: one.read_id for table, day, one in inputs if table.lands and day and one.read_id}


def succeeding(provenance: Provenance, before: Iterable[Provenance | None], used: Iterable[str]) -> Provenance:
    """The provenance of a raw day as that of the last reading: it comes after all that are known.

    `before` is its provenance so far, the newest first, and `used` are the readings that other tables were made from. If the
    newest has the same data version, this is the same reading.
    """
    known = [one for one in before if one is not None]
    is_same = bool(known) and known[0].data_version == provenance.data_version
    read_id = (known[0].read_id if is_same else "") or uuid4().hex[:16]
    ids = dict.fromkeys([*chain.from_iterable(one.replaced for one in known), *(one.read_id for one in known), *used])
    replaced = tuple(one for one in ids if one not in ("", read_id))
    return replace(provenance, read_id=read_id, replaced=replaced[-_MOST:])


def is_earlier(held: Provenance | None, used: Iterable[str]) -> bool:
    """Whether tables were made from a reading of a raw day that is neither the one it holds nor one before that."""
    return held is not None and any(one != held.read_id and one not in held.replaced for one in used)


def require_latest(
    inputs: Iterable[RecordedInput], used: Callable[[str, date], Iterable[str]], provenances: ProvenanceStore
) -> None:
    """Raises InputChanged where a raw day among the inputs holds an earlier reading than the one that others were made from.

    `used` gives these. The day is looked up again: another run may have made it meanwhile, and others from it.
    """
    for table, day, one in inputs:
        reads = used(table.name, day) if table.lands and day else ()
        if day and is_earlier(one, reads) and is_earlier(provenances.get(table.name, day), reads):
            raise InputChanged(
                f"its input {table.name} {day} was changed outside Customer360: {EARLIER}",
                "Land the day again and run `c360 run`, or accept it by `c360 restore` of the newest version.",
            )
