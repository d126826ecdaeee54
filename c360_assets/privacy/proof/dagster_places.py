"""Where a Dagster instance keeps what it writes. By default that is all in its home; its settings may name other places."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dagster._core.instance.ref import InstanceRef
from dagster._serdes import ConfigurableClassData

_FOLDERS = ("base_dir", "local_dir")
"""Settings that name a local folder. Those that keep logs in an object store collect them in `local_dir` first."""
_IN_FILES = ("Sqlite", "DagsterSqlite", "ConsolidatedSqlite", "Local")
"""How the names of the classes begin that keep all in local files."""
_WITHIN = {"LocalArtifactStorage": ("storage", "schedules"), "DagsterSqliteStorage": ("history", "schedules")}
"""The folders that these classes make in theirs, which may hold anything else."""
_NOTHING = "NoOpComputeLogManager"


@dataclass(frozen=True)
class DagsterPlaces:
    """Local folders, and sentences on what is kept elsewhere, such as in PostgreSQL. These name no host and no password."""

    folders: list[Path] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def outside(self, *roots: str) -> list[str]:
        """The folders that are not in one of these folders, which are searched as a whole."""
        searched = [Path(root).resolve() for root in roots]
        found = dict.fromkeys(folder.resolve() for folder in self.folders)
        return [
            str(one)
            for one in found
            if not any(one.is_relative_to(root) for root in (*searched, *found.keys() - {one}))
        ]


def dagster_places(home: Path) -> DagsterPlaces:
    """The places that the settings in Dagster's home name. Nothing is connected to."""
    places = DagsterPlaces()
    for what, part in _parts(InstanceRef.from_dir(str(home))):
        folders = [Path(found) for key in _FOLDERS if (found := _text(part.config_dict.get(key)))]
        inner = _WITHIN.get(part.class_name, ("",))
        places.folders.extend(folder / name for folder in folders for name in inner)
        if not part.class_name.startswith(_IN_FILES) and part.class_name != _NOTHING:
            places.elsewhere.append(
                f"What Dagster keeps of its {what} ({part.class_name}) is not in local files, so it is not searched: "
                "look for the customers there yourself."
            )
    return places


def _parts(instance: InstanceRef) -> Iterator[tuple[str, ConfigurableClassData]]:
    """What an instance keeps, in words, and by what."""
    yield "artifacts", instance.local_artifact_storage_data
    yield "output of steps", instance.compute_logs_data
    if instance.storage_data and instance.storage_data.class_name != "CompositeStorage":
        yield "runs, events and schedules", instance.storage_data
        return
    for what, part in (
        ("runs", instance.run_storage_data),
        ("events", instance.event_storage_data),
        ("schedules", instance.schedule_storage_data),
    ):
        if part:
            yield what, part


def _text(setting: Any) -> str | None:
    """A text of Dagster's settings, which may name an environment variable."""
    return os.environ.get(str(setting.get("env"))) if isinstance(setting, dict) else setting
