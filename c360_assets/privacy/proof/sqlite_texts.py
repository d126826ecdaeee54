"""The texts of an SQLite database, those that are only in its write-ahead log included."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from c360_assets.privacy.proof.decoding import as_text
from c360_assets.privacy.proof.forms import NOT_TEXT
from c360_assets.privacy.proof.text_check import is_text
from resources.landing.limits import LandingLimits

HEAD = b"SQLite format 3\0"
PAGES = (b"7\x7f\x06\x82", b"7\x7f\x06\x83", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
"""How write-ahead logs and rollback journals begin: both hold pages of the database."""
_LONGEST_VALUE = LandingLimits().line_bytes
_LONGEST_DEFINITION = 32 << 10
"""Characters that define a table, a view, an index or a trigger."""
_MOST_DEFINED, _STEPS_A_DEFINITION = 1000, 7
"""How many of these a database may have, about, and the steps that SQLite takes to read one."""
_STORED = (0, 3)
"""In `table_xinfo`: columns whose values are in the file. Others are computed when they are read."""
_MOST_TIMES = 16
"""Values may be this many times as large as their file, which holds the default of a column only once."""


def sqlite_texts(
    database: IO[bytes], log: bytes = b"", with_numbers: bool = False, problems: list[str] | None = None
) -> Iterator[str]:
    """Every text in every row of a copy, and numbers on request. `log` is the write-ahead log beside it.

    Values that are neither text nor numbers add a reason to `problems`, if it is given. Raises sqlite3.Error for a damaged
    database, for a value that is too long, and for more than its file has room for.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with copy.open("wb") as target:
            shutil.copyfileobj(database, target)
        if log:
            copy.with_name("copy.db-wal").write_bytes(log)
        room = copy.stat().st_size + len(log)
        with closing(sqlite3.connect(copy)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
            connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_DEFINITION)
            connection.execute("pragma trusted_schema = off")
            connection.text_factory = lambda data: data.decode(errors="replace")
            for value in _values(connection, room):
                if isinstance(value, bytes):
                    yield from as_text(value)
                    if problems is not None and NOT_TEXT not in problems and not is_text(value):
                        problems.append(NOT_TEXT)
                elif isinstance(value, str):
                    yield value
                elif with_numbers and value is not None:
                    yield str(value)


def _values(connection: sqlite3.Connection, room: int) -> Iterator[Any]:
    """The names and the values of all tables. `room` is the size of the file, of which each row takes a byte at least."""
    tables: list[str] = []
    for kind, table, definition in _schema(connection):
        yield definition
        if kind == "table":
            tables.append(table)
    rows, size = room, room * _MOST_TIMES + _LONGEST_VALUE
    for table in tables:
        for row in _rows(connection, table):
            rows -= 1
            size -= sum(len(value) for value in row if isinstance(value, str | bytes))
            if rows < 0 or size < 0:  # pages that point at each other
                raise sqlite3.DataError("the database holds more than its file has room for")
            yield from row


def _schema(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str | None]]:
    """The kinds, names and definitions of what a database has. SQLite takes all of it into memory, before anything else.

    Raises sqlite3.OperationalError if there is too much: SQLite is stopped after so many steps.
    """
    steps = iter(range(_MOST_DEFINED))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS_A_DEFINITION)
    connection.execute("select 1 from sqlite_master limit 1").fetchone()
    connection.set_progress_handler(None, 0)
    yield from connection.execute("select type, name, sql from sqlite_master")


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    found = [*connection.execute(f"pragma table_xinfo({_quoted(table)})")]
    columns = [_quoted(name) for _, name, *_, hidden in found if hidden in _STORED]
    if columns:
        yield from connection.execute(f"select {', '.join(columns)} from {_quoted(table)}")


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
