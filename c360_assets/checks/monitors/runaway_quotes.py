"""Records of CSV files that hold many lines: their quote may never have been closed, and took in the records behind it.

Such a record may be accepted, and its day balances: the lines in it were never records.
"""

from collections.abc import Collection
from datetime import date

from pyspark.sql import Column
from pyspark.sql import functions as F

from c360_assets.checks.evidence import by_name
from c360_assets.checks.monitors.monitor import Finding, Monitor, Scope
from c360_assets.cleaning import identity_map, quarantine_identity
from c360_assets.contracts.deliveries_before import QUOTES_CLOSED
from c360_assets.landing import raw_content, raw_search

MANY_LINES = 20


def runaway_quotes(scope: Scope) -> Finding:
    """The records of many lines in the partitions of a run that were made from CSV files."""
    partitions = [one for one, held in scope.of_run.items() if held.rows and held.measured.get(QUOTES_CLOSED)]
    measured = {one: scope.held[one].measured[QUOTES_CLOSED] for one in partitions}
    counts = {one: count for one, count in _counts(scope, partitions).items() if count}
    warnings: dict[date | None, str] = {
        one: f"records of {MANY_LINES} lines or more: {count:,}; a quote may not be closed"
        for one, count in counts.items()
    }
    return Finding(warnings, {"records": by_name(counts)}, measured)


def _counts(scope: Scope, partitions: Collection[date | None]) -> dict[date | None, int]:
    """How many records of many lines each of these partitions has."""
    if not partitions:
        return {}
    column, days = scope.table.partition_column, [one for one in partitions if one is not None]
    if column is None:
        return {None: scope.lake.read(scope.table).where(_holds_many_lines(scope)).count()}
    rows = scope.lake.read(scope.table, min(days), max(days)).where(_holds_many_lines(scope))
    found = rows.groupBy(column).count().collect()
    return {row[column]: row["count"] for row in found if row[column] in days}


def _holds_many_lines(scope: Scope) -> Column:
    """Whether a record has as many ends of lines, of whichever kind, in one of its texts; JSON's are escaped."""
    texts = [one.name for one in scope.table.columns if one.type == "string"]
    holds_many = F.lit(False)
    for text in texts:
        for line_break in (r"\n", r"\r") if text == "other_fields" else ("\n", "\r"):
            # They are counted only in texts that are long enough: hardly any is.
            length = F.octet_length(text)
            breaks = length - F.octet_length(F.replace(F.col(text), F.lit(line_break), F.lit("")))
            many = F.when(length >= len(line_break) * MANY_LINES, breaks >= len(line_break) * MANY_LINES)
            holds_many = holds_many | F.coalesce(many, F.lit(False))
    return holds_many


MONITORS = [
    Monitor(
        table, QUOTES_CLOSED, "No record of a CSV file holds as many lines as an open quote takes in", runaway_quotes
    )
    for table in (raw_content.TABLE, raw_search.TABLE, identity_map.TABLE, quarantine_identity.TABLE)
]
