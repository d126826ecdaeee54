"""The status for a terminal: a table per log, then what is left to do and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from rich.console import Console, JustifyMethod
from rich.table import Table as Grid

from c360_assets.commands.status.data import LogStatus, Status
from c360_assets.planning.lines import reason_lines, spans_of
from c360_assets.planning.plan import Plan
from c360_assets.planning.warnings import warning_lines
from c360_assets.privacy.receipts import REPEAT, begun_only
from c360_assets.terminal import shown
from resources.lake.provenance import Item

_MOST_PASSED_OVER = 10
"""The most names of files passed over. `--json` has them all."""


def show(console: Console, status: Status) -> None:
    """Prints the status."""
    for migration in status.migrations:
        _line(console, "yellow", "to migrate", migration)
    for log in status.logs:
        console.print(_grid(log))
    _show_plan(console, status.plan)
    for line in status.overdue_lines:
        _line(console, "red", "overdue", line)
    for line in warning_lines(status.plan.warnings):
        _line(console, "yellow", "warning", line)
    for name in status.unrecognized_files:
        _line(console, "red", "not read", name)
    for name in status.passed_over[:_MOST_PASSED_OVER]:
        _line(console, "dim", "passed over", name)
    more = len(status.passed_over) - _MOST_PASSED_OVER
    if more > 0:
        _line(console, "dim", "passed over", f"{more:,} more; c360 status --json lists them all")
    _show_erasures(console, status.erasures)
    if status.lost_erasures:
        _line(console, "bold red", "erasures", status.lost_erasures)
    if status.is_made:
        console.print("[green]All that landed is made.[/]")


def _show_erasures(console: Console, erasures: Mapping[str, int]) -> None:
    """Prints what was erased, and whether an erasure has to be finished."""
    if erasures["receipts"]:
        found = "{contracts:,} contracts and {users:,} users, {receipts:,} receipts".format_map(erasures)
        _line(console, "dim", "erased", found)
    if unfinished := erasures["unfinished"]:
        _line(console, "bold red", "erasure", f"{begun_only(unfinished)}. {REPEAT}")


def _grid(log: LogStatus) -> Grid:
    grid = Grid(title=log.name, title_justify="left")
    for name in ("month", "landed", "made", "changed", "missing", "rows", "quarantined", "balance"):
        side: JustifyMethod = "left" if name in ("month", "missing", "balance") else "right"
        grid.add_column(name, justify=side, overflow="fold", no_wrap=name != "missing")
    for month, state in log.months.items():
        share = f"{state.quarantined_rows / state.landed_rows:.1%}" if state.landed_rows else "–"
        balance = "[green]yes[/]" if not state.unbalanced else f"[red]no: {_days_of(month, state.unbalanced)}[/]"
        grid.add_row(
            f"{month:%Y-%m}",
            str(len(state.landed)),
            str(len(state.made)),
            str(len(state.changed)),
            _days_of(month, state.missing(month, log.newest)),
            f"{state.landed_rows:,}",
            share,
            balance if state.made else "–",
        )
    return grid


def _days_of(month: date, days: Iterable[date]) -> str:
    """Days of the month of their line, by their numbers: the table has to fit a narrow terminal."""
    return spans_of(sorted(days)).replace(f"{month:%Y-%m}-", "")


def _show_plan(console: Console, plan: Plan) -> None:
    """Prints what is still to be made, and why something can't be."""
    todo: dict[str, list[Item]] = defaultdict(list)
    for item in (one for one in plan.stale if one not in plan.unreadable):
        todo[item[0]].append(item)
    for table, items in todo.items():
        days = [item[1] for item in items if item[1] is not None]
        _line(console, "yellow", "to make", f"{table} {spans_of(days)}".rstrip())
    for title, found in (
        ("can't be read", plan.unreadable),
        ("waits", plan.blocked),
        ("changed outside Customer360", plan.altered),
    ):
        for line in reason_lines(found):
            _line(console, "red", title, line)


def _line(console: Console, style: str, title: str, text: str) -> None:
    console.print(f"[{style}]{title}[/] {shown(text)}", highlight=False, soft_wrap=True)
