"""What a table is: columns with their meaning, key, partition, and what it is made from.

A table's contract is written once, in the table's own file. From it come the Delta table in the lake (types, NOT NULL,
comments), Dagster's asset (schema, lineage, partitions), the contract checks (`c360_assets/checks/`) and docs/tables/.
How a table is made is in its own file too; where it is stored, in `resources/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import dagster as dg

from c360_assets.contracts.partitions import Partitions, Unit, between, mapping, window
from resources.landing.layout import Layout

Kind = Literal["string", "bigint", "int", "double", "date", "timestamp", "boolean"]
PARTITION_COLUMN: Mapping[Unit | None, str | None] = {"day": "log_date", "month": "month", None: None}
OWNER = "team:customer360"


@dataclass(frozen=True)
class ColumnSpec:
    """One column. Types are Spark's; times are UTC.

    `of` names the columns it is made of (`table.column`), for lineage. `values`, `at_least` and `at_most` bound what it
    may hold. `personal` says that it identifies a person, or what a person did.
    """

    name: str
    type: Kind
    doc: str
    nullable: bool = False
    values: tuple[str, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    personal: bool = False
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowRule:
    """What every row must satisfy beyond what its columns say of themselves: sums, orders, sides that belong together.

    `parts` are SQL predicates over one row, by what each is about; a row breaks the rule where one is false or null.
    `personal` says that a row which breaks it may identify a person, so its texts are redacted wherever it appears. What
    depends on reference data or on other days is not a rule for a row.
    """

    name: str
    doc: str
    parts: Mapping[str, str]
    personal: bool = False


@dataclass(frozen=True)
class Section:
    """A section of a page of docs/definitions/."""

    page: str
    heading: str


@dataclass(frozen=True)
class Input:
    """One input of a table: which partitions of `table` a partition of the reader needs.

    `start_offset` and `end_offset` count partitions of the reader: (-3, 0) in a monthly table is the month and the three
    before. With `required`, a partition whose input was never made is left out instead of being made from nothing.
    """

    table: "TableSpec"
    start_offset: int = 0
    end_offset: int = 0
    required: bool = False

    def window(self, reader: "TableSpec", partition: date | None, looks_back: bool = True) -> tuple[date, date] | None:
        """The first and last partition that a partition of the reader needs; None for the whole table.

        Without `looks_back`, those of the reader's own day or month.
        """
        if self.table.unit is None or reader.unit is None or partition is None:
            return None
        start = self.start_offset if looks_back else 0
        return window(partition, reader.unit, start, self.end_offset, self.table.unit)

    def partitions(self, reader: "TableSpec", partition: date | None, looks_back: bool = True) -> Sequence[date | None]:
        """The partitions that a partition of the reader needs: see `window`."""
        bounds = self.window(reader, partition, looks_back)
        if bounds is None or self.table.unit is None:
            return (None,)
        return between(*bounds, self.table.unit)


@dataclass(frozen=True)
class TableSpec:
    """The contract of one table. `key` is unique within a partition; `()` means that the table has none.

    `layout` says what lands for a table that is made from the landing zone. `keeps_every_row` says that its transform
    returns every row it is given. `definition` is where the docs give the table's rules. `code_version`
    changes whenever the transform returns other rows than before.
    """

    name: str
    doc: str
    group: str
    unit: Unit | None
    key: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]
    inputs: tuple[Input, ...] = ()
    row_rules: tuple[RowRule, ...] = ()
    definition: Section | None = None
    layout: Layout | None = None
    keeps_every_row: bool = False
    uses_reference: bool = False
    code_version: str = "1"
    owner: str = OWNER
    tags: Mapping[str, str] | None = None
    freshness: dg.FreshnessPolicy | None = None

    @property
    def lands(self) -> str | None:
        """The folder of the landing zone that the table is made from; None if it is made from other tables."""
        return self.layout.folder if self.layout else None

    @property
    def partition_column(self) -> str | None:
        """The column the table is partitioned by."""
        return PARTITION_COLUMN[self.unit]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that a transform returns, in order: all but the partition column, which the write path adds."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def all_columns(self) -> tuple[ColumnSpec, ...]:
        """The columns of the table in the lake: the partition column first."""
        if self.unit is None:
            return self.columns
        docs = {
            "day": "Day of the log: the date in the name of the landed file or folder",
            "month": "First day of the month",
        }
        return (ColumnSpec(str(self.partition_column), "date", docs[self.unit]), *self.columns)

    @property
    def is_personal(self) -> bool:
        """Whether any column is personal."""
        return any(column.personal for column in self.columns)

    @property
    def dagster_schema(self) -> dg.TableSchema:
        """The schema as Dagster's UI shows it, with the lineage of each column in its description."""
        return dg.TableSchema(
            columns=[
                dg.TableColumn(
                    column.name,
                    column.type,
                    _described(column),
                    dg.TableColumnConstraints(nullable=column.nullable),
                    {"personal": ""} if column.personal else None,
                )
                for column in self.all_columns
            ]
        )

    @property
    def dagster_lineage(self) -> dg.TableColumnLineage:
        """Which upstream columns each column is made of."""
        deps = {
            column.name: [
                dg.TableColumnDep(asset_key=dg.AssetKey(table), column_name=name)
                for table, name in (source.split(".", 1) for source in column.of)
            ]
            for column in self.columns
            if column.of
        }
        return dg.TableColumnLineage(deps)

    def asset_arguments(self, partitions: Partitions) -> dict[str, Any]:
        """The arguments of this table's `@dg.asset`: inputs, its partitions of those there are, what the UI shows."""
        policy = dg.BackfillPolicy.single_run() if self.unit else None
        return {
            "name": self.name,
            "description": self.doc,
            "deps": [
                *(_asset_dep(self, read) for read in self.inputs),
                *([landing_key(self.lands)] if self.lands else []),
            ],
            "partitions_def": partitions.definition(self.unit),
            "backfill_policy": policy,
            "freshness_policy": self.freshness,
            "pool": self.name,
            "group_name": self.group,
            "owners": [self.owner],
            "kinds": {"delta", "pyspark"},
            "tags": {"personal": "true" if self.is_personal else "false", **(self.tags or {})},
            "metadata": {
                "dagster/column_schema": self.dagster_schema,
                "dagster/column_lineage": self.dagster_lineage,
                "dagster/table_name": self.name,
                "dagster/storage_kind": "delta",
                "key": ", ".join(self.key) or "none",
            },
            "code_version": self.code_version,
        }


def landing_key(folder: str) -> dg.AssetKey:
    """The key of the external asset for a folder of the landing zone."""
    return dg.AssetKey(["landing", folder])


def _asset_dep(table: TableSpec, read: Input) -> dg.AssetDep:
    return dg.AssetDep(
        dg.AssetKey(read.table.name),
        partition_mapping=mapping(table.unit, read.table.unit, read.start_offset, read.end_offset),
    )


def _described(column: ColumnSpec) -> str:
    return f"{column.doc} (from {', '.join(column.of)})" if column.of else column.doc
