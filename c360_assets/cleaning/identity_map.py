"""identity_map: which contract made a user's searches. Rules for single links: identity_rules.py."""

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.identity_rules import LAYOUT, landed_links, with_reason
from c360_assets.cleaning.reasons import ACCEPTED
from c360_assets.contracts.table import ColumnSpec, TableSpec
from c360_assets.reference.model import Reference
from c360_assets.reference.resource import ReferenceData
from resources.engine.session import Engine
from resources.lake.io_manager import Frames, Landed
from resources.landing.zone import LandingZone

TABLE = TableSpec(
    "identity_map",
    "Which contract a user's searches belong to: one row a user. A contract may have several users; a user linked "
    "to several contracts is in quarantine_identity with all its links. No partitions: the links are what landed last.",
    group="landing",
    unit=None,
    key=("user_id",),
    lands=LAYOUT.folder,
    uses_reference=True,
    columns=(
        ColumnSpec("contract", "string", "Contract, in its one form", personal=True),
        ColumnSpec("user_id", "string", "User, trimmed; text: leading zeros count", personal=True),
        ColumnSpec("source", "string", "Who says so, as landed; of several, the first in text order", nullable=True),
    ),
)


def accept(links: DataFrame, reference: Reference) -> DataFrame:
    """The links that break no rule; equal ones once."""
    accepted = with_reason(links, reference).where(F.col("reason") == ACCEPTED)
    return (
        accepted.groupBy(F.col("clean_contract").alias("contract"), F.col("clean_user").alias("user_id"))
        .agg(F.min("source").alias("source"))
        .select(*TABLE.names)
    )


@dg.asset(**TABLE.asset_args())
def identity_map(engine: Engine, landing: dg.ResourceParam[LandingZone], reference: ReferenceData) -> Frames:
    """One row a user that is linked to exactly one contract."""

    def links(_: None) -> Landed:
        landed = landed_links(engine, landing)
        return landed.with_frame(accept(landed.frame, reference.load()))

    return Frames(links)
