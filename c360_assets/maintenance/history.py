"""The versions of a table in the lake, and which of them can still be restored. Read from the Delta log; no engine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

from deltalake import DeltaTable

from resources.arrow import table_of
from resources.lake.damage import MALFORMED, actions_of, damaged_commit, damaged_log
from resources.locations import NotLookedAt, file_system, files_below

LOG = "_delta_log"


@dataclass(frozen=True)
class Version:
    """One commit. `rows` is the number it wrote, if it says so; `missing` counts data files of the version that are gone.

    `partitions` are the days or months whose files it added or removed, in order. A version can be restored if its log
    is complete and no file is missing.
    """

    number: int
    when: datetime
    operation: str
    why: str
    rows: int | None
    missing: int
    partitions: tuple[str, ...] = ()

    @property
    def is_restorable(self) -> bool:
        """Whether the table can be restored to this version."""
        return self.missing == 0


def history(uri: str, column: str | None) -> list[Version]:
    """The versions that can be read from the log, newest first.

    `column` is the column that the table is partitioned by. Files are listed once; then the log is walked back from the
    newest version. Raises ContractError where the log is damaged, and LocationError for a data file that can't be looked
    at: it is not gone.
    """
    store, root = file_system(uri)
    delta = DeltaTable(uri)  # before the files are listed: a commit in between is of no interest
    start, unlisted = root.rstrip("/") + "/", NotLookedAt()
    names = {path.removeprefix(start) for path in files_below(store, root, unlisted)}
    live = set(files_of(delta, column))
    found: list[Version] = []
    for number in range(delta.version(), _oldest_readable(names) - 1, -1):
        commit = f"{LOG}/{number:020}.json"
        if commit not in names:
            break
        try:
            actions = actions_of(store.cat_file(f"{root}/{commit}"))
            missing = live - names
            for name in missing:
                unlisted.refuse(start + name)
            found.append(_version(number, actions, column, len(missing)))
            live = (live - _paths(actions, "add")) | _paths(actions, "remove")
        except MALFORMED:
            raise damaged_commit(f"{root}/{commit}", number) from None
    if not found:
        raise damaged_log(uri.rpartition("/")[2])
    return found


def files_of(delta: DeltaTable, column: str | None) -> dict[str, tuple[date | None, int]]:
    """The data files of a version of a table: path below it → partition, rows."""
    adds = table_of(delta.get_add_actions(flatten=True)).to_pylist()
    return {unquote(add["path"]): (_day(add.get(f"partition.{column}")), int(add["num_records"] or 0)) for add in adds}


def _oldest_readable(names: Iterable[str]) -> int:
    """The oldest version that the log can rebuild: from the first commit, otherwise from the oldest checkpoint."""
    log = [name.removeprefix(f"{LOG}/") for name in names if name.startswith(f"{LOG}/")]
    if f"{0:020}.json" in log:
        return 0
    return min((int(name[:20]) for name in log if ".checkpoint." in name and name[:20].isdigit()), default=0)


def _version(number: int, actions: Iterable[Mapping[str, Any]], column: str | None, missing: int) -> Version:
    info: Mapping[str, Any] = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
    rows = (info.get("operationMetrics") or {}).get("numOutputRows")
    return Version(
        number,
        datetime.fromtimestamp(info.get("timestamp", 0) / 1000, UTC),
        info.get("operation", "unknown"),
        info.get("userMetadata") or "",
        None if rows is None else int(rows),
        missing,
        tuple(sorted(_partitions(actions, column))),
    )


def _partitions(actions: Iterable[Mapping[str, Any]], column: str | None) -> set[str]:
    files = (action.get("add") or action.get("remove") or {} for action in actions)
    values = ((file.get("partitionValues") or {}).get(column) for file in files)
    return {value for value in values if value}


def _paths(actions: Iterable[Mapping[str, Any]], kind: str) -> set[str]:
    return {unquote(action[kind]["path"]) for action in actions if kind in action}


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
