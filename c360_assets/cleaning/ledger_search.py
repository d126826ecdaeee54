"""ledger_search: the proof that no search record was lost or counted twice."""

from datetime import date
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning import clean_search, quarantine_search
from c360_assets.cleaning.search_rules import accepted_events
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing import raw_search
from c360_assets.metadata.ledger import ledger_figures
from c360_assets.reference.model import Reference
from resources.lake.sql import LakeQuery

_ROWS_BALANCE = "landed_rows = accepted_rows + duplicate_rows + quarantined_rows + erased_rows"

TABLE = TableSpec(
    "ledger_search",
    "Proof that no search record was lost or counted twice: one row per day, each figure counted from the table that holds "
    "the rows. A day whose files hold no records has a row of zeros and counts as not landed.",
    group="cleaning",
    unit="day",
    key=("log_date",),
    definition=Section("ledgers-and-links.md", "The ledgers"),
    inputs=(
        Input(raw_search.TABLE, required=True),
        Input(quarantine_search.TABLE, required=True),
        Input(clean_search.TABLE, required=True),
    ),
    uses_reference=True,
    code_version="2",
    columns=(
        ColumnSpec("landed_rows", "bigint", "Landed records, counted in raw_search", at_least=0),
        ColumnSpec("accepted_rows", "bigint", "Records in clean_search: the sum of its source_rows", at_least=0,
               of=("clean_search.source_rows",)),
        ColumnSpec("duplicate_rows", "bigint", "Copies of an accepted record, counted in raw_search", at_least=0),
        ColumnSpec("quarantined_rows", "bigint", "Records in quarantine_search", at_least=0),
        ColumnSpec("erased_rows", "bigint", "Erased records, counted in raw_search", at_least=0, of=("raw_search.erased",)),
        ColumnSpec("balanced", "boolean", "landed = accepted + duplicate + quarantined + erased rows"),
    ),
    row_rules=(
        RowRule("balanced", "No record was lost or counted twice", {"rows": f"balanced and {_ROWS_BALANCE}"}),
    ),
)  # fmt: skip


def figures(lake: LakeQuery, day: date) -> dict[str, Any]:
    """What the UI shows of a day: each figure of its ledger."""
    return ledger_figures(lake, TABLE.name, day)


@table_asset(TABLE, metadata=figures)
def ledger_search(
    raw_search: DataFrame, quarantine_search: DataFrame, clean_search: DataFrame, reference: Reference
) -> DataFrame:
    """The one row of a day."""
    landed = raw_search.agg(F.count(F.lit(1)).alias("landed_rows"), F.count("erased").alias("erased_rows"))
    copies = F.sum(F.col("copies") - 1)
    duplicate = accepted_events(raw_search, reference).agg(
        F.coalesce(copies, F.lit(0)).cast("bigint").alias("duplicate_rows")
    )
    quarantined = quarantine_search.agg(F.count(F.lit(1)).alias("quarantined_rows"))
    accepted = clean_search.agg(F.coalesce(F.sum("source_rows"), F.lit(0)).cast("bigint").alias("accepted_rows"))
    ledger = landed.crossJoin(duplicate).crossJoin(quarantined).crossJoin(accepted)
    return ledger.withColumn("balanced", F.expr(_ROWS_BALANCE)).select(*TABLE.names)
