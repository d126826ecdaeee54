"""The lake: Delta tables below one root, and the only way that rows get into them.

Nothing here knows what a column means. A table's contract gives its columns, types and partition. A frame that does not
fit is refused here, because the engines don't refuse it: one drops columns that the table lacks, and accepts rows
outside the partition that is replaced.
"""

import random
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from resources.arrow import table_of
from resources.engine.failures import is_conflict
from resources.engine.session import Engine
from resources.errors import ContractError, Where
from resources.lake.contents import NO_FILES, CommitLog, content_of, contents, data_files
from resources.lake.open_tables import OpenTables
from resources.lake.table_schema import TableContract, found_or_created, require_schema
from resources.locations import file_system

_TRIES = 20  # of four that write one day without a pause, each loses every second time: one in a million gives up
_DOUBLINGS = 4  # of the pause between two tries: it stays below two seconds
_FITTING: set[tuple[str, Hashable]] = set()
"""Tables, each with what makes frames that fit it."""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Committed:
    """The result of one write: figures of the partition, and of the whole table.

    `version` is the one that the commit made, `content` a digest of the data files that it added. `committed_at` is the
    time of the newest commit, in seconds since 1970 (UTC).
    """

    version: int
    committed_at: float
    partition_rows: int
    partition_bytes: int
    partition_files: int
    rows: int
    table_bytes: int
    content: str = NO_FILES


class Lake:
    """Reads and writes the tables below a root, a local path or an object store's URI."""

    def __init__(self, root: str, engine: Engine) -> None:
        self.root = root.rstrip("/")
        self._engine = engine
        self._open = OpenTables(self.root)
        self._contents: dict[str, tuple[int, dict[date | None, str]]] = {}

    def uri(self, table: str) -> str:
        """The location of a table."""
        return f"{self.root}/{table}"

    def exists(self, table: str) -> bool:
        """Whether the lake holds the table."""
        return self._open.get(table) is not None or DeltaTable.is_deltatable(self.uri(table))

    def start(self) -> None:
        """Starts the engine. PySpark makes no column before it runs."""
        _ = self._engine.session

    def read(
        self, table: TableContract, first: date | None = None, last: date | None = None, *, version: int | None = None
    ) -> DataFrame:
        """The rows of the partitions from first to last, or of all. A table that does not exist yet is empty.

        With a `version`, the rows as they were in that version of the table.
        """
        self._ensure(table)
        reader = self._engine.session.read.format("delta")
        if version is not None:
            reader = reader.option("versionAsOf", version)
        frame = reader.load(self.uri(table.name))
        column = table.partition_column
        if first is None or column is None:
            return frame
        if first == last:
            return frame.where(F.col(column) == F.lit(first))
        return frame.where(F.col(column).between(F.lit(first), F.lit(last)))

    def write(
        self,
        table: TableContract,
        partition: date | None,
        frame: DataFrame,
        commit_message: str,
        *,
        keeps_every_row: bool = False,
        made_by: Hashable = None,
        before_each_try: Callable[[], None] = lambda: None,
    ) -> Committed:
        """Replaces one partition (a whole table, if it has none) with a frame, in one commit.

        `keeps_every_row` says that the frame has every row that was read, which saves the engine a shuffle. `made_by` says
        what made the frame, if its columns and types follow from that alone: they are looked at once then.
        `before_each_try` is called before the commit, and again each time it is retried.
        Raises ContractError if the frame's columns or types are not those of the contract, EngineError if the engine
        can't commit safely to the table's location.
        """
        self._engine.require_log_store(self.uri(table.name))
        self._ensure(table)
        _check_once(table, frame, made_by)
        # Even a whole table is replaced with a condition. Without one, Sail (0.7) takes the first commit for an append,
        # which conflicts with nothing: the rows of two simultaneous writers would both be kept.
        writer_options = {"userMetadata": commit_message, "replaceWhere": "true"}
        column = table.partition_column
        if column is not None:
            if partition is None:
                raise ContractError(f"{table.name} is partitioned by {column}", "say which partition to write.")
            frame = frame.withColumn(column, F.lit(partition))
            writer_options["replaceWhere"] = f"{column} = DATE'{partition.isoformat()}'"
        ordered = self._engine.writable(frame.select(*[c.name for c in table.all_columns]), keeps_every_row)

        def commit() -> None:
            before_each_try()
            ordered.write.format("delta").mode("overwrite").options(**writer_options).save(self.uri(table.name))

        before = self._ensure(table).version()
        with_retries(commit)
        return self._committed(table, partition, before, commit_message)

    def version(self, table: TableContract) -> int:
        """The number of the table's newest version."""
        return int(self._newest(table).version())

    def contents(self, table: TableContract) -> Mapping[date | None, str] | None:
        """The content of each partition of a table that has data files, as it is now; None if there is no such table."""
        if not self.exists(table.name):
            return None
        delta = self._newest(table)
        version, found = self._contents.get(table.name, (None, {}))
        if version != delta.version():
            found = contents(delta, table.partition_column)
            self._contents[table.name] = delta.version(), found
        return found

    def files(self, table: TableContract) -> pa.Table:
        """The data files of the table as it is now, with the statistics in its log: one row per file.

        Raises what delta-rs raises where the log is gone or damaged: a table is not made by looking at it.
        """
        delta = self._open.newest(table.name) or DeltaTable(self.uri(table.name))
        return table_of(delta.get_add_actions(flatten=True))

    def roll_back(self, table: str, commit_message: str) -> bool:
        """Rolls back the newest commit if it has this message. Otherwise others have committed, and it stands."""
        delta = DeltaTable(self.uri(table))
        if delta.history(1)[0].get("userMetadata") != commit_message:
            return False
        try:
            delta.restore(delta.version() - 1)
        except DeltaError:  # another writer was faster
            return False
        return True

    def remove_files_of(self, table: TableContract, commits: Iterable[int]) -> None:
        """Removes the data files that commits added and the newest version does not hold: these versions are gone then."""
        store, root = file_system(self.uri(table.name))
        log = CommitLog(self.uri(table.name), table.partition_column)
        found = (log.commit(version) for version in commits)
        added = {unquote(path) for one in found if one for paths in one.added.values() for path in paths}
        held = {path for _, path, _ in data_files(self._newest(table), table.partition_column)} if added else set()
        for path in added - held:
            with suppress(FileNotFoundError):
                store.rm_file(f"{root.rstrip('/')}/{path}")

    def _newest(self, table: TableContract) -> DeltaTable:
        return self._open.newest(table.name) or self._ensure(table)

    def _ensure(self, table: TableContract) -> DeltaTable:
        known = self._open.get(table.name)
        if known is not None:
            return known
        found = with_retries(lambda: found_or_created(table, self.uri(table.name)))
        require_schema(table, found)
        self._contents.pop(table.name, None)
        return self._open.keep(table.name, found)

    def _committed(self, table: TableContract, partition: date | None, before: int, commit_message: str) -> Committed:
        """Figures from the table's log, so that no row is counted a second time.

        The commit is the newest after the version `before` with this message: others may have committed since.
        """
        delta = self._newest(table)
        log = CommitLog(self.uri(table.name), table.partition_column)
        commits = (log.commit(version) for version in range(delta.version(), before, -1))
        own = next((one for one in commits if one is not None and one.message == commit_message), None)
        adds = table_of(delta.get_add_actions(flatten=True))
        mine = adds
        if table.partition_column is not None and len(adds):
            values = pc.cast(adds.column(f"partition.{table.partition_column}"), pa.date32())
            mine = adds.filter(pc.equal(values, pa.scalar(partition, pa.date32())))
        return Committed(
            version=own.version if own else delta.version(),
            committed_at=delta.history(1)[0]["timestamp"] / 1000,
            partition_rows=_total(mine, "num_records"),
            partition_bytes=_total(mine, "size_bytes"),
            partition_files=len(mine),
            rows=_total(adds, "num_records"),
            table_bytes=_total(adds, "size_bytes"),
            content=content_of(own.added.get(partition, ())) if own else NO_FILES,
        )


