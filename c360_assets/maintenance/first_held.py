"""The first day or month that the lake holds: what lies before C360_FIRST_DAY is never made again."""

from datetime import date

from deltalake import DeltaTable

from c360_assets.tables import TABLES
from resources.lake.contents import contents
from resources.lake.damage import damage_named
from resources.lake.sql import LakeQuery


def first_held(lake: str) -> date | None:
    """The first day or month of which a table holds rows."""
    query, found = LakeQuery(lake), set[date | None]()
    for name, table in TABLES.items():
        if table.partition_column and query.exists(name):
            with damage_named(name):
                found |= contents(DeltaTable(f"{lake.rstrip('/')}/{name}"), table.partition_column).keys()
    return min((day for day in found if day), default=None)
