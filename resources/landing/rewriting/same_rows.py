"""Whether two files hold the same records, whatever their order: a count and a digest of each."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from resources.landing.inspection import split_of
from resources.landing.layout import Layout
from resources.landing.rewriting.erased import ErasedRecords
from resources.landing.source import read_split
from resources.landing.zone import LandedFile

_MODULUS = 1 << 128


@dataclass(frozen=True)
class Held:
    """The records of a file: how many stay, a digest of those, and how many are erased."""

    kept: int
    digest: int
    erased: int


def held_by(layout: Layout, file: LandedFile, erased: ErasedRecords) -> Held:
    """What a file holds. Raises LandingError if it can't be read."""
    kept = digest = gone = 0
    for batch in _batches(layout, file):
        marks = erased.of(batch)
        if any(marks):
            gone += sum(marks)
            batch = batch.filter(pa.array([not mark for mark in marks], pa.bool_()))
        kept += len(batch)
        digest = (digest + sum(xxhash.xxh3_128_intdigest(row) for row in _as_bytes(batch))) % _MODULUS
    return Held(kept, digest, gone)


def _batches(layout: Layout, file: LandedFile) -> Iterator[pa.RecordBatch]:
    split = split_of(layout, file)
    return read_split(layout, split) if split else iter(())


def _as_bytes(batch: pa.RecordBatch) -> list[bytes]:
    """Each row as bytes; a null is not an empty text."""
    columns = [
        pc.if_else(pc.is_null(values), "\0", pc.binary_join_element_wise("\1", pc.fill_null(values, ""), ""))
        for values in batch.columns
    ]
    return pc.binary_join_element_wise(*columns, "\2").cast(pa.binary()).to_pylist()  # type: ignore[no-any-return]
