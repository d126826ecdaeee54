"""quarantine_content: the content records that are not used, each with its reason. Rules: content_rules.py."""

from dataclasses import replace
from datetime import date
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.content_rules import REASONS, with_reason
from c360_assets.cleaning.reasons import ACCEPTED, UNPARSEABLE
from c360_assets.contracts.table import ColumnSpec, Input, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing import raw_content
from c360_assets.metadata.quarantine import by_reason, share_of_landed
from c360_assets.reference.model import Reference
from resources.lake.sql import LakeQuery

TABLE = TableSpec(
    "quarantine_content",
    "Content records that can't be used, as they landed, with the first rule that each breaks: one row per landed "
    "record. It has no key: the same record can land more than once, and every copy counts.",
    group="cleaning",
    unit="day",
    key=(),
    definition=Section("cleaning-content.md", "Which records are used"),
    inputs=(Input(raw_content.TABLE, required=True),),
    uses_reference=True,
    code_version="2",
    columns=(
        ColumnSpec("reason", "string", "The first rule that the record breaks", values=REASONS),
        *[replace(column, of=(f"raw_content.{column.name}",)) for column in raw_content.TABLE.columns],
    ),
    row_rules=(
        RowRule("reason_fits", "Exactly the lines that do not parse have that reason", {
            "unparsed": f"(reason = '{UNPARSEABLE}') = (unparsed is not null)",
        }),
    ),
)  # fmt: skip


def figures(lake: LakeQuery, day: date) -> dict[str, Any]:
    """What the UI shows of a day: records by reason, and their share of the landed records."""
    counts = by_reason(lake, TABLE.name, REASONS, day)
    return counts | share_of_landed(lake, raw_content.TABLE.name, day, counts["quarantined"])


@table_asset(TABLE, metadata=figures)
def quarantine_content(raw_content: DataFrame, reference: Reference) -> DataFrame:
    """The records that break a rule, each with its reason."""
    return with_reason(raw_content, reference).where(F.col("reason") != ACCEPTED).select(*TABLE.names)
