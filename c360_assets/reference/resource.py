"""The reference data as a Dagster resource.

A run reads it once, when a transform first needs it: whatever it makes is made by the same rules. Sensors live in a process
that may run for months, and see a file that has changed.
"""

import os
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from c360_assets.reference.categories import CATEGORIES
from c360_assets.reference.model import Reference, load_reference
from resources.errors import BadReference, Where


class ReferenceData(dg.ConfigurableResource[Any]):
    """Loads the reference data of a folder."""

    folder: str = Field(description="Folder of categories.csv, keywords.csv, measures.toml and the rest")

    def load(self) -> Reference:
        """The reference data as this process read it first.

        Raises BadReference, with file and line, if something is wrong in it.
        """
        return _load(self.folder)

    def current(self) -> Reference:
        """The reference data as its files are now; they are read again if one has changed. Raises BadReference."""
        return _load_state(self.folder, _state(Path(self.folder)))


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes with any file of a folder; nothing if there is no such folder, which reading it reports."""
    if not folder.is_dir():
        return ()
    with os.scandir(folder) as files:
        return tuple(sorted((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files))


@lru_cache(maxsize=2)
def _load_state(folder: str, state: tuple[tuple[str, int, int], ...]) -> Reference:
    return _read(folder)


@cache
def _load(folder: str) -> Reference:
    return _read(folder)


def _read(folder: str) -> Reference:
    reference = load_reference(Path(folder))
    if reference.category_codes != CATEGORIES:
        raise BadReference(
            f"its codes must be {', '.join(CATEGORIES)}, in this order: the tables have a column for each",
            "Keep the codes; labels are free.",
            Where(file=f"{folder}/categories.csv"),
        )
    return reference
