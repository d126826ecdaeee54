"""Making tables: `sample`, `run` and `status`."""

import sys
from datetime import date
from pathlib import Path

import click

from c360_assets.cli.parameters import Day


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to land in.")
@click.option("--from", "first", type=Day(), default="2022-04-01", show_default=True, help="First day.")
@click.option("--days", type=click.IntRange(min=1), help="How many days; with --months, of each month (default: all).")
@click.option("--rows", type=click.IntRange(min=1), help="Content rows per day; a 20th as many searches.")
@click.option(
    "--months", type=click.IntRange(min=1), help="A small population that changes over so many months, instead of rows."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--format", "form", type=click.Choice(["json", "csv", "parquet"]), default="json", show_default=True)
@click.option(
    "--forms",
    type=click.Choice(["one", "all"]),
    default="one",
    show_default=True,
    help="all: each day in another form.",
)
def sample(
    out: Path, first: date, days: int | None, rows: int | None, months: int | None, seed: int, form: str, forms: str
) -> None:
    """Make landing data of any size, in the formats of real logs.

    With the real distributions and dirt. All of it is invented. Give --days and --rows; or --months for a small population
    in which people come, drift away and come back, from the month of --from on.
    """
    from c360_assets.commands.sample import months_command, sample_command

    if months is not None:
        if rows is not None or form != "json" or forms != "one":
            raise click.UsageError("--months makes its own rows and forms: leave out --rows, --format and --forms.")
        sys.exit(months_command(out, first, months, days or 31, seed))
    if days is None or rows is None:
        raise click.UsageError("Give --days and --rows, or --months.")
    sys.exit(sample_command(out, first, days, rows, seed, form, forms == "all"))


@click.command()
@click.option("--from", "first", type=Day(), help="First day to make; default: the first that landed.")
@click.option("--to", "last", type=Day(), help="Last day to make; default: the last that landed.")
@click.option("--all", "everything", is_flag=True, help="Make everything again, not only what changed.")
@click.option("--show-profile", is_flag=True, help="Show one active, matched customer at the end.")
@click.option(
    "--strict", is_flag=True, help="End with status 1 if a check warns about what was made, or a day is overdue."
)
@click.option("--quiet", "-q", is_flag=True, help="Print only what needs attention: failures, warnings, overdue days.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made, failures and warnings as one JSON object.")
def run(
    first: date | None,
    last: date | None,
    everything: bool,
    show_profile: bool,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make what changed: days, then every month that depends on them.

    Only what changed is made: days whose landed files differ from what the lake was made from, and whatever depends on
    them. Every step is a Dagster run: see it in the UI (make dev) afterwards.

    Exit status: 0 if all that landed was made, every blocking check passed and no erasure is unfinished, 1 if not (with
    --strict also if a check warns about what was made, or a day is overdue), 2 if the command was not understood.
    """
    if first and last and first > last:
        raise click.UsageError(f"--from {first} is after --to {last}: swap them.")
    from c360_assets.commands.run.command import RunOptions, run_command
    from c360_assets.planning.plan import DayRange

    sys.exit(run_command(DayRange(first, last), everything, RunOptions(show_profile, strict, quiet, as_json)))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print all of it as one JSON object.")
@click.option("--strict", is_flag=True, help="End with status 1 if a check warns, or a day is overdue.")
def status(as_json: bool, strict: bool) -> None:
    """Show what landed, what was built from it, whether it balances.

    Per log and month: days that landed, were made, have changed since, or are missing; rows; the share in quarantine; the
    balance. Then: what is still to be made, what can't be, overdue days, warnings from checks, names in the landing zone
    that are not a valid day, and files passed over as not data.

    Exit status: 0 if all that landed is made and balances and no erasure is unfinished, otherwise 1; with --strict also
    1 if a check warns or a day is overdue.
    """
    from c360_assets.commands.status.command import status_command

    sys.exit(status_command(as_json, strict))
