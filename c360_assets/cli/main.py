"""The command `c360` and how it ends."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from c360_assets.cli import maintenance, pipeline, queries, sharing

_COMMANDS = (
    pipeline.sample,
    pipeline.run,
    pipeline.status,
    queries.profile,
    queries.explain,
    queries.diff,
    queries.sql,
    sharing.export,
    sharing.report,
    sharing.contract,
    sharing.reference,
    maintenance.upkeep,
    maintenance.history,
    maintenance.restore,
    maintenance.erase,
    maintenance.doctor,
    maintenance.home,
)
_TRACEBACK = "C360_TRACEBACK"
_GARBAGE = (50_000, 20, 50)
"""How often Python collects garbage: seldom, since nearly all objects of a run live until its end. Saves a tenth of it."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="customer360-lakehouse")
def cli() -> None:
    """Turns landed content and search logs into one profile per customer and month.

    \b
    Typical use:
      c360 sample --out landing --days 30 --rows 20000   make logs to try it with
      C360_LANDING=landing C360_LAKE=lake c360 run       make everything that changed
      c360 status                                        what landed, what was made, whether it balances
      c360 profile CONTRACT                              look a customer up
      c360 explain CONTRACT                              why the profile says what it says
      c360 report                                        the newest month as a page

    \b
    Where things are (environment):
      C360_LANDING    landed files, a folder or URI                  (data/landing)
      C360_LAKE       Delta tables, a folder or URI                  (data/lake)
      C360_REFERENCE  app categories, keyword dictionary, thresholds (what c360 comes with)
      C360_ENGINE     sail (embedded) or spark                       (sail)
      C360_SPARK_CONFIG  settings for Spark, a JSON object
      C360_FIRST_DAY  first day that partitions exist for            (2022-04-01)
      C360_WEBHOOK    address that messages are sent to              (none)
      DAGSTER_HOME    Dagster's runs and events                      (.dagster)
    """  # noqa: D301 - click leaves the lines after the character \b as they are


for _command in _COMMANDS:
    cli.add_command(_command)


def _unexpected(error: Exception) -> str:
    """One sentence for an error that nobody foresaw. Its text is left out: it may quote what landed."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f" in {Path(last.tb_frame.f_code.co_filename).name}, line {last.tb_lineno}" if last else ""
    return (
        f"an unexpected {type(error).__name__}{place}. This is a fault of the program. "
        f"Please report it, with what {_TRACEBACK}=1 shows; look through that first, since it may quote what landed."
    )


def _of_home(error: Exception) -> Any:
    """The error in a sentence if the disk of Dagster's home is full or closed; None if it is any other."""
    from resources.home import home_failure  # here, since it loads SQLAlchemy

    return home_failure(error)


def _print_any_text() -> None:
    """Makes what is printed UTF-8 in files and pipes. A terminal of another encoding gets escapes for what it can't show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _not_text(words: Sequence[str]) -> int | None:
    """The number of an argument that is not UTF-8: Python keeps its bytes in characters that only names of files may have."""
    unwritable = (
        number for number, word in enumerate(words, start=1) if any("\ud800" <= char <= "\udfff" for char in word)
    )
    return next(unwritable, None)


def main() -> None:
    """The entry point: an error is one sentence, without a page of usage before it."""
    gc.set_threshold(*_GARBAGE)
    _print_any_text()
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

        if isinstance(error, UnicodeEncodeError) and (number := _not_text(sys.argv[1:])):
            click.echo(f"c360: argument {number} is not text in UTF-8.", err=True)
            sys.exit(2)
        known = error if isinstance(error, C360Error) else _of_home(error)
        if known:
            click.echo(f"c360: {known}", err=True)
            sys.exit(known.exit_status)
        if os.environ.get(_TRACEBACK):
            raise
        click.echo(f"c360: {_unexpected(error)}", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)
