"""Where a table's rows and its source stand: its place in the lake, and the lines that make it.

Known only where the project runs, so it is added when the definitions are built.
"""

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import dagster as dg


def location_metadata(uri: str, transform: Callable[..., Any]) -> dict[str, Any]:
    """The URI of a table, and the file and line of the transform that makes it."""
    metadata: dict[str, Any] = {"dagster/uri": uri}
    file = inspect.getsourcefile(transform)
    if file:
        with warnings.catch_warnings():  # beta in Dagster 1.13: we know, and users need not read it at every start
            warnings.simplefilter("ignore", dg.BetaWarning)
            place = dg.LocalFileCodeReference(file_path=file, line_number=inspect.getsourcelines(transform)[1])
            metadata["dagster/code_references"] = dg.CodeReferencesMetadataValue(code_references=[place])
    return metadata
