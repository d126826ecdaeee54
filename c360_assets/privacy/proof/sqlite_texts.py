"""The texts of an SQLite database, those that are only in its write-ahead log included."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

HEAD = b"SQLite format 3\0"


def sqlite_texts(database: IO[bytes], log: bytes = b"") -> Iterator[str]:
    """Every text in every row of a copy. `log` is the write-ahead log beside it. Raises sqlite3.Error for a damaged one."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with copy.open("wb") as target:
            shutil.copyfileobj(database, target)
        if log:
            copy.with_name("copy.db-wal").write_bytes(log)
        with closing(sqlite3.connect(copy)) as connection:
            connection.text_factory = lambda data: data.decode(errors="replace")
            yield from _texts(connection)


def _texts(connection: sqlite3.Connection) -> Iterator[str]:
    tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        quoted = table.replace('"', '""')
        for row in connection.execute(f'select * from "{quoted}"'):
            for value in row:
                if isinstance(value, bytes):
                    yield value.decode(errors="replace")
                elif isinstance(value, str):
                    yield value
