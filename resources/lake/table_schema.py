"""A table in the lake as its contract wants it: created, recognized, and brought up to date.

A release may add columns to a contract. Where a lake was made before, a table whose new columns may all be null gets
them as they are (`add_columns`). Any other table that is made from others is dropped, created, and made again.
Whatever else differs is not the work of an earlier release, and is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from deltalake import CommitProperties, DeltaTable, Field, Schema
from deltalake.exceptions import TableNotFoundError
from deltalake.schema import PrimitiveType

from resources.erasure.purge_marks import mark_of_new_table, mark_properties
from resources.errors import ContractError, Where

_TYPES = {
    "string": "string",
    "bigint": "long",
    "int": "integer",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
_STATISTICS = "delta.dataSkippingStatsColumns"
MIGRATED = "c360 migration"
"""The `userMetadata` of a commit that brings a table up to date."""


class ColumnContract(Protocol):
    """What the lake needs to know of a column."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def doc(self) -> str: ...  # noqa: D102
    @property
    def nullable(self) -> bool: ...  # noqa: D102
    @property
    def personal(self) -> bool: ...  # noqa: D102


class TableContract(Protocol):
    """What the lake needs to know of a table."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def doc(self) -> str: ...  # noqa: D102
    @property
    def names(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def partition_column(self) -> str | None: ...  # noqa: D102
    @property
    def all_columns(self) -> Sequence[ColumnContract]: ...  # noqa: D102


def found_or_created(table: TableContract, uri: str) -> DeltaTable:
    """The table, created if it does not exist. If several create it at once, all but one fail, and find it on a retry."""
    try:
        return DeltaTable(uri)
    except TableNotFoundError:
        # Otherwise delta-rs retries by itself, and commits the table's description and id once more, as version 1.
        mark = mark_of_new_table(uri.rpartition("/")[0])
        _create(table, uri, "ignore", CommitProperties(max_commit_retries=0), mark)
        return DeltaTable(uri)


def require_schema(table: TableContract, delta: DeltaTable) -> None:
    """Raises ContractError unless the table in the lake has the contract's columns, types and partition."""
    differing = _differing(table, delta)
    if not differing and _partitions_fit(table, delta):
        return
    names = ", ".join(differing) or "partition"
    where = Where(table=table.name, column=", ".join(differing) or None)
    if missing_columns(table, delta):
        raise ContractError(f"an earlier release made it, without {names}", "Run `c360 run`: it migrates it.", where)
    raise ContractError(
        f"the table in the lake was made with another contract ({names})",
        "Move its folder away and make it again from the landed files, or restore a version from before the change "
        "(c360 history, c360 restore).",
        where,
    )


def missing_columns(table: TableContract, delta: DeltaTable) -> tuple[str, ...]:
    """The columns that the contract has and the table lacks; none if anything else differs."""
    found = {field.name for field in delta.schema().fields}
    missing = tuple(column.name for column in table.all_columns if column.name not in found)
    return missing if set(missing) == set(_differing(table, delta)) and _partitions_fit(table, delta) else ()


def can_add(table: TableContract, delta: DeltaTable) -> bool:
    """Whether the missing columns can be added to the table as it is: all may be null, and they are its last ones."""
    missing = missing_columns(table, delta)
    last = table.all_columns[len(table.all_columns) - len(missing) :]
    return [column.name for column in last] == [*missing] and all(column.nullable for column in last)


def add_columns(table: TableContract, delta: DeltaTable) -> None:
    """Adds the missing columns, in one commit. They are null in all rows there are."""
    missing = set(missing_columns(table, delta))
    fields = [_field(column) for column in table.all_columns if column.name in missing]
    delta.alter.add_columns(fields, commit_properties=_by_migration())


def create_anew(table: TableContract, uri: str) -> None:
    """Replaces the table by an empty one as its contract has it, in one commit: its earlier versions stay.

    It keeps the mark of its last purge, if it has one.
    """
    _create(table, uri, "overwrite", _by_migration(), mark_properties(DeltaTable(uri)))


def set_statistics(table: TableContract, delta: DeltaTable) -> bool:
    """Lets later commits keep statistics of the contract's columns only. Returns whether that had to be set."""
    wanted = ",".join(_statistics_columns(table))
    if delta.metadata().configuration.get(_STATISTICS) == wanted:
        return False
    delta.alter.set_table_properties({_STATISTICS: wanted}, commit_properties=_by_migration())
    return True


def _by_migration() -> CommitProperties:
    return CommitProperties(custom_metadata={"userMetadata": MIGRATED})


def _create(table: TableContract, uri: str, mode: str, properties: CommitProperties, mark: Mapping[str, str]) -> None:
    column = table.partition_column
    DeltaTable.create(
        uri,
        Schema([_field(column) for column in table.all_columns]),
        mode=mode,  # type: ignore[arg-type]
        partition_by=[column] if column else None,
        name=table.name,
        description=table.doc,
        configuration={_STATISTICS: ",".join(_statistics_columns(table)), **mark},
        raise_if_key_not_exists=False,  # the mark is a property of ours
        commit_properties=properties,
    )


def _field(column: ColumnContract) -> Field:
    return Field(
        column.name, PrimitiveType(_TYPES[column.type]), nullable=column.nullable, metadata={"comment": column.doc}
    )


def _statistics_columns(table: TableContract) -> list[str]:
    """The columns whose least and greatest values may be in the table's log.

    None that is personal: the log is read by many, and outlives the rows. Nor doubles and times: Sail (0.7) does not
    read a column that has a single value per file, but takes the value from the log, where doubles have a wrong last
    digit, and times are truncated to milliseconds.
    """
    inexact = ("double", "timestamp")
    return [
        column.name
        for column in table.all_columns
        if column.type not in inexact and not column.personal and column.name != table.partition_column
    ]


def _differing(table: TableContract, delta: DeltaTable) -> list[str]:
    """The columns that only one side has, or that differ in type or nullability."""
    actual = {field.name: (field.type.type, field.nullable) for field in delta.schema().fields}
    expected = {column.name: (_TYPES[column.type], column.nullable) for column in table.all_columns}
    return sorted(name for name in actual | expected if actual.get(name) != expected.get(name))


def _partitions_fit(table: TableContract, delta: DeltaTable) -> bool:
    column = table.partition_column
    return bool(delta.metadata().partition_columns == ([column] if column else []))
