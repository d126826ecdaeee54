"""Dagster's home: the folder for its runs, events and settings, made from the template on first use."""

import atexit
import os
import shutil
import sqlite3
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from resources.settings import default_root


def dagster_home() -> Path:
    """`DAGSTER_HOME`, or `.dagster` where defaults are; with the settings of the project, if it has none yet."""
    home = Path(os.environ.get("DAGSTER_HOME") or default_root() / ".dagster").absolute()
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), config)
    os.environ["DAGSTER_HOME"] = str(home)
    # A range's events are stored together at the end of a step: one by one they cost more than small partitions do.
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "500")
    return home


@event.listens_for(Engine, "connect")
def _commit_without_waiting(connection: Any, _: object) -> None:
    """Lets SQLite commit Dagster's events without waiting for the disk each time: half the time of small runs.

    With its write-ahead log nothing gets inconsistent; after a power cut the last events of a run may be missing.
    What is true of the tables stands in the lake.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = NORMAL")
        _keep_open(connection)


_kept_open: OrderedDict[str, sqlite3.Connection] = OrderedDict()
_MOST_KEPT_OPEN = 16


def _keep_open(connection: sqlite3.Connection) -> None:
    """Keeps a connection of our own to a database of Dagster's, which opens and closes one for each look at it.

    Whenever the last one is closed, SQLite moves its write-ahead log into the database and removes it: most of the
    time that a small run spent on its events. It saves time and no more, so what goes wrong here does not matter.
    Nothing in this process may open these files otherwise: closing them would take SQLite's locks away.
    """
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    home = os.environ.get("DAGSTER_HOME")
    if not home or not file or not Path(file).is_relative_to(home):
        return
    if file in _kept_open or connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        return
    with suppress(sqlite3.Error):
        kept = sqlite3.connect(file, check_same_thread=False)
        kept.execute("SELECT count(*) FROM sqlite_master").fetchone()  # until it has read, it is not connected
        if _kept_open.setdefault(file, kept) is not kept:  # another thread was faster
            kept.close()
        _let_go(_MOST_KEPT_OPEN)


def _let_go(most: int = 0) -> None:
    """Closes the oldest kept connections until so many are left."""
    while len(_kept_open) > most:
        _kept_open.popitem(last=False)[1].close()


atexit.register(_let_go)
