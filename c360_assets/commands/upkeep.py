"""`c360 upkeep`: keeps the tables of the lake small and quick to read, and reports what it did. Starts no engine."""

import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table as Grid

from c360_assets.maintenance.upkeep import TableUpkeep, check_retention, upkeep
from c360_assets.tables import TABLES
from c360_assets.terminal import Terminal, shown
from resources.engine.scratch import abandoned_folders
from resources.erasure.older_copies import require_not_put_back
from resources.errors import C360Error
from resources.harmless import harmless_json
from resources.lake.damage import damage_named
from resources.lake.lock import only_maintenance
from resources.settings import Settings


def upkeep_command(
    tables: Sequence[str], retention_hours: float, short: bool, alone: bool, dry_run: bool, as_json: bool = False
) -> int:
    """Keeps the named tables, or all; returns 0 if everything was done.

    Raises RetentionTooShort if a retention is not safe, LakeInUse while an erasure, a restore or other upkeep is in
    progress, ErasuresLost where a table is older than an erasure, and click.UsageError if a name is not a table's.
    """
    check_retention(retention_hours, short, alone)
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        raise click.UsageError(f"{', '.join(unknown)}: no such table. There are {', '.join(TABLES)}.")
    lake = Settings.from_environment(lake_alone=True).lake
    names = tables or list(TABLES)
    with only_maintenance(lake) if not dry_run else nullcontext():
        require_not_put_back(lake)
        found = [_kept(lake, name, retention_hours, dry_run) for name in names]
    done = [one for one in found if one]
    status = 1 if any(one.problem for one in done) else 0
    if as_json:
        scratch = remove_scratch(retention_hours, dry_run) if done else 0
        print(harmless_json(_object(done, scratch, dry_run), indent=2))
        return status
    console = Terminal()
    if not done:
        console.print(f"No tables in {shown(lake)} yet: run `c360 run` first.", highlight=False, soft_wrap=True)
        return 0
    _show(console, done, dry_run)
    scratch = remove_scratch(retention_hours, dry_run)
    if scratch:
        word = "would be removed" if dry_run else "removed"
        console.print(f"{scratch} scratch folders of killed Spark sessions {word}.", highlight=False)
    return status


def _kept(lake: str, table: str, retention_hours: float, dry_run: bool) -> TableUpkeep | None:
    """Upkeep of one table; a table that is damaged or can't be written is left alone, with the reason."""
    try:
        with damage_named(table):
            return upkeep(lake, table, TABLES[table].partition_column, retention_hours, dry_run)
    except C360Error as error:
        return TableUpkeep(table, 0, 0, 0, 0, 0, 0, 0, problem=f"{error.what}. {error.remedy}")


def _object(done: Sequence[TableUpkeep], scratch_folders: int, dry_run: bool) -> dict[str, Any]:
    """What was done, as `--json` prints it. Sizes are in bytes."""
    return {"dry_run": dry_run, "scratch_folders": scratch_folders, "tables": [asdict(one) for one in done]}


def remove_scratch(retention_hours: float, dry_run: bool) -> int:
    """Removes scratch folders of killed Spark sessions that are older than the retention. Returns how many."""
    old = abandoned_folders(retention_hours)
    if not dry_run:
        for path in old:
            shutil.rmtree(path, ignore_errors=True)
    return len(old)


def readable(size: float) -> str:
    """A number of bytes in words."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TiB"


def _show(console: Console, done: Sequence[TableUpkeep], dry_run: bool) -> None:
    grid = Grid(title="would be done (nothing was changed)" if dry_run else "upkeep", title_justify="left")
    grid.add_column("table", no_wrap=True)
    for name in ("files", "size", "removed", "freed", "versions"):
        grid.add_column(name, justify="right", no_wrap=True)
    for one in done:
        grid.add_row(
            one.table,
            f"{one.files_before:,} → {one.files_after:,}",
            readable(one.bytes_after),
            f"{one.removed_files:,}",
            readable(one.freed_bytes),
            f"{one.versions:,}",
        )
    console.print(grid)
    for one in done:
        if one.problem:
            console.print(f"[bold red]left[/] {one.table}: {shown(one.problem)}", highlight=False, soft_wrap=True)
