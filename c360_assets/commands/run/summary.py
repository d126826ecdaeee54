"""The summary at the end of a run, from the tables themselves: what landed, where it went, and who the customers are."""

from datetime import date

from rich.console import Console
from rich.table import Table as Grid

from c360_assets.planning.lines import counted
from c360_assets.reference.vocabulary import CHANGED, DORMANT, LEVELS, RESURRECTED, RETURNING
from c360_assets.terminal import shown
from resources.lake.sql import Row, query


def show_summary(console: Console, lake: str) -> None:
    """Prints the ledgers and the segments of a lake."""
    for log in ("content", "search"):
        if totals := _ledger_totals(lake, log):
            console.print(_ledger_grid(lake, totals))
    _print_segments(console, lake)


def example_customer(lake: str) -> tuple[str, date] | None:
    """A matched customer who watched in the month of the profile, and that month: the newest that has one.

    Prefers one with an eventful profile, then the first by id. If nobody is both active and matched, any matched customer.
    """
    rows = query(
        lake,
        ["customer360"],
        "select customer_id, month from customer360 where matched order by "
        "case when watch_month = month then 0 else 1 end, month desc, "
        f"case when lifecycle in ('{RETURNING}', '{RESURRECTED}') and trending_type = '{CHANGED}' then 0 else 1 end, "
        "customer_id limit 1",
    )
    return (rows[0]["customer_id"], rows[0]["month"]) if rows else None


def _ledger_totals(lake: str, log: str) -> Row | None:
    seconds = "sum(landed_seconds) as seconds, sum(clean_seconds) as clean, sum(duplicate_seconds) as copies, "
    seconds += "sum(capped_seconds) as capped, "
    rows = query(
        lake,
        [f"ledger_{log}"],
        f"select count(*) as days, {seconds if log == 'content' else ''} sum(landed_rows) as landed, "
        "sum(accepted_rows) as accepted, sum(duplicate_rows) as duplicate, sum(quarantined_rows) as quarantined, "
        "sum(erased_rows) as erased, "
        f"bool_and(balanced) as balanced from ledger_{log}",
    )
    return {"log": log, **rows[0]} if rows and rows[0]["days"] else None


def _ledger_grid(lake: str, totals: Row) -> Grid:
    grid = Grid(title=f"{totals['log']} log, {counted(totals['days'], 'day')}", title_justify="left", show_header=False)
    grid.add_column("what")
    grid.add_column("figure", justify="right")
    grid.add_row("rows landed", f"{totals['landed']:,}")
    grid.add_row("  accepted", f"{totals['accepted']:,}")
    grid.add_row("  duplicates", f"{totals['duplicate']:,}")
    grid.add_row("  quarantined", f"{totals['quarantined']:,}")
    for row in _reasons(lake, totals["log"]):
        grid.add_row(f"    {shown(row['reason'])}", f"{row['n']:,}")
    if totals["erased"]:
        grid.add_row("  erased", f"{totals['erased']:,}")
    if "seconds" in totals:
        grid.add_row("seconds landed", f"{totals['seconds']:,}")
        grid.add_row("  clean", f"{totals['clean']:,}")
        grid.add_row("  in duplicates", f"{totals['copies']:,}")
        grid.add_row("  above a device's day", f"{totals['capped']:,}")
    grid.add_row("balance", "[green]to the row and second[/]" if totals["balanced"] else "[red]NO[/]")
    return grid


def _reasons(lake: str, log: str) -> list[Row]:
    table = f"quarantine_{log}"
    return query(lake, [table], f"select reason, count(*) as n from {table} group by reason order by n desc, reason")


def _print_segments(console: Console, lake: str) -> None:
    levels = ", ".join(f"sum(case when clinginess = '{level}' then 1 else 0 end) as {level}" for level in LEVELS)
    rows = query(
        lake,
        ["customer360"],
        "select month, count(*) as customers, sum(case when matched then 1 else 0 end) as matched, "
        f"{levels}, sum(case when lifecycle = '{DORMANT}' then 1 else 0 end) as dormant, "
        "sum(case when watch_month is null then 1 else 0 end) as search_only "
        "from customer360 group by month order by month",
    )
    if not rows:
        return
    names = ["customers", "matched", *LEVELS, "dormant", "search_only"]
    grid = Grid(title=f"customers by month; clinginess {', '.join(LEVELS)}", title_justify="left")
    grid.add_column("month")
    for name in names:
        grid.add_column(name.replace("_", " "), justify="right")
    for row in rows:
        grid.add_row(f"{row['month']:%Y-%m}", *[f"{row[name]:,}" for name in names])
    console.print(grid)
