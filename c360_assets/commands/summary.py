"""The summary at the end of a run: what landed, where it went, and who the customers are. From the tables themselves."""

from datetime import date

from rich.console import Console
from rich.table import Table as Grid

from resources.lake.sql import Row, query


def show_summary(console: Console, lake: str) -> None:
    """Prints the lake's books and segments."""
    ledger = [_books(lake, log) for log in ("content", "search")]
    _show_books(console, lake, [book for book in ledger if book])
    _show_segments(console, lake)


def example_customer(lake: str) -> tuple[str, date] | None:
    """A matched customer who watched in the month of the profile, and that month: the newest that has one.

    Prefers one with much to show, then the first by name. Where nobody is active and matched, any matched customer.
    """
    rows = query(
        lake,
        ["customer360"],
        "select customer_id, month from customer360 where matched order by "
        "case when watch_month = month then 0 else 1 end, month desc, "
        "case when lifecycle in ('returning', 'resurrected') and trending_type = 'changed' then 0 else 1 end, "
        "customer_id limit 1",
    )
    return (rows[0]["customer_id"], rows[0]["month"]) if rows else None


def _books(lake: str, log: str) -> Row | None:
    seconds = "sum(landed_seconds) as seconds, sum(clean_seconds) as clean, sum(duplicate_seconds) as copies, "
    seconds += "sum(capped_seconds) as capped, "
    rows = query(
        lake,
        [f"ledger_{log}"],
        f"select count(*) as days, {seconds if log == 'content' else ''} sum(landed_rows) as landed, "
        "sum(accepted_rows) as accepted, sum(duplicate_rows) as duplicate, sum(quarantined_rows) as quarantined, "
        f"bool_and(balanced) as balanced from ledger_{log}",
    )
    return {"log": log, **rows[0]} if rows and rows[0]["days"] else None


def _show_books(console: Console, lake: str, ledger: list[Row]) -> None:
    for book in ledger:
        grid = Grid(title=f"{book['log']} log, {book['days']} days", title_justify="left", show_header=False)
        grid.add_column("what")
        grid.add_column("figure", justify="right")
        grid.add_row("rows landed", f"{book['landed']:,}")
        grid.add_row("  accepted", f"{book['accepted']:,}")
        grid.add_row("  duplicates", f"{book['duplicate']:,}")
        grid.add_row("  quarantined", f"{book['quarantined']:,}")
        for row in _reasons(lake, book["log"]):
            grid.add_row(f"    {row['reason']}", f"{row['n']:,}")
        if "seconds" in book:
            grid.add_row("seconds landed", f"{book['seconds']:,}")
            grid.add_row("  clean", f"{book['clean']:,}")
            grid.add_row("  in duplicates", f"{book['copies']:,}")
            grid.add_row("  above a device's day", f"{book['capped']:,}")
        grid.add_row("balance", "[green]to the row and second[/]" if book["balanced"] else "[red]NO[/]")
        console.print(grid)


def _reasons(lake: str, log: str) -> list[Row]:
    table = f"quarantine_{log}"
    return query(lake, [table], f"select reason, count(*) as n from {table} group by reason order by n desc, reason")


def _show_segments(console: Console, lake: str) -> None:
    rows = query(
        lake,
        ["customer360"],
        "select month, count(*) as customers, sum(case when matched then 1 else 0 end) as matched, "
        "sum(case when clinginess = 'low' then 1 else 0 end) as low, "
        "sum(case when clinginess = 'medium' then 1 else 0 end) as medium, "
        "sum(case when clinginess = 'high' then 1 else 0 end) as high, "
        "sum(case when lifecycle = 'dormant' then 1 else 0 end) as dormant, "
        "sum(case when watch_month is null then 1 else 0 end) as search_only "
        "from customer360 group by month order by month",
    )
    if not rows:
        return
    names = ["customers", "matched", "low", "medium", "high", "dormant", "search_only"]
    grid = Grid(title="customers by month; clinginess low, medium, high", title_justify="left")
    grid.add_column("month")
    for name in names:
        grid.add_column(name.replace("_", " "), justify="right")
    for row in rows:
        grid.add_row(f"{row['month']:%Y-%m}", *[f"{row[name]:,}" for name in names])
    console.print(grid)
