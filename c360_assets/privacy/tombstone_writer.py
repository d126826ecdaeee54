"""Turns the records of a raw day into tombstones, where they are of somebody on the list of erasures."""

from dataclasses import replace
from datetime import date

from c360_assets.contracts.raw_reads import is_earlier, succeeding
from c360_assets.planning.reach import reads_used
from c360_assets.privacy.subjects import RAW, HeldDay
from c360_assets.tables import TABLES
from resources.engine.session import Engine
from resources.erasure.erasure_list import ErasureList
from resources.erasure.tombstones import with_tombstones
from resources.lake.contents import LakeContents
from resources.lake.provenance import Provenance, ProvenanceStore
from resources.lake.tables import Lake
from resources.lake.writer import PartitionWrite, PartitionWriter
from resources.settings import Settings

_NOTHING = Provenance("")
"""The provenance of a day for which nothing was put aside."""


def write_tombstones(settings: Settings, erasures: ErasureList, held: HeldDay, receipt_id: str) -> None:
    """Writes a day again with tombstones, in one commit, and records that it was compared with the list as it is now.

    Provenance is read before the rows: if a run makes the day in between, it is made once more, since the provenance
    is that of earlier rows. That of a day which others have changed keeps saying what was committed before: the next
    plan names the change, and makes the day again. Raises DiskFull and LakeNotWritable.
    """
    raw = next(raw for raw in RAW if raw.TABLE.name == held.table)
    lake = Lake(settings.lake, Engine.of(settings.engine, settings.engine_options))
    provenances, listed = ProvenanceStore(settings.lake), erasures.listed()
    before = provenances.get(held.table, held.day) or _of_unrecorded(provenances, held, f"erased by {receipt_id}")
    rows = lake.read(raw.TABLE, held.day, held.day)
    frame = with_tombstones(rows, raw.LAYOUT.erased_by, listed.suppression)
    # What is made of the day depends on its data version and list: one of them has to be another than before.
    new = f"{before.data_version}, erased by {receipt_id}" if before.erased == listed.fingerprint else None
    recorded: dict[date | None, tuple[int | None, str]] = {held.day: (before.commit, before.content)}
    changed = LakeContents(settings.lake).differences(held.table, raw.TABLE.partition_column, recorded)
    PartitionWriter(lake, provenances).write(
        PartitionWrite(
            raw.TABLE,
            held.day,
            frame.select(*raw.TABLE.names),
            replace(before, data_version=new or before.data_version, erased=listed.fingerprint),
            commit_message=f"c360 erase {receipt_id}: {held.day}",
            keeps_every_row=True,
            verify=lambda: not changed,
        )
    )
    if changed and (now := provenances.get(held.table, held.day)):
        provenances.write(held.table, held.day, replace(now, commit=before.commit, content=before.content))


def _of_unrecorded(provenances: ProvenanceStore, held: HeldDay, data_version: str) -> Provenance:
    """The provenance of a day that has none. What a killed run has left comes after all that was read before."""
    used = reads_used(held.table, {name: provenances.read(name) for name in TABLES}).get(held.day, ())
    before = provenances.before(held.table, held.day)
    if is_earlier(before or _NOTHING, used):  # a table of others: a plan names the day
        return Provenance(data_version)
    return succeeding(Provenance(data_version), (before,), used)
