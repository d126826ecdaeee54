"""Compares the rows of two versions of a partition by their key, in SQL over the table's files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from deltalake import QueryBuilder

from c360_assets.changes.versions import Versions
from c360_assets.contracts.table import ColumnSpec
from resources.lake.sql import Row, rows_of

_NUMBERS = ("bigint", "int", "double")
_SEPARATOR = "chr(31)"
_MOST_KEPT = 64
"""Comparisons that a process remembers."""
_ADDED, _REMOVED, _CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class ColumnChange:
    """A column that differs in some rows that both versions have: in how many, and by how much if it is a number.

    `before` and `after` are sums over these rows; `transitions` counts them by value before and after, for columns
    of a few words.
    """

    name: str
    rows: int
    before: int | float | None = None
    after: int | float | None = None
    transitions: tuple[tuple[str | None, str | None, int], ...] = ()


@dataclass(frozen=True)
class PartitionChange:
    """What differs in one partition: rows by key, and columns of the rows that both versions have.

    Keys are in their order. A table without a key has rows instead, which are added or removed, never changed.
    """

    partition: date | None
    added: int
    removed: int
    changed: int
    columns: tuple[ColumnChange, ...]

    @property
    def is_any(self) -> bool:
        """Whether any row differs."""
        return bool(self.added or self.removed or self.changed)


_COMPARED: dict[tuple[str, date | None, tuple[str | None, str | None] | None], PartitionChange] = {}


def change_of(versions: Versions, partition: date | None) -> PartitionChange:
    """What differs in a partition. The same files are compared only once: a run's check and its last lines both ask."""
    key = (versions.after.table_uri, partition, versions.digests.get(partition))
    if key not in _COMPARED:
        if len(_COMPARED) >= _MOST_KEPT:
            _COMPARED.clear()
        _COMPARED[key] = Comparison(versions, partition).change()
    return _COMPARED[key]


class Comparison:
    """Two versions of one partition of a table, joined by key."""

    def __init__(self, versions: Versions, partition: date | None) -> None:
        self._table, self._partition = versions.table, partition
        # A release may have added columns in between: those that both versions have are compared.
        held = [{field.name for field in delta.schema().fields} for delta in (versions.before, versions.after)]
        columns = [column for column in versions.table.all_columns if all(column.name in names for names in held)]
        self._key = [column for column in columns if column.name in versions.table.key]
        self._others = [column for column in columns if column not in self._key and column.name != self._column]
        self._builder = QueryBuilder()
        for name, delta in (("before", versions.before), ("after", versions.after)):
            self._builder.register(name, delta)

    @property
    def _column(self) -> str | None:
        return self._table.partition_column

    def change(self) -> PartitionChange:
        """All that differs. Joins the versions twice, however many columns differ."""
        if not self._key:
            return self._of_whole_rows()
        counts = [f"count(*) filter (where {self._is(kind)}) as {kind}" for kind in (_ADDED, _REMOVED, _CHANGED)]
        figures = [figure for column in self._others for figure in self._figures(column)]
        [row] = self._rows(f"select {', '.join([*counts, *figures])} from {self._joined()}")
        differing = [column for column in self._others if row[f"n_{column.name}"]]
        moved = self._transitions([column for column in differing if column.values])
        found = [
            ColumnChange(
                column.name,
                row[f"n_{column.name}"],
                row.get(f"b_{column.name}"),
                row.get(f"a_{column.name}"),
                tuple(moved.get(column.name, ())),
            )
            for column in differing
        ]
        return PartitionChange(self._partition, row[_ADDED], row[_REMOVED], row[_CHANGED], tuple(found))

    def keys(self, kind: str, limit: int | None = None) -> list[Row]:
        """The keys that were added, removed or changed, in order."""
        names = [f"coalesce(b.{column.name}, a.{column.name}) as {column.name}" for column in self._key]
        if not names:
            return []
        order = ", ".join(str(place) for place in range(1, len(names) + 1))
        end = f" limit {limit}" if limit is not None else ""
        return self._rows(
            f"select {', '.join(names)} from {self._joined()} where {self._is(kind)} order by {order}{end}"
        )

    def _figures(self, column: ColumnSpec) -> Iterator[str]:
        """In how many rows of both versions a column differs, and its sums over these rows if it is a number."""
        where = f"filter (where a.here and b.here and {_differs(column)})"
        yield f"count(*) {where} as n_{column.name}"
        if column.type in _NUMBERS:
            yield from (f"sum({side}.{column.name}) {where} as {side}_{column.name}" for side in ("b", "a"))

    def _transitions(self, columns: Sequence[ColumnSpec]) -> dict[str, list[tuple[str | None, str | None, int]]]:
        """How often a value became another one, by column: the most frequent first."""
        if not columns:
            return {}
        # One text for each move: a column of words holds neither an empty text nor the separator.
        moves = [
            f"case when {_differs(column)} then concat_ws({_SEPARATOR}, '{column.name}', "
            f"coalesce(b.{column.name}, ''), coalesce(a.{column.name}, '')) end"
            for column in columns
        ]
        rows = self._rows(
            "select move, count(*) as n from "
            f"(select unnest([{', '.join(moves)}]) as move from {self._joined()} where a.here and b.here) "
            "where move is not null group by move order by n desc, move"
        )
        found: dict[str, list[tuple[str | None, str | None, int]]] = {}
        for row in rows:
            name, before, after = row["move"].split("\x1f")
            found.setdefault(name, []).append((before or None, after or None, row["n"]))
        return found

    def _is(self, kind: str) -> str:
        if kind == _CHANGED:
            # A list, since the planner gives up on a chain of fifty conditions.
            anything = f"array_has([{', '.join(_differs(column) for column in self._others)}], true)"
            return f"(a.here and b.here and {anything if self._others else 'false'})"
        return "(b.here is null)" if kind == _ADDED else "(a.here is null)"

    def _joined(self) -> str:
        # A null in a key is a value like any other here; no landed text holds the one that stands for it.
        same = " and ".join(f"{_not_null('b', column)} = {_not_null('a', column)}" for column in self._key)
        sides = [f"(select *, true as here from {name}{self._where()}) {name[0]}" for name in ("before", "after")]
        return f"{sides[0]} full join {sides[1]} on {same}"

    def _of_whole_rows(self) -> PartitionChange:
        names = ", ".join(column.name for column in self._others)
        counted = [
            f"select {names}, {sign} as n from {name}{self._where()}" for name, sign in (("before", -1), ("after", 1))
        ]
        [row] = self._rows(
            "select coalesce(sum(n) filter (where n > 0), 0) as added, coalesce(-sum(n) filter (where n < 0), 0) as removed "
            f"from (select sum(n) as n from ({' union all '.join(counted)}) group by {names})"
        )
        return PartitionChange(self._partition, row[_ADDED], row[_REMOVED], 0, ())

    def _where(self) -> str:
        return f" where {self._column} = date '{self._partition}'" if self._column and self._partition else ""

    def _rows(self, sql: str) -> list[Row]:
        return rows_of(self._builder, sql)


def _differs(column: ColumnSpec) -> str:
    return f"(b.{column.name} is distinct from a.{column.name})"


def _not_null(side: str, column: ColumnSpec) -> str:
    name = f"{side}.{column.name}"
    return f"coalesce(cast({name} as varchar), chr(1))" if column.nullable else name


def changes(versions: Versions) -> list[PartitionChange]:
    """What differs, by partition; partitions whose rows are the same in other files are left out."""
    found = (change_of(versions, partition) for partition in versions.partitions)
    return [one for one in found if one.is_any]
