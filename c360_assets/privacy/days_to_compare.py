"""Which days an erasure compares with the whole list, beside those that hold the ids that it was asked to erase.

They may hold somebody who was erased before: tables that were put back from an older copy, partitions that name a list
which this one has never been, and raw days that were committed after an erasure and compared with a list from before it.
"""

from collections.abc import Sequence
from datetime import date

from deltalake import DeltaTable

from c360_assets.checks.evidence import in_order
from c360_assets.privacy.subjects import RAW
from c360_assets.tables import TABLES
from resources.erasure.erasure_list import Erasure
from resources.erasure.lost_entries import Traces, doubtful
from resources.erasure.overtaken import OvertakenDays
from resources.lake.contents import contents
from resources.lake.provenance import Item, ProvenanceStore
from resources.lake.sql import LakeQuery


def days_to_compare(lake: str, entries: Sequence[Erasure], traces: Traces, everything: bool) -> list[Item]:
    """The partitions of tables that are made from landed files, each once. Their rows may be gone; links have no day.

    `entries` are those of the list as it is now, `traces` what earlier lists have left behind. With `everything`, all
    partitions of these tables.
    """
    landed = [name for name, table in TABLES.items() if table.lands]
    whole = landed if everything else [name for name in landed if name in traces.put_back.tables]
    found = [*doubtful(traces, entries), *_partitions(lake, whole), *_overtaken(lake, entries)]
    return list(dict.fromkeys(found))


def _partitions(lake: str, tables: Sequence[str]) -> list[Item]:
    """The partitions of tables that have rows or provenance."""
    query, provenances = LakeQuery(lake), ProvenanceStore(lake)
    found: list[Item] = []
    for table in filter(query.exists, tables):
        rows = contents(DeltaTable(f"{lake}/{table}"), TABLES[table].partition_column)
        days: list[date | None] = in_order({*rows, *provenances.read(table)})
        found += [(table, day) for day in days]
    return found


def _overtaken(lake: str, entries: Sequence[Erasure]) -> list[Item]:
    """The raw days that may hold somebody who was erased before they were committed."""
    overtaken, provenances = OvertakenDays(lake, entries), ProvenanceStore(lake)
    return [
        (raw.TABLE.name, day)
        for raw in RAW
        for day, one in provenances.read(raw.TABLE.name).items()
        if overtaken.has(raw.TABLE.name, raw.TABLE.partition_column, day, one)
    ]
