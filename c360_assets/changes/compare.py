"""Compares the rows of two versions of a partition by their key, in SQL over the table's files."""

from dataclasses import dataclass
from datetime import date

from deltalake import QueryBuilder

from c360_assets.changes.versions import Versions
from c360_assets.contracts.table import ColumnSpec
from resources.lake.sql import Row, rows_of

_NUMBERS = ("bigint", "int", "double")
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


class Comparison:
    """Two versions of one partition of a table, joined by key."""

    def __init__(self, versions: Versions, partition: date | None) -> None:
        self._table, self._partition = versions.table, partition
        self._key = [column for column in versions.table.all_columns if column.name in versions.table.key]
        self._others = [column for column in versions.table.columns if column.name not in versions.table.key]
        self._builder = QueryBuilder()
        for name, delta in (("before", versions.before), ("after", versions.after)):
            self._builder.register(name, delta)

    def change(self) -> PartitionChange:
        """All that differs."""
        if not self._key:
            return self._of_whole_rows()
        counts = [f"count(*) filter (where {self._is(kind)}) as {kind}" for kind in (_ADDED, _REMOVED, _CHANGED)]
        differing = [
            f"count(*) filter (where {self._is(_CHANGED)} and {_differs(c)}) as n_{c.name}" for c in self._others
        ]
        [row] = self._rows(f"select {', '.join([*counts, *differing])} from {self._joined()}")
        columns = [column for column in self._others if row[f"n_{column.name}"]]
        found = tuple(self._column(column, row[f"n_{column.name}"]) for column in columns)
        return PartitionChange(self._partition, row[_ADDED], row[_REMOVED], row[_CHANGED], found)

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

    def _column(self, column: ColumnSpec, rows: int) -> ColumnChange:
        where = f"from {self._joined()} where {self._is(_CHANGED)} and {_differs(column)}"
        if column.values:
            found = self._rows(
                f'select b.{column.name} as "from", a.{column.name} as "to", count(*) as n {where} '
                "group by 1, 2 order by n desc, 1, 2"
            )
            return ColumnChange(
                column.name, rows, transitions=tuple((one["from"], one["to"], one["n"]) for one in found)
            )
        if column.type in _NUMBERS:
            [sums] = self._rows(f"select sum(b.{column.name}) as before, sum(a.{column.name}) as after {where}")
            return ColumnChange(column.name, rows, sums["before"], sums["after"])
        return ColumnChange(column.name, rows)

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
        names = ", ".join(self._table.names)
        counted = [
            f"select {names}, {sign} as n from {name}{self._where()}" for name, sign in (("before", -1), ("after", 1))
        ]
        [row] = self._rows(
            "select coalesce(sum(n) filter (where n > 0), 0) as added, coalesce(-sum(n) filter (where n < 0), 0) as removed "
            f"from (select sum(n) as n from ({' union all '.join(counted)}) group by {names})"
        )
        return PartitionChange(self._partition, row[_ADDED], row[_REMOVED], 0, ())

    def _where(self) -> str:
        column = self._table.partition_column
        return f" where {column} = date '{self._partition}'" if column and self._partition else ""

    def _rows(self, sql: str) -> list[Row]:
        return rows_of(self._builder, sql)


def _differs(column: ColumnSpec) -> str:
    return f"(b.{column.name} is distinct from a.{column.name})"


def _not_null(side: str, column: ColumnSpec) -> str:
    name = f"{side}.{column.name}"
    return f"coalesce(cast({name} as varchar), chr(1))" if column.nullable else name


def changes(versions: Versions) -> list[PartitionChange]:
    """What differs, by partition; partitions whose rows are the same in other files are left out."""
    found = (Comparison(versions, partition).change() for partition in versions.partitions)
    return [one for one in found if one.is_any]
