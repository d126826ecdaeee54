"""`c360 diff`: what differs between two versions of a table, by how much and why. Starts no engine."""

from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.table import Table as Grid

from c360_assets.changes.cause import Cause, cause_of
from c360_assets.changes.compare import ColumnChange, Comparison, PartitionChange, changes
from c360_assets.changes.versions import Versions, compared
from c360_assets.contracts.table import TableSpec
from c360_assets.tables import TABLES
from c360_assets.terminal import Terminal, shown
from resources.erasure.older_copies import require_not_put_back
from resources.harmless import harmless_json
from resources.lake.damage import damage_named
from resources.settings import Settings

_MOST_SHOWN = 10
_KINDS = ("added", "removed", "changed")


def diff_command(table: str, first: int | None, last: int | None, month: date | None, as_json: bool) -> int:
    """Prints what differs. Raises NoSuchVersion if there is nothing to compare."""
    if table not in TABLES:
        raise click.UsageError(f"{table}: no such table. There are {', '.join(TABLES)}.")
    lake = Settings.from_environment(lake_alone=True).lake
    require_not_put_back(lake)
    versions = compared(lake, TABLES[table], first, last, month)
    with damage_named(table):
        found = changes(versions)
    causes = {one.partition: cause_of(lake, versions, one.partition) for one in found}
    if as_json:
        click.echo(harmless_json(_as_object(versions, found, causes)))
        return 0
    console = Terminal()
    title = f"{table}, version {versions.before.version()} to {versions.after.version()}"
    if not found:
        console.print(f"{title}: no row differs.", highlight=False, soft_wrap=True)
    for one in found:
        console.print(f"[bold]{title}[/]: {heading(one, TABLES[table])}", highlight=False, soft_wrap=True)
        console.print(f"  why: {shown(causes[one.partition])}", highlight=False, soft_wrap=True)
        show_columns(console, one)
        _show_keys(console, versions, one)
    return 0


def heading(change: PartitionChange, table: TableSpec) -> str:
    """A partition, and how many rows differ."""
    counts = ", ".join(f"{getattr(change, kind):,} {kind}" for kind in _KINDS)
    name = (
        "all" if change.partition is None else f"{change.partition:{'%Y-%m' if table.unit == 'month' else '%Y-%m-%d'}}"
    )
    return f"{name}: {counts}"


def show_columns(console: Console, change: PartitionChange) -> None:
    """Prints the columns that differ: transitions for columns of words, sums for numbers."""
    figures = [column for column in change.columns if not column.transitions]
    if figures:
        grid = Grid(title="figures of the changed rows", title_justify="left")
        for name in ("column", "rows", "sum before", "sum after", "difference"):
            grid.add_column(name, justify="left" if name == "column" else "right")
        for column in figures:
            grid.add_row(column.name, f"{column.rows:,}", *_sums(column))
        console.print(grid)
    show_transitions(console, change)


def show_transitions(console: Console, change: PartitionChange) -> None:
    """Prints the transitions of the changed rows from one word of a column to another."""
    moved = [(column.name, *one) for column in change.columns for one in column.transitions]
    if not moved:
        return
    grid = Grid(title="transitions", title_justify="left")
    for name in ("column", "from", "to", "rows"):
        grid.add_column(name, justify="right" if name == "rows" else "left")
    for name, before, after, rows in moved:
        grid.add_row(name, shown(before or "–"), shown(after or "–"), f"{rows:,}")
    console.print(grid)


def _sums(column: ColumnChange) -> tuple[str, str, str]:
    difference = "" if column.before is None or column.after is None else _number(column.after - column.before, "+")
    return _number(column.before), _number(column.after), difference


def _number(value: int | float | None, sign: str = "") -> str:
    if value is None:
        return ""
    return f"{value:{sign},}" if isinstance(value, int) else f"{value:{sign},.6g}"


def _show_keys(console: Console, versions: Versions, change: PartitionChange) -> None:
    comparison = Comparison(versions, change.partition)
    for kind in _KINDS:
        keys = comparison.keys(kind, _MOST_SHOWN) if getattr(change, kind) else []
        if keys:
            names = ", ".join(" ".join(str(value) for value in key.values()) for key in keys)
            more = getattr(change, kind) - len(keys)
            console.print(
                f"  {kind}: {names}{f' and {more:,} more' if more else ''}",
                highlight=False,
                soft_wrap=True,
                markup=False,
            )


def _as_object(versions: Versions, found: list[PartitionChange], causes: dict[date | None, Cause]) -> dict[str, Any]:
    return {
        "table": versions.table.name,
        "from": versions.before.version(),
        "to": versions.after.version(),
        "partitions": [_partition(versions, one, causes[one.partition]) for one in found],
    }


def _partition(versions: Versions, change: PartitionChange, cause: Cause) -> dict[str, Any]:
    comparison = Comparison(versions, change.partition)
    return {
        "partition": change.partition,
        "why": str(cause),
        **{kind: getattr(change, kind) for kind in _KINDS},
        "keys": {kind: comparison.keys(kind) for kind in _KINDS},
        "columns": [
            {
                "column": column.name,
                "rows": column.rows,
                "before": column.before,
                "after": column.after,
                "transitions": [{"from": a, "to": b, "rows": n} for a, b, n in column.transitions],
            }
            for column in change.columns
        ],
    }
