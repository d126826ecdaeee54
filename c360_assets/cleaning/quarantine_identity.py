"""quarantine_identity: the landed links that are not used, each with its reason. Rules: identity_rules.py."""

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360_assets.cleaning.identity_rules import LAYOUT, REASONS, landed_links, with_reason
from c360_assets.cleaning.reasons import ACCEPTED
from c360_assets.contracts.table import ColumnSpec, TableSpec
from c360_assets.metadata.figures import told
from c360_assets.metadata.quarantine import by_reason
from c360_assets.reference.model import Reference
from c360_assets.reference.resource import ReferenceData
from resources.engine.session import Engine
from resources.lake.io_manager import Frames, Landed
from resources.lake.tables import Lake
from resources.landing.zone import LandingZone

TABLE = TableSpec(
    "quarantine_identity",
    "Links between contracts and users that can't be used, as they landed, with the first rule that each breaks: one row a "
    "landed row. No key: a link may be landed twice, and each copy counts.",
    group="landing",
    unit=None,
    key=(),
    lands=LAYOUT.folder,
    uses_reference=True,
    columns=(
        ColumnSpec("reason", "string", "The first rule that the link breaks", values=REASONS),
        ColumnSpec("contract", "string", "`contract` as landed", nullable=True, personal=True),
        ColumnSpec("user_id", "string", "`user_id` as landed", nullable=True, personal=True),
        ColumnSpec("source", "string", "`source` as landed", nullable=True),
    ),
)


def quarantine(links: DataFrame, reference: Reference) -> DataFrame:
    """The links that break a rule."""
    return with_reason(links, reference).where(F.col("reason") != ACCEPTED).select(*TABLE.names)


@dg.asset(**TABLE.asset_args())
def quarantine_identity(
    engine: Engine, landing: dg.ResourceParam[LandingZone], reference: ReferenceData, lake: dg.ResourceParam[Lake]
) -> Frames:
    """One row a landed link that can't be used, with its reason."""

    def links(_: None) -> Landed:
        landed = landed_links(engine, landing)
        return landed.with_frame(quarantine(landed.frame, reference.load()))

    return Frames(links, tell=told(lake, lambda kept, _: by_reason(kept, TABLE.name, REASONS, None)))
