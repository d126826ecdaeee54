"""Handing on what the lake holds: `export`, `report`, `contract` and `reference`."""

import sys
from datetime import date
from pathlib import Path

import click

from c360_assets.cli.parameters import Month


@click.command()
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


@click.command()
@click.option("--month", type=Month(), help="Month of the page; default: the newest with customers.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: report-MONTH.html."
)
def report(month: date | None, out: Path | None) -> None:
    """Write a month as one HTML page, for people who don't write SQL.

    What landed and what was refused, customers by lifecycle and segment, taste, retention, scores, demand, audiences and
    the warnings of checks, each with its meaning. Counts, sums and shares only: no customer is named. The page needs no
    network and can be printed; the same lake gives the same bytes.

    Exit status: 0 if it was written, 1 if the lake is not fit for it, 2 if the command was not understood.
    """
    from c360_assets.commands.report import report_command

    sys.exit(report_command(month, out))


@click.command()
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--format", "form", type=click.Choice(["odcs"]), default="odcs", show_default=True, help="The standard.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
def contract(tables: tuple[str, ...], form: str, as_json: bool) -> None:
    """Print the tables' data contracts, for catalogs and checkers.

    All tables, or some: columns, types, keys, personal columns, lineage and row rules, as the Open Data Contract
    Standard (odcs) 3.1 has them.
    """
    from c360_assets.commands.contract import contract_command

    sys.exit(contract_command(tables, as_json))


@click.command()
def reference() -> None:
    """Print the folder of the reference data.

    To change the data that c360 comes with, copy that folder, and set C360_REFERENCE to the copy.
    """
    from resources.settings import Settings

    click.echo(Settings.from_environment(lake_alone=True).reference)
