"""Looking things up: `profile`, `explain`, `diff` and `sql`."""

import sys
from datetime import date
from pathlib import Path
from typing import Literal

import click

from c360_assets.cli.parameters import Month


@click.command()
@click.argument("customer")
@click.option("--month", type=Month(), help="Month of the profile; default: the customer's newest.")
@click.option("--json", "as_json", is_flag=True, help="Print the row as JSON.")
@click.option(
    "--html",
    "page",
    metavar="[FILE]",
    type=click.Path(path_type=Path),
    is_flag=False,
    flag_value=".",
    help="Write a page instead; without FILE, here, as profile-CUSTOMER-MONTH.html.",
)
def profile(customer: str, month: date | None, as_json: bool, page: Path | None) -> None:
    """Show one customer, found by contract, user id or customer id.

    A customer id is contract:… or user:…, as customer360 has it. With --html, which comes after CUSTOMER: a page with the
    customer's months as charts, and its figures with the rule of each. It holds personal data, and needs no network.
    """
    if as_json and page:
        raise click.UsageError("--json and --html exclude each other: choose one.")
    from c360_assets.commands.profile import profile_command

    sys.exit(profile_command(customer, month, as_json, page))


@click.command()
@click.argument("customer")
@click.option("--month", type=Month(), help="Month of the profile; default: the customer's newest.")
@click.option("--figure", metavar="NAME", help="One figure, a column of customer360, in full.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as one JSON object.")
def explain(customer: str, month: date | None, figure: str | None, as_json: bool) -> None:
    """Explain a customer's figures, down to the landed records.

    Without --figure: the main figures, each with its rule, on one screen. With it: the rule, the rows of the month and of
    its days, the landed records, and what was not counted and why. Each figure is computed again from these records.

    Exit status: 0 if the records give each figure, 1 if not or if there is no such customer, 2 if the command was not
    understood.
    """
    from c360_assets.commands.explain.command import explain_command

    sys.exit(explain_command(customer, month, figure, as_json))


@click.command()
@click.argument("table")
@click.option("--from", "first", type=click.IntRange(min=0), help="The earlier version; default: the one before --to.")
@click.option(
    "--to", "last", type=click.IntRange(min=0), help="The later version; default: the newest that changed rows."
)
@click.option("--month", type=Month(), help="Compare this month only.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it, with every key, as one JSON object.")
def diff(table: str, first: int | None, last: int | None, month: date | None, as_json: bool) -> None:
    """Show what differs between two versions of a table, and why.

    Shows rows added, removed and changed, by key; how segments changed; by how much figures changed; and which days landed
    in between. c360 history lists the versions.
    """
    from c360_assets.commands.diff import diff_command

    sys.exit(diff_command(table, first, last, month, as_json))


@click.command()
@click.option(
    "-c", "--command", "text", metavar="SQL", help="Run this, and end; otherwise ask, or read standard input."
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def sql(text: str | None, form: Literal["table", "csv", "json"]) -> None:
    """Ask the lake in SQL: a prompt, or one answer with -c.

    DuckDB, with every table of the lake as a view. Read only: it writes no table and no file, reads no other file, and
    does not use the network.

    Exit status: 0 if all was answered, 1 if a query failed, 2 if one was not understood or would do more than read.
    """
    from c360_assets.commands.sql import sql_command

    sys.exit(sql_command(text, form))
