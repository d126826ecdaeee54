"""The reference data as a Dagster resource: read once per process, when a transform first needs it."""

from functools import cache
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
        """The reference data. Raises BadReference, with file and line, if something is wrong in it."""
        return _load(self.folder)


@cache
def _load(folder: str) -> Reference:
    reference = load_reference(Path(folder))
    if reference.category_codes != CATEGORIES:
        raise BadReference(
            f"its codes must be {', '.join(CATEGORIES)}, in this order: the tables have a column for each",
            "Keep the codes; labels are free.",
            Where(file=f"{folder}/categories.csv"),
        )
    return reference
