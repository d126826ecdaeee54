"""Keeping the lake: `upkeep`, `history`, `restore`, `erase`, `doctor` and `home`."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--retention", type=float, default=168, show_default=True, help="Hours that files out of use are kept.")
@click.option("--short", is_flag=True, help="Allow a retention under 168 hours, down to 24.")
@click.option("--alone", is_flag=True, help="Nobody writes or reads the lake meanwhile: allow any retention.")
@click.option("--dry-run", is_flag=True, help="Change nothing; tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def upkeep(tables: tuple[str, ...], retention: float, short: bool, alone: bool, dry_run: bool, as_json: bool) -> None:
    """Keep tables small: join files, remove what is out of use.

    Also removes what killed runs left, and shortens the log. All tables, or some.

    Safe while others read and write. No row changes. What is removed can't be restored any more.

    Exit status: 0 if all was done, 1 if a table was left, 2 if the command was not understood.
    """
    from c360_assets.commands.upkeep import upkeep_command

    sys.exit(upkeep_command(tables, retention, short, alone, dry_run, as_json))


@click.command()
@click.argument("table")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print them as one JSON object.")
def history(table: str, limit: int, as_json: bool) -> None:
    """Show a table's versions, and which of them can be restored."""
    from c360_assets.commands.restore import history_command

    sys.exit(history_command(table, limit, as_json))


@click.command()
@click.argument("table")
@click.option(
    "--version", type=click.IntRange(min=0), required=True, help="The version to go back to: see c360 history."
)
@click.option("--yes", is_flag=True, help="Do it; without, only tell what would change.")
def restore(table: str, version: int, yes: bool) -> None:
    """Put a table back to an earlier version.

    In one commit, which can itself be undone the same way. Without --yes it only says what would change.

    The tables made from it stay as they are. The next c360 run makes the restored partitions again from what landed, and says so.

    Put back to its newest version, a raw table keeps what others have changed, and loses what is gone, in days that are
    no longer landed.
    """
    from c360_assets.commands.restore import restore_command

    sys.exit(restore_command(table, version, yes))


@click.command()
@click.argument("customers", nargs=-1, metavar="CUSTOMER...")
@click.option(
    "--from-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one customer per line.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done (the default without --yes).")
@click.option("--yes", is_flag=True, help="Do it.")
@click.option(
    "--landing",
    type=click.Choice(["list", "rewrite"]),
    default="list",
    show_default=True,
    help="What to do with landed files that hold them.",
)
@click.option(
    "--accept-lost",
    is_flag=True,
    help="Erase even though the list of erasures has lost entries; name everyone who is missing from it.",
)
@click.option("--again", is_flag=True, help="Name nobody: compare what was put back with the list of erasures.")
@click.option(
    "--verify", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Repeat the proof of this receipt."
)
def erase(
    customers: tuple[str, ...],
    from_file: Path | None,
    dry_run: bool,
    yes: bool,
    landing: str,
    accept_lost: bool,
    again: bool,
    verify: Path | None,
) -> None:
    """Erase customers from the lake, with a proof and a receipt.

    CUSTOMER is a contract, a user id or a customer id. Erasing a contract also erases its linked users. Needs
    C360_ERASURE_KEY or C360_ERASURE_KEY_FILE.

    Landed files that hold the customers are listed in the receipt or, with --landing rewrite, rewritten without them.

    Exit status with --yes: 0 if everything was made again, no trace was found, and all landed files that needed it were
    rewritten; otherwise 1, also if the lake does not hold the customer. 2 if the command or the key was not accepted.
    """
    from c360_assets.commands.erase import erase_command, verify_command
    from c360_assets.privacy.customers_file import customers_in

    if verify:
        if customers or from_file or yes or again:
            raise click.UsageError("--verify takes no customers and no --yes.")
        sys.exit(verify_command(verify))
    listed = customers_in(from_file) if from_file else {}
    if bool(customers or listed) == again:
        raise click.UsageError("Name a customer, or a file of them with --from-file, or nobody with --again.")
    sys.exit(erase_command([*customers, *listed], yes and not dry_run, landing, listed, accept_lost))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
def doctor(as_json: bool) -> None:
    """Check this machine: what a run needs, and what is missing.

    Python, memory, landing zone, lake, reference data, erasure key, Dagster's storage, and an engine that is started and
    asked. It makes the lake's folder, and writes a file there that it removes at once.

    Exit status: 0 if nothing failed, otherwise 1.
    """
    from c360_assets.commands.doctor.command import doctor_command

    sys.exit(doctor_command(as_json))


@click.command()
def home() -> None:
    """Make Dagster's home, if need be, and print where it is."""
    from resources.home import dagster_home

    click.echo(dagster_home())
