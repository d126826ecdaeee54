"""How far a change reaches: from a table to its raw table, and from a month to later ones."""

from collections.abc import Iterable, Mapping
from datetime import date

from c360_assets.contracts.table import TableSpec
from c360_assets.tables import TABLES
from resources.errors import ContractError, Where


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
    made = [table for table in TABLES.values() if table.unit == "day" and not table.lands and raw_of(table) == raw]
    return {day for table in made for day in recorded[table.name] if day is not None}


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
