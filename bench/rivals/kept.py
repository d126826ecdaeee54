"""What the scripts that keep every record have on disk: where a partition is, and from which files it was made.

A folder for each table, and in it a parquet file for each day or month.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from bench.rivals.landed import LandedDay, Log, landed_days

RULES = json.loads(Path(__file__).with_name("rules.json").read_text(encoding="utf-8"))
"""Each table's key, its columns that are never null, and what holds for its rows, in DuckDB's SQL."""
PARTITIONS = ("log_date", "month")
"""The columns that tables are partitioned by."""
_MADE_FROM = "_made_from"
_MONTHS = "_months_complete"
"""Exists once the months were made from all days. If a run stops before that, the next one makes all months."""
Rows = TypeVar("Rows")


def keep_days(
    log: Log,
    landing: Path,
    out: Path,
    make: Callable[[LandedDay], Mapping[str, Rows]],
    write: Callable[[str, Rows, Path], None],
) -> list[date]:
    """Makes the tables of a log's days whose files changed, and returns these days."""
    changed = []
    for day in landed_days(landing / log.folder):
        name, state = f"{log.folder}/{day.day}", state_of(landing, day.files)
        if not is_as_landed(out, name, state):
            for table, rows in make(day).items():
                write(table, rows, partition_of(out, table, "log_date", day.day))
            keep_state(out, name, state)
            changed.append(day.day)
    return changed


def state_of(landing: Path, files: Iterable[str]) -> dict[str, list[int]]:
    """The size and time of each file, by its path below the landing zone: a change of them is a change of the file."""
    stats = {str(Path(file).relative_to(landing)): Path(file).stat() for file in files}
    return {name: [found.st_size, found.st_mtime_ns] for name, found in stats.items()}


def is_as_landed(out: Path, name: str, state: Mapping[str, list[int]]) -> bool:
    """Whether what is kept under this name was made from files in this state."""
    kept = out / _MADE_FROM / f"{name}.json"
    return kept.exists() and json.loads(kept.read_text()) == state


def keep_state(out: Path, name: str, state: Mapping[str, list[int]]) -> None:
    """Records which files something was made from, after all of it is written. The months are then not complete."""
    kept = out / _MADE_FROM / f"{name}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    (out / _MONTHS).unlink(missing_ok=True)
    kept.write_text(json.dumps(state))


def months_are_complete(out: Path) -> bool:
    """Whether the months were made from all the days that are kept."""
    return (out / _MONTHS).exists()


def complete_months(out: Path) -> None:
    """Records that the months were made from all the days that are kept."""
    (out / _MONTHS).touch()


def partition_of(out: Path, table: str, column: str, value: date) -> Path:
    """The file of a table's day or month."""
    return out / table / f"{column}={value}" / "rows.parquet"
