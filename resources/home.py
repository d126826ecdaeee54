"""Dagster's home: the folder for its runs, events and settings, made from the template on first use."""

import atexit
import os
import sqlite3
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import Engine, event

from resources.errors import C360Error, LocationError
from resources.settings import default_root
from resources.whole_file import write_whole


def owner_only() -> None:
    """Lets new files of this process be read by their owner only: the lake and Dagster's home hold personal data.

    It adds to the process's umask, so a stricter one stays. Files that exist keep their modes.
    """
    os.umask(os.umask(0o077) | 0o077)


def dagster_home() -> Path:
    """`DAGSTER_HOME`, or `.dagster` where defaults are; with the settings of the project, if it has none yet."""
    home = Path(os.environ.get("DAGSTER_HOME") or default_root() / ".dagster").absolute()
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists() or not config.stat().st_size:  # an empty one is what a full disk leaves
        template = Path(__file__).with_name("dagster.yaml")
        write_whole(LocalFileSystem(), str(config), template.read_bytes())
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")  # a home that was there before may have it on
    _speed_up_events()
    # A range's events are stored together at the end of a step: one by one they cost more than small partitions do.
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "500")
    return home


_OF_THE_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
)
"""The codes of SQLite's errors that say so."""


def home_failure(error: BaseException) -> C360Error | None:
    """The error as one of ours if the disk of Dagster's home can't be read or written; None if it is any other."""
    cause: BaseException | None = error
    while cause is not None:
        known = getattr(cause, "orig", cause)  # SQLAlchemy's errors hold that of the database
        if isinstance(known, sqlite3.OperationalError) and known.sqlite_errorcode & 0xFF in _OF_THE_DISK:
            home = os.environ.get("DAGSTER_HOME", "")
            return LocationError(
                f"Dagster's home {home} can't be used ({known})",
                "Free some space there or make it writable for you (DAGSTER_HOME), and run again: what was made stays.",
            )
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return None


def _speed_up_events() -> None:
    """Has SQLAlchemy, by which Dagster keeps its runs and events, prepare each connection of this process."""
    if not event.contains(Engine, "connect", _commit_without_waiting):
        event.listen(Engine, "connect", _commit_without_waiting)
        atexit.register(_let_go)


def _commit_without_waiting(connection: Any, _: object) -> None:
    """Lets SQLite commit Dagster's events without waiting for the disk, which takes half the time of small runs.

    With its write-ahead log, nothing becomes inconsistent. After a power cut, the last events of a run may be missing;
    what was made of the tables is recorded in the lake.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = NORMAL")
        _keep_open(connection)


_kept_open: OrderedDict[str, sqlite3.Connection] = OrderedDict()
_MOST_KEPT_OPEN = 16


def _keep_open(connection: sqlite3.Connection) -> None:
    """Keeps a connection of our own to a database of Dagster, which opens and closes one for each access.

    Whenever the last connection is closed, SQLite moves its write-ahead log into the database and removes the log, which
    is most of the time that a small run spends on its events. This only saves time, so failures here do not matter.
    Nothing else in this process may open these files: closing them would release SQLite's locks.
    """
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    home = os.environ.get("DAGSTER_HOME")
    if not home or not file or not Path(file).is_relative_to(home):
        return
    if file in _kept_open or connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        return
    with suppress(sqlite3.Error):
        kept = sqlite3.connect(file, check_same_thread=False)
        kept.execute("SELECT count(*) FROM sqlite_master").fetchone()  # it is connected only once it has read
        if _kept_open.setdefault(file, kept) is not kept:  # another thread was faster
            kept.close()
        _let_go(_MOST_KEPT_OPEN)


def _let_go(most: int = 0) -> None:
    """Closes the oldest kept connections until at most `most` are left."""
    while len(_kept_open) > most:
        _kept_open.popitem(last=False)[1].close()
