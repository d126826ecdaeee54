"""Whether a partition can be made from its own rows and the inputs that are new, instead of from all its inputs.

A month of sums over days is one: when days were only added, the sums so far and the new days give the same rows as all
days. Where a day changed or left, or where anything is in doubt, the partition is made from all its inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.contracts.table import TableSpec
from c360_assets.contracts.watched_inputs import RecordedInput
from resources.lake.contents import NO_FILES
from resources.lake.provenance import Provenance
from resources.lake.tables import Lake


@dataclass(frozen=True)
class Extension:
    """The version of a table whose rows of a partition are kept, and the partitions of its input that are new."""

    version: int
    added: tuple[date, ...]

    def frames(self, table: TableSpec, partition: date | None, lake: Lake) -> tuple[DataFrame, DataFrame]:
        """The partition's rows so far, without the partition column, and the rows of what is new.

        The rows so far are read from one version: another run may replace them meanwhile, with days that are in both.
        """
        (read,) = table.inputs
        held = lake.read(table, partition, partition, version=self.version).select(*table.names)
        rows = lake.read(read.table, min(self.added), max(self.added))
        return held, rows.where(F.col(str(read.table.partition_column)).isin(*self.added))


def made_from(recorded: Sequence[RecordedInput]) -> dict[str, str]:
    """The inputs of a partition as its provenance keeps them: the content of each by its day.

    A day that is made again has another content, even if it has the same rows: `c360 run --all` extends nothing.
    """
    return {str(partition): provenance.content for _, partition, provenance in recorded if partition}


def extension_of(
    table: TableSpec,
    partition: date | None,
    before: Provenance | None,
    rules: str,
    recorded: Sequence[RecordedInput],
    lake: Lake,
) -> Extension | None:
    """How a partition can be extended; None if it has to be made from all its inputs.

    `before` is its provenance and `rules` the current version of its rules; `recorded` are its inputs.
    """
    if before is None or not _is_sound(before, rules):
        return None
    now = made_from(recorded)
    if not all(now.values()) or not _only_adds(before.made_from, now):
        return None
    version = lake.version(table)
    held = lake.contents(table) or {}
    if held.get(partition, NO_FILES) != before.content or lake.version(table) != version:
        return None
    return Extension(version, tuple(sorted(date.fromisoformat(day) for day in now.keys() - before.made_from.keys())))


def _is_sound(before: Provenance, rules: str) -> bool:
    """Whether the rows are known to be right: committed, checked, and made by the current rules."""
    return before.is_checked and not before.failed_check and before.rules == rules and bool(before.content)


def _only_adds(before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether there are new inputs, and all others are unchanged."""
    return bool(before) and before.items() < now.items()
