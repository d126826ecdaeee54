"""Errors for tables whose log or files can't be read: what is wrong, and what to do. Texts of libraries may quote values."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError

from resources.engine.failures import failure_of
from resources.errors import ContractError, UnexpectedError, Where

_LARGEST_COMMIT = 256 << 20
"""Bytes of a commit's file at most: it names the data files of one commit."""
_REMEDY = (
    "If an erasure is in progress, wait for its end. Otherwise restore the table's folder from the newest copy of the lake. "
    "Don't remove it: raw tables may hold days that are no longer in the landing zone, and without the erasure list erased "
    "people come back."
)
MALFORMED = (ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError)
"""What a file of the lake raises that is JSON of another form, or none."""


def damaged_log(table: str) -> ContractError:
    """That a table's log can't be read."""
    return ContractError(
        "the table's log is damaged",
        _REMEDY,
        Where(table=table),
    )


def damaged_commit(file: str, version: int) -> ContractError:
    """That a file of a table's log can't be read."""
    return ContractError(
        f"commit {version} of the table's log is damaged",
        _REMEDY,
        Where(file=file),
    )


def damaged_files(table: str) -> ContractError:
    """That a table's log or data files can't be read."""
    return ContractError(
        "the table's log or its data files are damaged",
        _REMEDY,
        Where(table=table),
    )


def unanswered(tables: str) -> ContractError:
    """That tables whose logs can be read don't answer a query."""
    return ContractError(
        "a query failed: a column is missing, or data files are damaged",
        f"`c360 run` adds the columns of a new release. If that changes nothing: {_REMEDY}",
        Where(table=tables),
    )


def actions_of(text: bytes) -> list[Any]:
    """The actions of a commit. Raises one of MALFORMED where its file is damaged."""
    if len(text) > _LARGEST_COMMIT:
        raise ValueError("a commit is too large")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@contextmanager
def damage_named(table: str, otherwise: Callable[[str], ContractError] = damaged_log) -> Iterator[None]:
    """Raises ContractError where a table's log or files are damaged.

    Errors with another cause are raised as they are: a table that does not exist, another writer's commit, a full disk, a place
    that can't be written. `otherwise` gives the error for what the library says nothing else of.
    """
    try:
        yield
    except (TableNotFoundError, CommitFailedError):
        raise
    except DeltaError as error:
        cause = failure_of(error)
        raise (otherwise(table) if isinstance(cause, UnexpectedError) else cause) from None
    except (pa.ArrowException, FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise damaged_files(table) from None
    except Exception as error:
        if type(error) is not Exception:  # as delta-rs (1.6) raises it where a query can't read a data file
            raise
        raise damaged_files(table) from None
