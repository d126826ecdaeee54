"""`c360 profile`: one customer as text, as JSON or as a page. Starts no engine."""

import hashlib
import re
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Grid

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figures import explain_all
from c360_assets.profile.customer360 import TABLE
from c360_assets.reference.model import load_reference
from c360_assets.reports.customer_figures import read_customer
from c360_assets.reports.customer_page import customer_page
from c360_assets.reports.file import write_page
from c360_assets.terminal import Terminal, shown
from resources.erasure.older_copies import require_not_put_back
from resources.errors import ContractError, Where
from resources.harmless import harmless_json
from resources.lake.sql import LakeQuery, Row, query
from resources.settings import Settings

_LONGEST_NAME = 100
_SIDES = (
    ("customer", ("customer_id", "contract", "user_id", "users", "as_of", "matched")),
    (
        "watching",
        ("watch_month", "seconds_total", "active_days", "devices", "apps", "first_watched", "last_watched",
         "recency_days", "most_watch", "taste", "lift_category", "lift"),
    ),
    (
        "segments",
        ("user_type", "activeness", "clinginess", "lifecycle", "watch_trend", "watch_change", "rfm", "rfm_group",
         "outlier"),
    ),
    (
        "searching",
        ("search_month", "searches", "entered", "quit", "search_days", "most_search", "search_category",
         "previous_category", "trending_type", "previous"),
    ),
)  # fmt: skip


def profile_command(customer: str, month: date | None, as_json: bool, page: Path | None = None) -> int:
    """Prints a customer's newest profile, or that of a month; or writes it as a page to a file, or to a folder.

    Raises click.UsageError if there is none.
    """
    settings = Settings.from_environment(lake_alone=True)
    require_not_put_back(settings.lake)
    rows = find(settings.lake, customer, month)
    if not rows:
        when = f" in {month:%Y-%m}" if month else ""
        raise click.UsageError(
            f"No customer {customer}{when} in {settings.lake}: give a contract, user id or customer id, or run c360 run first."
        )
    row = rows[0]
    if page:
        click.echo(str(_write(settings, row, page)))
    elif as_json:
        click.echo(harmless_json(row))
    else:
        _show(Terminal(), row)
    return 0


def _write(settings: Settings, profile: Row, page: Path) -> Path:
    """Writes the customer's page and prints its path. In a folder, the page gets a name of its own."""
    lake = LakeQuery(settings.lake)
    explained = explain_all(Evidence(lake, load_reference(settings.reference), profile))
    file = page / f"profile-{_name(profile['customer_id'])}-{profile['month']:%Y-%m}.html" if page.is_dir() else page
    write_page(customer_page(read_customer(lake, profile, explained)), file)
    return file


def _name(customer_id: str) -> str:
    """A customer id as a part of a file's name. Where that leaves characters out, a digest keeps two customers apart."""
    kind, _, text = customer_id.partition(":")
    plain = re.sub("[^A-Za-z0-9]+", "-", text)[:_LONGEST_NAME]
    rest = "" if plain == text else f"-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return f"{kind}-{plain}{rest}"


def find(lake: str, customer: str, month: date | None) -> list[Row]:
    """The profiles that an id may mean, newest first: an exact customer id before a contract, a contract before a user.

    Raises ContractError where the table lacks columns of this release.
    """
    text = customer.strip().replace("'", "''")
    ids = f"('{text}', 'contract:{text.upper()}', 'user:{text}')"
    in_month = f" and month = date '{month.isoformat()}'" if month else ""
    rows = query(
        lake,
        ["customer360"],
        f"select * from customer360 where (customer_id in {ids} or user_id = '{text}'){in_month} "
        f"order by month desc, case when customer_id in {ids} then 0 else 1 end, customer_id",
    )
    if rows and not {*TABLE.names} <= rows[0].keys():
        raise ContractError("it lacks columns of this release", "`c360 run` adds them.", Where(table=TABLE.name))
    return rows


def _show(console: Console, row: Row) -> None:
    console.print(f"[bold]{shown(row['customer_id'])}[/] in {row['month']:%Y-%m}", highlight=False)
    for side, names in _SIDES:
        grid = Grid(title=side, title_justify="left", show_header=False)
        grid.add_column("what", min_width=18)
        grid.add_column("value", min_width=30)
        for name in names:
            grid.add_row(name, _readable(name, row))
        console.print(grid)


def _readable(name: str, row: Row) -> str:
    value = row[name]
    if value is None:
        return "[dim]–[/]"
    if name == "seconds_total":
        return f"{value:,} ({value / 3600:,.1f} h)"
    if name == "active_days":
        return f"{value} of {row['observed_days']} observed ({row['active_ratio']:.0%})"
    if name == "lift":
        return f"{value:.2f} × everyone's share"
    if name == "watch_change":
        return f"{value:.2f} × the month before"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else shown(value)
