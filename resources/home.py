"""Dagster's home: the folder for its runs, events and settings, made from the template on first use."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from resources.settings import PROJECT


def dagster_home() -> Path:
    """`DAGSTER_HOME`, or `.dagster` in the project; with resources/dagster.yaml, if it has none yet."""
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT / ".dagster").absolute()
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.exists():
        shutil.copyfile(PROJECT / "resources" / "dagster.yaml", config)
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
