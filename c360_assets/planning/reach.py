"""How far a change reaches: from a table to its raw table, and from a month to later ones."""

from collections.abc import Iterable, Mapping
from datetime import date

from c360_assets.contracts.raw_reads import is_earlier
from c360_assets.contracts.table import TableSpec
from c360_assets.tables import TABLES
from resources.errors import ContractError, Where
from resources.lake.provenance import Provenance, ProvenanceStore


def raw_of(table: TableSpec) -> str:
    """The raw table of a day's table. Raises ContractError where its contract reads none: it would have no days."""
    raw = table.name if table.lands else next((read.table.name for read in table.inputs if read.table.lands), None)
    if raw is None:
        raise ContractError(
            "it is made by the day, and reads no raw table", "Add one to its inputs.", Where(table=table.name)
        )
    return raw


def days_used(raw: str, recorded: Mapping[str, Iterable[date | None]]) -> set[date]:
    """The days that tables were made of, by the day, from a raw table; none for any other table.

    `recorded` has the partitions of each table that provenance tells of.
    """
    return {day for table in readers_of(raw) for day in recorded[table] if day is not None}


def readers_of(raw: str, tables: Iterable[TableSpec] = tuple(TABLES.values())) -> list[str]:
    """The tables that are made by the day from a raw table; none for any other table."""
    made = (table for table in tables if table.unit == "day" and not table.lands)
    return [table.name for table in made if raw_of(table) == raw]


def reads_used(raw: str, recorded: Mapping[str, Mapping[date | None, Provenance]]) -> dict[date, set[str]]:
    """The readings of each day of a raw table that tables were made from, as their provenance tells."""
    found: dict[date, set[str]] = {}
    for table in readers_of(raw):
        for day, one in recorded[table].items():
            if day is not None and raw in one.raw_reads:
                found.setdefault(day, set()).add(one.raw_reads[raw])
    return found


def earlier_days(
    raw: str, provenances: ProvenanceStore, recorded: Mapping[str, Mapping[date | None, Provenance]]
) -> list[date]:
    """The days of a raw table that hold an earlier delivery than the one that other tables were made from.

    They are looked up again: a run may have made them, and others from them, since `recorded` was read.
    """
    used = reads_used(raw, recorded)
    suspected = [day for day, reads in used.items() if is_earlier(recorded[raw].get(day), reads)]
    return [day for day in suspected if is_earlier(provenances.get(raw, day), used[day])]


def _reach() -> int:
    """How many months after it a changed month reaches: the longest path through tables that look back."""
    reach: dict[str, int] = {}
    for table in TABLES.values():
        ways = [reach[read.table.name] - read.start_offset for read in table.inputs if read.table.name in reach]
        first = [-read.start_offset for read in table.inputs]
        if table.unit == "month":
            reach[table.name] = max([*ways, *first], default=0)
    return max(reach.values())


REACH = _reach()
"""Months that a change of one month may change after it."""
