"""identity_map: which contract a user's searches belong to. Rules for single links: identity_rules.py."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.identity_rules import with_reason
from c360_assets.cleaning.reasons import ACCEPTED
from c360_assets.contracts.table import ColumnSpec, RowRule, Section, TableSpec
from c360_assets.contracts.table_asset import table_asset
from c360_assets.landing.identity import LAYOUT
from c360_assets.reference.model import Reference
from c360_assets.text.columns import trimmed

TABLE = TableSpec(
    "identity_map",
    "Which contract a user's searches belong to: one row per user. A contract may have several users. A user linked to "
    "several contracts is in quarantine_identity with all its links. There are no partitions: the files in identity/ "
    "together are the current links.",
    group="landing",
    unit=None,
    key=("user_id",),
    definition=Section("ledgers-and-links.md", "Links between users and contracts"),
    layout=LAYOUT,
    uses_reference=True,
    code_version="2",
    columns=(
        ColumnSpec("contract", "string", "Contract, in its one consistent form", personal=True),
        ColumnSpec("user_id", "string", "User id, trimmed; text, because leading zeros count", personal=True),
        ColumnSpec(
            "source",
            "string",
            "Where the link comes from, as landed; of several sources, the first in text order",
            nullable=True,
            personal=True,
        ),
    ),
    row_rules=(
        RowRule("one_form", "Contracts and users are in their one form", {
            "contract": "contract rlike '^[A-Z0-9]+$'",
            "user_id": "user_id <> ''",
        }),
    ),
)  # fmt: skip


@table_asset(TABLE)
def identity_map(landed: DataFrame, reference: Reference) -> DataFrame:
    """One row per user that is linked to exactly one contract: the links that break no rule, equal ones once."""
    accepted = with_reason(landed, reference).where(F.col("reason") == ACCEPTED)
    return (
        accepted.groupBy(F.col("clean_contract").alias("contract"), F.col("clean_user").alias("user_id"))
        .agg(
            F.min(F.when(~trimmed("source").isin(list(reference.measures.null_markers)), F.col("source"))).alias(
                "source"
            )
        )
        .select(*TABLE.names)
    )
