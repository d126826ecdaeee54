"""`c360`: the headless door to the same assets as Dagster's UI. Here are the commands and their words only.

What a command does is in `commands/`; it is imported when the command is called, so that `--help` answers at once.
"""

import os
import sys
from datetime import date
from pathlib import Path
from typing import Literal

import click

from c360_assets.commands.operations import OPERATIONS
from c360_assets.commands.parameters import Day, Month


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="customer360-lakehouse")
def cli() -> None:
    """Turns landed content and search logs into one profile per customer and month.

    \b
    Typical use:
      c360 sample --out landing --days 30 --rows 20000   make logs to try it with
      C360_LANDING=landing C360_LAKE=lake c360 run       make everything that changed
      c360 status                                        what landed, what was made, does it balance
      c360 profile CONTRACT                              look a customer up
      c360 explain CONTRACT                              why the profile says so

    \b
    Where things are (environment):
      C360_LANDING    landed files, a folder or URI       (data/landing)
      C360_LAKE       Delta tables, a folder or URI       (data/lake)
      C360_REFERENCE  categories, dictionary, cuts        (what c360 comes with)
      C360_ENGINE     sail (embedded) or spark            (sail)
      C360_SPARK_CONFIG  settings for Spark, a JSON object
      C360_FIRST_DAY  first day that partitions exist for (2022-04-01)
      DAGSTER_HOME    Dagster's runs and events           (.dagster)
    """  # noqa: D301 - click leaves the lines after the character \b as they are


@cli.command()
@click.option("--from", "first", type=Day(), help="First day to make; default: the first that landed.")
@click.option("--to", "last", type=Day(), help="Last day to make; default: the last that landed.")
@click.option("--all", "everything", is_flag=True, help="Make everything again, not only what changed.")
@click.option("--show-profile", is_flag=True, help="Show one active, matched customer at the end.")
@click.option("--strict", is_flag=True, help="End with status 1 if a check warns of what was made.")
def run(first: date | None, last: date | None, everything: bool, show_profile: bool, strict: bool) -> None:
    """Make all landed days, and the months they touch, in order.

    Only what changed is made: days whose landed files have other contents than what the lake holds, and what depends on
    them. Every step is a Dagster run: see it in the UI (make dev) afterwards.

    Exit status: 0 if all that landed was made and every blocking check passed, 1 if not (with --strict also if a check
    warns of what was made), 2 if the command was not understood.
    """
    if first and last and first > last:
        raise click.UsageError(f"--from {first} lies after --to {last}: swap them.")
    from c360_assets.commands.run import run_command
    from c360_assets.planning.plan import DayRange

    sys.exit(run_command(DayRange(first, last), everything, show_profile, strict))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print all of it as one JSON object.")
@click.option("--strict", is_flag=True, help="End with status 1 if a check warns of what the lake holds.")
def status(as_json: bool, strict: bool) -> None:
    """Show what landed, what was made of it, and whether it balances.

    Per log and month: days landed, made, changed since and missing; rows, the share in quarantine, the balance. Then
    what is still to be made, what can't be, what checks warn of, which names in the landing zone are not a day's, and
    which files are passed over because they are not data.

    Exit status: 0 if all that landed is made and balances, otherwise 1; with --strict also 1 if a check warns.
    """
    from c360_assets.commands.status import status_command

    sys.exit(status_command(as_json, strict))


@cli.command()
@click.argument("customer")
@click.option("--month", type=Month(), help="Month of the profile; default: the customer's newest.")
@click.option("--json", "as_json", is_flag=True, help="Print the row as JSON.")
def profile(customer: str, month: date | None, as_json: bool) -> None:
    """Show one customer, found by contract, user id or customer id.

    A customer id is contract:… or user:…, as customer360 has it.
    """
    from c360_assets.commands.profile import profile_command

    sys.exit(profile_command(customer, month, as_json))


@cli.command()
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
    from c360_assets.commands.explain import explain_command

    sys.exit(explain_command(customer, month, figure, as_json))


@cli.command()
@click.argument("audience")
@click.option("--month", type=Month(), help="Month of the members; default: the newest with customers.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("exports"),
    show_default=True,
    help="Folder that gets a folder AUDIENCE-MONTH.",
)
@click.option("--format", "form", type=click.Choice(["csv", "parquet", "json"]), default="csv", show_default=True)
@click.option("--columns", help="Columns of customer360, with commas between; default: customer_id,contract,user_id.")
def export(audience: str, month: date | None, out: Path, form: str, columns: str | None) -> None:
    """Write an audience as files: members, who entered, who left.

    With a manifest of rule, versions, counts and checksums. Written whole or not at all; the same lake gives the same
    bytes. Audiences are reference data (audiences.toml): see c360 reference.

    Exit status: 0 if all was written, 1 if the lake is not fit for it, 2 if the command was not understood.
    """
    from c360_assets.commands.export import export_command

    names = [name.strip() for name in columns.split(",") if name.strip()] if columns else []
    sys.exit(export_command(audience, month, out, form, names))


@cli.command()
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


@cli.command()
@click.argument("table")
@click.option("--from", "first", type=click.IntRange(min=0), help="The earlier version; default: the one before --to.")
@click.option("--to", "last", type=click.IntRange(min=0), help="The later version; default: the newest change.")
@click.option("--month", type=Month(), help="Compare this month only.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it, with every key, as one JSON object.")
def diff(table: str, first: int | None, last: int | None, month: date | None, as_json: bool) -> None:
    """Show what differs between two versions of a table, and why.

    Rows added, removed and changed, by key; transitions of segments; figures by how much; and which days had landed
    meanwhile. For the versions that there are: c360 history.
    """
    from c360_assets.commands.diff import diff_command

    sys.exit(diff_command(table, first, last, month, as_json))


for _command in OPERATIONS:
    cli.add_command(_command)


def main() -> None:
    """The entry point: an error is one sentence, without a page of usage before it."""
    os.umask(os.umask(0o077) | 0o077)  # as resources.home.owner_only does, which would slow down --help
    try:
        status = cli.main(prog_name="c360", standalone_mode=False)
    except click.UsageError as error:
        click.echo(f"c360: {error.format_message()}", err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        sys.exit(130)
    except Exception as error:
        from resources.errors import C360Error  # here, so that --help answers at once

        if not isinstance(error, C360Error):
            raise
        click.echo(f"c360: {error}", err=True)
        sys.exit(error.exit_status)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
