"""Brings a lake that an earlier release made up to date with the contracts of this one.

New columns reach tables that hold rows: as empty columns where they may be null and come last, otherwise by making the
table again from the tables that it is made from. Landed files are not needed.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from c360_assets.contracts.months import month_of
from c360_assets.contracts.table import TableSpec
from c360_assets.maintenance.first_held import first_held
from resources.errors import ContractError, Where
from resources.lake.damage import damage_named
from resources.lake.provenance import ProvenanceStore
from resources.lake.table_schema import (
    add_columns,
    can_add,
    create_anew,
    missing_columns,
    require_schema,
    set_statistics,
)
from resources.lake.tables import with_retries


@dataclass(frozen=True)
class Migration:
    """What a table needs: its new columns added, or `again`, itself emptied and made again with them."""

    table: TableSpec
    columns: tuple[str, ...]
    again: bool

    def __str__(self) -> str:
        names = ", ".join(self.columns)
        return f"{self.table.name}: " + (f"made again, with {names}" if self.again else f"gets {names}")


def migrations(lake: str, tables: Iterable[TableSpec]) -> list[Migration]:
    """What the tables in the lake need. Nothing is changed.

    Raises ContractError where a table differs from its contract in another way than an earlier release would.
    """
    found: list[Migration] = []
    for table in tables:
        try:
            with damage_named(table.name):
                delta = DeltaTable(f"{lake}/{table.name}")
        except TableNotFoundError:
            continue
        missing = missing_columns(table, delta)
        if not missing:
            require_schema(table, delta)
            continue
        again = not can_add(table, delta)
        if again and table.lands:
            raise ContractError(
                f"an earlier release made it, without {', '.join(missing)}, which can't be added to landed rows",
                "Move its folder away and make it again from the landed files.",
                Where(table=table.name),
            )
        found.append(Migration(table, missing, again))
    return found


def migrate(lake: str, tables: Sequence[TableSpec], first_day: date, report: Callable[[str], None]) -> None:
    """Does what `migrations` finds, each in one commit, and reports it before. A reader sees a table before or after it.

    A table that is made again is empty from then on until its partitions are made. Its provenance is forgotten first: a
    process that is stopped in between leaves what the next one migrates. Personal columns are kept out of the logs of
    later commits; `c360 upkeep` removes what is in them already.

    Raises ContractError, before anything is changed, if a table has to be made again and the lake holds days before
    `first_day`, the first that is read: they would be gone.
    """
    provenances = ProvenanceStore(lake)
    found = migrations(lake, tables)
    held = first_held(lake) if any(migration.again and migration.table.unit for migration in found) else None
    if held and held < first_day:
        raise ContractError(
            f"the lake is of an earlier release, and days before C360_FIRST_DAY ({first_day}) would not be made again",
            f"Set C360_FIRST_DAY to {month_of(held)}, the first month of the lake, for the first run with this release.",
        )
    for migration in found:
        report(str(migration))
    for migration in found:
        if migration.again:
            for partition in provenances.read(migration.table.name):
                provenances.forget(migration.table.name, partition)
        with_retries(partial(_change, lake, migration))
    for table in tables:
        with_retries(partial(_protect, lake, table))


def _protect(lake: str, table: TableSpec) -> None:
    with suppress(TableNotFoundError):
        set_statistics(table, DeltaTable(f"{lake}/{table.name}"))


def _change(lake: str, migration: Migration) -> None:
    table, uri = migration.table, f"{lake}/{migration.table.name}"
    delta = DeltaTable(uri)
    if not missing_columns(table, delta):  # another process was faster
        return
    if migration.again:
        create_anew(table, uri)
    else:
        add_columns(table, delta)