def _check_once(table: TableContract, frame: DataFrame, made_by: Hashable) -> None:
    """Checks a frame, unless another one made by the same was found to fit: asking an engine takes a tenth of a small write."""
    if made_by is None or (table.name, made_by) not in _FITTING:
        check_frame(table, frame)
        if made_by is not None:
            _FITTING.add((table.name, made_by))


def check_frame(table: TableContract, frame: DataFrame) -> None:
    """Raises ContractError unless the frame has exactly the contract's columns and types."""
    actual = dict(frame.dtypes)
    expected = {c.name: c.type for c in table.all_columns if c.name != table.partition_column}
    found = [f"{name} is missing" for name in expected if name not in actual]
    found += [f"{name} is not in the contract" for name in actual if name not in expected]
    found += [
        f"{name} is {actual[name]}, not {kind}"
        for name, kind in expected.items()
        if name in actual and actual[name] != kind
    ]
    if found:
        differing = f"the rows do not fit the table: {'; '.join(found)}"
        raise ContractError(differing, "Nothing was written.", Where(table=table.name))


def _total(adds: pa.Table, column: str) -> int:
    return int(pc.sum(adds.column(column)).as_py() or 0) if len(adds) else 0


def with_retries(
    action: Callable[[], Result], sleep: Callable[[float], None] = time.sleep, tries: int | None = None
) -> Result:
    """Repeats an action that failed because another writer was in the way.

    That is safe: a commit replaces a partition, a table that another writer has created is found, a read changes nothing.
    """
    for attempt in range((tries or _TRIES) - 1):
        try:
            return action()
        except Exception as error:
            if not is_conflict(error):
                raise
            sleep(random.uniform(0.05, 0.1) * 2 ** min(attempt, _DOUBLINGS))
    return action()
