"""quarantine_identity: the landed links that are not used, each with its reason. Rules: identity_rules.py."""

from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.identity_rules import REASONS, with_reason
from c360_assets.cleaning.reasons import ACCEPTED
from c360_assets.contracts.table import ColumnSpec, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing.identity import LAYOUT
from c360_assets.metadata.quarantine import by_reason
from c360_assets.reference.model import Reference
from resources.lake.sql import LakeQuery

TABLE = TableSpec(
    "quarantine_identity",
    "Links between contracts and users that can't be used, as they landed, with the first rule that each breaks: one row "
    "per landed row. It has no key: the same link can land more than once, and every copy counts.",
    group="landing",
    unit=None,
    key=(),
    definition=Section("ledgers-and-links.md", "Links between users and contracts"),
    layout=LAYOUT,
    uses_reference=True,
    code_version="2",
    columns=(
        ColumnSpec("reason", "string", "The first rule that the link breaks", values=REASONS),
        ColumnSpec("contract", "string", "`contract` as landed", nullable=True, personal=True),
        ColumnSpec("user_id", "string", "`user_id` as landed", nullable=True, personal=True),
        ColumnSpec("source", "string", "`source` as landed", nullable=True, personal=True),
    ),
)


def figures(lake: LakeQuery, _: None) -> dict[str, Any]:
    """What the UI shows: links by reason."""
    return by_reason(lake, TABLE.name, REASONS, None)


@table_asset(TABLE, metadata=figures)
def quarantine_identity(landed: DataFrame, reference: Reference) -> DataFrame:
    """One row per landed link that can't be used, with its reason."""
    return with_reason(landed, reference).where(F.col("reason") != ACCEPTED).select(*TABLE.names)
