"""What is said of a table whose log or files are damaged: what it is, and what to do. Libraries' words may quote values."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from resources.errors import ContractError, Where

_LARGEST_COMMIT = 256 << 20
"""Bytes of a commit's file at most: it names the data files of one commit."""
MALFORMED = (ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError)
"""What a file of a log raises that is JSON of another form, or none."""


def damaged_log(table: str) -> ContractError:
    """That a table's log can't be read."""
    return ContractError(
        "the table's log is damaged",
        "Restore _delta_log from a copy of the lake, or remove the table's folder: the next run makes it again.",
        Where(table=table),
    )


def damaged_commit(file: str, version: int) -> ContractError:
    """That a file of a table's log can't be read."""
    return ContractError(
        f"commit {version} of the table's log is damaged",
        "Restore the file from a copy of the lake, or remove the table's folder: the next run makes it again.",
        Where(file=file),
    )


def damaged_files(table: str) -> ContractError:
    """That a table's log or data files can't be read."""
    return ContractError(
        "the table's log or its data files are damaged",
        "Restore them from a copy of the lake, or remove the table's folder: the next run makes it again.",
        Where(table=table),
    )


def actions_of(text: bytes) -> list[Any]:
    """The actions of a commit. Raises one of MALFORMED where its file is damaged."""
    if len(text) > _LARGEST_COMMIT:
        raise ValueError("a commit is too large")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@contextmanager
def damage_named(table: str) -> Iterator[None]:
    """Raises ContractError where a table can't be read, other than because it does not exist or another was faster."""
    try:
        yield
    except (TableNotFoundError, CommitFailedError):
        raise
    except DeltaError:
        raise damaged_log(table) from None
    except (pa.ArrowException, FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise damaged_files(table) from None
