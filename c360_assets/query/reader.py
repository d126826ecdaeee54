"""Runs SQL that only reads, and says in one sentence what can't be run."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread

import duckdb
import pyarrow as pa

from c360_assets.contracts.table import TableSpec
from c360_assets.query.views import open_lake
from resources.errors import C360Error, QueryFailed, QueryNotUnderstood
from resources.threads import next_of

_ROWS_AT_ONCE = 10_000
_EXPLAIN = re.compile(r"\s*explain\b(\s*\([^)]*\)|\s+analyze\b)?", re.IGNORECASE)
_ONLY_READS = "Only tables of the lake can be read, and nothing can be written"
_Part = str | Exception | None
"""A part of the text of a result; why it can't be made; or nothing, after the last one."""
_VALUES = (duckdb.ConversionException, duckdb.OutOfRangeException)
"""Errors whose text may quote a value of a table. So may that of an InvalidInputException."""


class LakeReader:
    """Answers statements from the lake as it was when it was opened."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = self._cursor = connection

    def run(self, text: str) -> Iterator[pa.RecordBatchReader]:
        """The result of each statement of a text, run when it is asked for: see `watched`.

        Raises QueryNotUnderstood for a statement that is not one or does more than read; none of the text is run then.
        """
        statements = self._statements(text)
        for statement in statements:
            self._require_read_only(statement)
        return (self._result(statement) for statement in statements)

    def watched(self, parts: Iterator[str]) -> Iterator[str]:
        """The parts of the text of results. Ctrl-C stops the query that they wait for, and is raised then.

        DuckDB does not look for Ctrl-C while it makes rows, so they are made in a thread. What it raises is raised as an
        error of this project.
        """
        # Not a pool with futures, for the reason that `side_by_side` gives.
        asked: SimpleQueue[bool] = SimpleQueue()
        made: SimpleQueue[_Part] = SimpleQueue()
        maker = Thread(target=_make, args=(parts, asked, made))
        maker.start()
        try:
            asked.put(True)
            while (part := next_of(made)) is not None:
                if isinstance(part, Exception):
                    with _errors_as_sentences():
                        raise part
                yield part
                asked.put(True)
        finally:
            asked.put(False)
            while maker.is_alive():  # Ctrl-C may come at any moment, such as that at which a query is begun
                self._cursor.interrupt()
                maker.join(0.1)

    def _statements(self, text: str) -> list[duckdb.Statement]:
        with _errors_as_sentences():
            return self._connection.extract_statements(text)

    def _require_read_only(self, statement: duckdb.Statement) -> None:
        kind = statement.type
        if kind == duckdb.StatementType.EXPLAIN:
            explained = self._statements(_EXPLAIN.sub("", statement.query, count=1))
            kind = explained[0].type if len(explained) == 1 else kind
        if kind != duckdb.StatementType.SELECT:
            raise QueryNotUnderstood(_ONLY_READS, f"{kind.name} can't be run.")

    def _result(self, statement: duckdb.Statement) -> pa.RecordBatchReader:
        self._cursor = self._connection.cursor()  # of its own: a result that is not read to its end is in nobody's way
        return self._cursor.sql(statement).to_arrow_reader(_ROWS_AT_ONCE)


def _make(parts: Iterator[str], asked: SimpleQueue[bool], made: SimpleQueue[_Part]) -> None:
    """Makes a part whenever one is asked for, until False says that no more are wanted. None stands for the end."""
    while asked.get():
        try:
            made.put(next(parts, None))
        except Exception as error:
            made.put(error)


@contextmanager
def lake_reader(lake: str, tables: Mapping[str, TableSpec]) -> Iterator[LakeReader]:
    """A reader of the lake as it is now. Raises QueryFailed if the lake holds no table."""
    with (
        tempfile.TemporaryDirectory(prefix="c360-sql-") as scratch,
        open_lake(lake, tables, scratch) as connection,
    ):
        yield LakeReader(connection)


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise sentence_of(error) from None


def sentence_of(error: Exception) -> C360Error:
    """An error of a query in one sentence, which quotes the query and never a value of a table."""
    if isinstance(error, duckdb.PermissionException):
        return QueryNotUnderstood(_ONLY_READS, "Files, other databases, extensions and the network are closed to it.")
    if isinstance(error, _VALUES):
        return QueryFailed(
            "A value is not of the type or range that the query needs",
            "For a cast use try_cast, which gives null for such values.",
        )
    if isinstance(error, duckdb.InvalidInputException):
        return QueryFailed(
            "The query and the values of the lake don't go together, or a file of the lake is gone",
            "Check what its functions are given. If the lake changed since you began, start again.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryFailed("The query needs more memory than there is", "Ask for fewer columns, months or groups.")
    if isinstance(error, duckdb.InterruptException):
        return QueryFailed("The query was interrupted")
    if isinstance(error, duckdb.ProgrammingError | duckdb.NotSupportedError):
        text, _, place = str(error).partition("\n\nLINE ")
        line = f"line {place.partition(':')[0]}: " if place else ""
        return QueryNotUnderstood(line + " ".join(text.partition(": ")[2].split()))
    if isinstance(error, duckdb.Error):
        return QueryFailed(f"DuckDB could not run the query ({type(error).__name__})", "Write it in another way.")
    return QueryFailed(
        f"A table could not be read ({type(error).__name__})",
        "If the lake changed since you began, start again; otherwise see `c360 status`.",
    )
