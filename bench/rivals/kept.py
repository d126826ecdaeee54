"""What the scripts that keep every record have on disk: where a partition is, and from which files it was made.

A folder for each table, and in it a parquet file for each day or month.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

RULES = json.loads(Path(__file__).with_name("rules.json").read_text(encoding="utf-8"))
"""Each table's key, its columns that are never null, and what holds for its rows, as DuckDB writes it."""
MONTHS = "months"
"""What stands in a state of no files, once the months were made of all days: a run that was stopped before makes all."""
PARTITIONS = ("log_date", "month")
"""The columns that tables are partitioned by."""


def state_of(landing: Path, files: Iterable[str]) -> dict[str, list[int]]:
    """Of each file, by its path below the landing zone, its size and time, by which a change is noticed."""
    stats = {str(Path(file).relative_to(landing)): Path(file).stat() for file in files}
    return {name: [found.st_size, found.st_mtime_ns] for name, found in stats.items()}


def is_as_landed(out: Path, name: str, state: Mapping[str, list[int]]) -> bool:
    """Whether what the lake keeps by this name was made from files in this state."""
    kept = out / "_made_from" / f"{name}.json"
    return kept.exists() and json.loads(kept.read_text()) == state


def keep_state(out: Path, name: str, state: Mapping[str, list[int]]) -> None:
    """Keeps what was made from which files; the last that is written of a day. The months then no longer stand."""
    kept = out / "_made_from" / f"{name}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    (out / "_made_from" / f"{MONTHS}.json").unlink(missing_ok=True)
    kept.write_text(json.dumps(state))


def partition_of(out: Path, table: str, column: str, value: date) -> Path:
    """The file of a table's day or month."""
    return out / table / f"{column}={value}" / "rows.parquet"
