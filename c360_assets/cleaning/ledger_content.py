"""ledger_content: the proof that no content record and no second was lost or counted twice."""

from datetime import date
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning import clean_content, quarantine_content
from c360_assets.cleaning.content_rules import distinct_records
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing import raw_content
from c360_assets.metadata.ledger import ledger_figures
from c360_assets.reference.model import Reference
from resources.lake.sql import LakeQuery

_ROWS_BALANCE = "landed_rows = accepted_rows + duplicate_rows + quarantined_rows + erased_rows"
_SECONDS_BALANCE = "landed_seconds = clean_seconds + capped_seconds + duplicate_seconds"

TABLE = TableSpec(
    "ledger_content",
    "Proof that no content record was lost or counted twice: one row per day, each figure counted from the table that holds "
    "the rows. A day whose files hold no records has a row of zeros and counts as not landed.",
    group="cleaning",
    unit="day",
    key=("log_date",),
    definition=Section("ledgers-and-links.md", "The ledgers"),
    inputs=(
        Input(raw_content.TABLE, required=True),
        Input(quarantine_content.TABLE, required=True),
        Input(clean_content.TABLE, required=True),
    ),
    uses_reference=True,
    code_version="3",
    columns=(
        ColumnSpec("landed_rows", "bigint", "Landed records, counted in raw_content", at_least=0),
        ColumnSpec("accepted_rows", "bigint", "Records in clean_content: the sum of its source_rows", at_least=0,
               of=("clean_content.source_rows",)),
        ColumnSpec("duplicate_rows", "bigint", "Copies of an accepted record, counted in raw_content", at_least=0),
        ColumnSpec("quarantined_rows", "bigint", "Records in quarantine_content", at_least=0),
        ColumnSpec("erased_rows", "bigint", "Erased records, counted in raw_content", at_least=0, of=("raw_content.erased",)),
        ColumnSpec("landed_seconds", "bigint", "Seconds of the landed records that break no rule, copies included", at_least=0,
               of=("raw_content.total_duration",)),
        ColumnSpec("clean_seconds", "bigint", "Seconds in clean_content", at_least=0, of=("clean_content.seconds",)),
        ColumnSpec("duplicate_seconds", "bigint", "Seconds of the copies", at_least=0, of=("raw_content.total_duration",)),
        ColumnSpec("capped_seconds", "bigint", "Seconds that the cap took: what devices had above one day", at_least=0,
               of=("clean_content.capped_seconds",)),
        ColumnSpec("balanced", "boolean", "landed = accepted + duplicate + quarantined + erased rows, and landed = clean + "
               "capped + duplicate seconds"),
    ),
    row_rules=(
        RowRule("balanced", "No record and no second was lost or counted twice", {
            "rows": f"balanced and {_ROWS_BALANCE}",
            "seconds": _SECONDS_BALANCE,
        }),
    ),
)  # fmt: skip


def figures(lake: LakeQuery, day: date) -> dict[str, Any]:
    """What the UI shows of a day: each figure of its ledger."""
    return ledger_figures(lake, TABLE.name, day)


def _sum(column: SparkColumn) -> SparkColumn:
    return F.coalesce(F.sum(column), F.lit(0)).cast("bigint")


@table_asset(TABLE, metadata=figures)
def ledger_content(
    raw_content: DataFrame, quarantine_content: DataFrame, clean_content: DataFrame, reference: Reference
) -> DataFrame:
    """The one row of a day."""
    more = F.when(F.col("seconds").isNotNull(), F.col("copies") - 1)
    landed = distinct_records(raw_content, reference).agg(
        _sum(F.col("copies")).alias("judged_rows"),
        _sum(F.col("copies") * F.col("seconds")).alias("landed_seconds"),
        _sum(more).alias("duplicate_rows"),
        _sum(more * F.col("seconds")).alias("duplicate_seconds"),
    )
    erased = raw_content.agg(F.count("erased").alias("erased_rows"))
    quarantined = quarantine_content.agg(F.count(F.lit(1)).alias("quarantined_rows"))
    accepted = clean_content.agg(
        _sum(F.col("source_rows")).alias("accepted_rows"),
        _sum(F.col("seconds")).alias("clean_seconds"),
        _sum(F.col("capped_seconds")).alias("capped_seconds"),
    )
    landed = landed.crossJoin(erased).withColumn("landed_rows", F.expr("judged_rows + erased_rows"))
    ledger = landed.crossJoin(quarantined).crossJoin(accepted)
    return ledger.withColumn("balanced", F.expr(_ROWS_BALANCE) & F.expr(_SECONDS_BALANCE)).select(*TABLE.names)
