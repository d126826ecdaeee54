"""`c360 sql`: SQL over the lake, from the command line, a file or a prompt. Starts no engine."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

import click
import pyarrow as pa

from c360_assets.query.output import TEXTS, Form
from c360_assets.query.reader import LakeReader, lake_reader
from c360_assets.tables import TABLES
from resources.erasure.older_copies import require_not_put_back
from resources.errors import C360Error, QueryFailed
from resources.harmless import harmless
from resources.settings import Settings

_HELP = """End a statement with a semicolon.
.tables          the tables, and what they hold
.columns TABLE   the columns of a table, and what they mean
.quit            the end (or Ctrl-D)
"""
_TABLES = 'SELECT view_name AS "table", comment AS description FROM duckdb_views() WHERE NOT internal ORDER BY view_oid'
_COLUMNS = (
    'SELECT column_name AS "column", lower(data_type) AS type, comment AS description '
    "FROM duckdb_columns() WHERE NOT internal AND table_name = '{}' ORDER BY column_index"
)


def sql_command(text: str | None, form: Form) -> int:
    """Runs a text or standard input, or asks for statements if standard input is a terminal.

    Raises QueryNotUnderstood or QueryFailed; at the prompt it only says so.
    """
    lake = Settings.from_environment(lake_alone=True).lake
    require_not_put_back(lake)
    with lake_reader(lake, TABLES) as reader:
        try:
            if text is None and sys.stdin.isatty():
                _prompt(reader, form)
            else:
                _print(reader, sys.stdin.read() if text is None else text, form)
            sys.stdout.flush()
        except BrokenPipeError:  # who reads wants no more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _print(reader: LakeReader, text: str, form: Form) -> None:
    is_seen = sys.stdout.isatty()
    for part in reader.watched(part for result in reader.run(text) for part in _parts(result, form)):
        sys.stdout.write(harmless(part) if is_seen and form != "table" else part)


def _parts(result: pa.RecordBatchReader, form: Form) -> Iterator[str]:
    """A result in a form. Raises QueryFailed for values that it can't hold, such as NaN in JSON or the year 20000."""
    try:
        yield from TEXTS[form](result)
    except (OverflowError, ValueError):
        raise QueryFailed(f"A value can't be shown as {form}", "Cast its column to VARCHAR in the query.") from None


def _prompt(reader: LakeReader, form: Form) -> None:
    """Asks for statements until the end of input. An error or Ctrl-C ends a statement, and not the prompt."""
    click.echo("SQL (DuckDB) over the lake as it is now, read only. .help for help.")
    for text in _typed():
        try:
            if text == ".quit":
                return
            if text == ".help":
                click.echo(_HELP, nl=False)
            else:
                _print(reader, _meant(text), form)
        except KeyboardInterrupt:
            click.echo("c360: The query was interrupted", err=True)
        except C360Error as error:
            click.echo(f"c360: {error}", err=True)


def _typed() -> Iterator[str]:
    """What is typed: statements up to their semicolon, and lines that begin with a full stop."""
    with suppress(ImportError):
        import readline  # noqa: F401 - makes lines editable; nothing typed is kept
    lines: list[str] = []
    while True:
        try:
            line = input("   ...> " if lines else "c360> ").rstrip()
        except KeyboardInterrupt:
            lines.clear()
            click.echo()
            continue
        except EOFError:
            click.echo()
            return
        if line.startswith(".") and not lines:
            yield line.strip()
        elif line or lines:
            lines.append(line)
            if line.endswith(";"):
                yield "\n".join(lines)
                lines.clear()


def _meant(text: str) -> str:
    """The SQL of a text: its own, or that of a command of the prompt. Raises QueryFailed for an unknown one."""
    if not text.startswith("."):
        return text
    command, _, name = text.partition(" ")
    if command == ".tables" and not name:
        return _TABLES
    if command == ".columns" and name.strip() in TABLES:
        return _COLUMNS.format(name.strip())
    if command == ".columns":
        raise QueryFailed("There is no such table", "See .tables.")
    raise QueryFailed("There is no such command", "See .help.")
