"""Examines partitions of a table in the lake: what breaks the contract, where, and in which rows.

It does not know Dagster. What follows from a finding is decided in `asset_checks.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from c360_assets.checks.contract.counting import Counts, breaks, count
from c360_assets.checks.contract.null_counts import files_with_nulls
from c360_assets.checks.contract.row_checks import row_checks
from c360_assets.checks.evidence import MOST_EXAMPLES, examples, in_order
from c360_assets.contracts.table import RowRule, TableSpec
from resources.engine.failures import reason_of
from resources.lake.tables import Lake, with_retries

KEY_IS_UNIQUE = "key_is_unique"
NO_NULLS = "no_nulls"
ROWS_PER_PASS = 1_000_000
"""Rows that one query examines: grouping them by key takes memory. Larger partitions are examined one by one."""
_TRIES = 6  # a writer blocks a reader only for a moment, and a table that can't be read at all should not take minutes


@dataclass
class Found:
    """What breaks one check: the number of rows, by partition and part of the check, and some of the rows."""

    counts: dict[date | None, dict[str, int]] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Examination:
    """`found` has the checks that are broken. `unreadable` partitions fail all checks. `rows` were examined."""

    found: dict[str, Found] = field(default_factory=dict)
    unreadable: dict[date | None, str] = field(default_factory=dict)
    rows: int = 0

    def failed(self, check: str) -> list[date | None]:
        """The partitions that fail a check, in order."""
        broken = self.found[check].counts if check in self.found else {}
        return in_order({*broken, *self.unreadable})


class Examiner:
    """Examines one table."""

    def __init__(self, table: TableSpec, lake: Lake) -> None:
        self._table, self._lake = table, lake
        self._checks = row_checks(table)
        self._predicates = [predicate for check in self._checks for predicate in check.parts.values()]

    def examine(self, partitions: Mapping[date | None, int]) -> Examination:
        """What breaks the contract in these partitions, given with their number of rows."""
        done = Examination()
        readable = self._without_nulls(done, partitions)
        if self._predicates or self._table.key:
            for batch in _batches(readable):
                self._count(done, batch)
            self._add_examples(done)
        return done

    def _without_nulls(self, done: Examination, partitions: Mapping[date | None, int]) -> dict[date | None, int]:
        """Records nulls, and returns the partitions without any: the engines take NOT NULL for granted, and misread others."""
        if not partitions:
            return {}
        try:
            files = files_with_nulls(self._table, self._lake, partitions)
        except Exception as error:
            done.unreadable = dict.fromkeys(partitions, reason_of(error))
            return {}
        for file in files:
            if file.problem:
                done.unreadable[file.partition] = file.problem
                continue
            found = done.found.setdefault(NO_NULLS, Found())
            counts = found.counts.setdefault(file.partition, {})
            for column, nulls in file.columns.items():
                counts[column] = counts.get(column, 0) + nulls
            if len(found.examples) < MOST_EXAMPLES:
                found.examples.append({"file": file.file, **file.columns})
        left_out = {file.partition for file in files}
        return {partition: rows for partition, rows in partitions.items() if partition not in left_out}

    def _count(self, done: Examination, batch: Sequence[date | None]) -> None:
        """Counts in one query, and in smaller ones if that fails, so that everything readable is examined."""
        try:
            counted = with_retries(
                lambda: count(self._table, self._read(batch[0], batch[-1]), self._predicates), tries=_TRIES
            )
        except Exception as error:
            if len(batch) == 1:
                done.unreadable[batch[0]] = reason_of(error)
                return
            middle = len(batch) // 2
            self._count(done, batch[:middle])
            self._count(done, batch[middle:])
            return
        for partition in batch:
            self._record(done, partition, counted.get(partition, Counts()))

    def _record(self, done: Examination, partition: date | None, counts: Counts) -> None:
        done.rows += counts.rows
        broken = iter(counts.broken or [0] * len(self._predicates))
        found = {check.name: {part: next(broken) for part in check.parts} for check in self._checks}
        found[KEY_IS_UNIQUE] = {", ".join(self._table.key): counts.sharing_key}
        for check, by_part in found.items():
            worst = {part: rows for part, rows in by_part.items() if rows}
            if worst:
                done.found.setdefault(check, Found()).counts[partition] = worst

    def _add_examples(self, done: Examination) -> None:
        """Adds rows of the first partition that breaks a check. If they can't be read, the result has none."""
        for check, found in done.found.items():
            if check == NO_NULLS:
                continue
            partition = in_order(found.counts)[0]
            with suppress(Exception):
                found.examples = self._examples(check, partition, found.counts[partition])

    def _examples(self, name: str, partition: date | None, parts: Mapping[str, int]) -> list[dict[str, Any]]:
        if name == KEY_IS_UNIQUE:
            return examples(self._table, self._shared_keys(partition))
        check = next(check for check in self._checks if check.name == name)
        return examples(self._table, self._rows_that_break(check, partition, parts), redact_texts=check.personal)

    def _rows_that_break(self, check: RowRule, partition: date | None, parts: Mapping[str, int]) -> list[Row]:
        predicates = [check.parts[part] for part in parts]
        named = [column.name for column in self._table.all_columns if _is_named(column.name, predicates)]
        columns = list(dict.fromkeys((*self._partition_columns, *self._table.key, *named)))
        any_broken = breaks(" and ".join(f"({predicate})" for predicate in predicates))
        return _first(self._read(partition, partition).where(any_broken).select(*columns), columns)

    def _shared_keys(self, partition: date | None) -> list[Row]:
        columns = list(dict.fromkeys((*self._partition_columns, *self._table.key)))
        keys = self._read(partition, partition).groupBy(*columns).agg(F.count(F.lit(1)).alias("rows"))
        return _first(keys.where(F.col("rows") > 1), columns)

    @property
    def _partition_columns(self) -> list[str]:
        return [self._table.partition_column] if self._table.partition_column else []

    def _read(self, first: date | None, last: date | None) -> DataFrame:
        return self._lake.read(self._table, first, last)


def _first(rows: DataFrame, order: Sequence[str]) -> list[Row]:
    return rows.orderBy(*order).limit(MOST_EXAMPLES).collect()


def _is_named(column: str, predicates: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(column)}\b", predicate) for predicate in predicates)


def _batches(partitions: Mapping[date | None, int]) -> Iterator[list[date | None]]:
    """Partitions in order, grouped into as many as one query may examine."""
    batch: list[date | None] = []
    rows = 0
    for partition in in_order(partitions):
        if batch and rows + partitions[partition] > ROWS_PER_PASS:
            yield batch
            batch, rows = [], 0
        batch.append(partition)
        rows += partitions[partition]
    if batch:
        yield batch
