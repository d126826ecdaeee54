"""`c360 history` and `c360 restore`: lists the versions of a table, and restores one. Starts no engine."""

import re
from typing import Any

import click
from deltalake import DeltaTable
from rich.console import Console
from rich.table import Table as Grid

from c360_assets.maintenance.history import Version, history
from c360_assets.maintenance.restore import Difference, differences, restore
from c360_assets.planning.lines import counted
from c360_assets.planning.reach import days_used
from c360_assets.tables import TABLES
from c360_assets.terminal import Terminal, shown
from resources.errors import NotRestorable
from resources.harmless import harmless_json
from resources.lake.damage import damage_named
from resources.lake.provenance import ProvenanceStore
from resources.lake.table_schema import found_or_created
from resources.settings import Settings

_MOST_SHOWN = 20
_RUN = re.compile(r"dagster run (\w{8})\S*")
"""The writer of a version, if it is a run of Dagster. The UI, too, shows the first eight characters of a run's id."""


def history_command(table: str, limit: int, as_json: bool = False) -> int:
    """Prints the newest versions of a table. Raises click.UsageError if there is no such table."""
    lake = _lake_for(table)
    _require_made(lake, table)
    with damage_named(table):
        versions = history(f"{lake}/{table}", TABLES[table].partition_column)
    if as_json:
        print(harmless_json({"table": table, "versions": [_object(one) for one in versions[:limit]]}, indent=2))
        return 0
    grid = Grid(title=f"{table}: {len(versions)} versions", title_justify="left")
    for name in ("version", "time (UTC)", "what", "partition", "rows", "by", "restore"):
        grid.add_column(name, justify="right" if name in ("version", "rows") else "left", overflow="fold")
    for one in versions[:limit]:
        grid.add_row(
            str(one.number),
            f"{one.when:%Y-%m-%d %H:%M:%S}",
            shown(one.operation.lower()),
            shown(_partitions(one)),
            "" if one.rows is None else f"{one.rows:,}",
            shown(_RUN.sub(r"run \1", one.why)),
            _whether(one, versions[0]),
        )
    Terminal().print(grid)
    return 0


def _whether(version: Version, newest: Version) -> str:
    """Whether a version can be restored. A restore of the newest accepts that files are gone."""
    if version.is_restorable:
        return "yes"
    gone = f"{counted(version.missing, 'file')} gone"
    return f"yes, with {gone}" if version is newest else f"no: {gone}"


def _object(version: Version) -> dict[str, Any]:
    """A version as `--json` prints it."""
    return {
        "version": version.number,
        "time": version.when.isoformat(),
        "operation": version.operation,
        "partitions": list(version.partitions),
        "rows": version.rows,
        "by": version.why,
        "restorable": version.is_restorable,
        "files_gone": version.missing,
    }


def _partitions(version: Version) -> str:
    """The partition that a version changed, or how many; empty if the table has no partitions."""
    many = len(version.partitions)
    return "".join(version.partitions) if many < 2 else f"{many} in all"


def restore_command(table: str, version: int, is_meant: bool) -> int:
    """Shows what a restore changes and, if confirmed, does it. Raises NotRestorable if it can't be done.

    Raises LakeInUse, too, while an erasure, upkeep or another restore is in progress.
    """
    lake, column = _lake_for(table), TABLES[table].partition_column
    if is_meant and version == 0:
        _create_raw(lake, table)
    _require_made(lake, table)
    try:
        with damage_named(table):
            uri = f"{lake}/{table}"
            changed = restore(lake, table, column, version) if is_meant else differences(uri, column, version)
    except NotRestorable as error:
        raise error.at(table=table) from None
    console = Terminal()
    if not changed:
        console.print(f"{table} is as in version {version} already. Nothing was changed.", highlight=False)
        return 0
    _show(console, table, version, changed)
    for line in _what_follows(table, is_meant):
        console.print(line, highlight=False, soft_wrap=True)
    return 0


def _create_raw(lake: str, table: str) -> None:
    """Creates a raw table that is gone, if others were made from its days: its restore accepts that they are lost."""
    if DeltaTable.is_deltatable(f"{lake}/{table}"):
        return
    recorded = {name: ProvenanceStore(lake).read(name) for name in TABLES}
    if days_used(table, recorded):
        found_or_created(TABLES[table], f"{lake}/{table}")


def _show(console: Console, table: str, version: int, changed: list[Difference]) -> None:
    grid = Grid(title=f"{table}: {len(changed)} partitions differ", title_justify="left")
    grid.add_column("partition")
    grid.add_column("rows before", justify="right")
    grid.add_column(f"rows in version {version}", justify="right")
    for one in changed[:_MOST_SHOWN]:
        grid.add_row(shown(one.partition or "all"), f"{one.rows_now:,}", f"{one.rows_then:,}")
    if len(changed) > _MOST_SHOWN:
        grid.add_row(f"and {len(changed) - _MOST_SHOWN} more", "", "")
    console.print(grid)


def _what_follows(table: str, is_done: bool) -> list[str]:
    lines = ["[green]Restored.[/]" if is_done else "[yellow]Nothing was changed.[/] Add --yes to restore."]
    lines.append("The next c360 run makes these partitions again from what landed, and says so.")
    if TABLES[table].lands and TABLES[table].unit:
        lines.append(
            "To keep a restored day, move its landed files away first: then what depends on it is made from it. "
            "If the lake has erasures, `c360 erase --again --yes` has to compare it with their list before."
        )
    return lines


def _lake_for(table: str) -> str:
    """The lake. Raises click.UsageError if it has no such table."""
    if table not in TABLES:
        raise click.UsageError(f"{table}: no such table. There are {', '.join(TABLES)}.")
    return Settings.from_environment(lake_alone=True).lake


def _require_made(lake: str, table: str) -> None:
    """Raises click.UsageError unless the lake holds the table."""
    if not DeltaTable.is_deltatable(f"{lake}/{table}"):
        lost = ""
        if TABLES[table].lands:
            lost = " If it was lost for good, restore it with --version 0 and --yes: it is empty then."
        raise click.UsageError(f"{table} is not in {lake} yet: run `c360 run` first.{lost}")
