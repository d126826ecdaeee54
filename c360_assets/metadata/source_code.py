"""Where a table's rows and its source are: its place in the lake, and the lines of code that make it.

Both are known only where the project runs, so they are added when the definitions are built.
"""

import inspect
import warnings
from types import FunctionType
from typing import Any

import dagster as dg


def location_metadata(uri: str, transform: FunctionType) -> dict[str, Any]:
    """The URI of a table, and the file and line of the transform that makes it."""
    metadata: dict[str, Any] = {"dagster/uri": uri}
    file = inspect.getsourcefile(transform)
    if file:
        with warnings.catch_warnings():  # in beta in Dagster 1.13; users need not read that at every start
            warnings.simplefilter("ignore", dg.BetaWarning)
            line = transform.__code__.co_firstlineno  # inspect.getsourcelines reads the whole function to know it
            place = dg.LocalFileCodeReference(file_path=file, line_number=line)
            metadata["dagster/code_references"] = dg.CodeReferencesMetadataValue(code_references=[place])
    return metadata
