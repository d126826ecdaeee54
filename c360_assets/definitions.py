"""The one Definitions object: all assets, checks, jobs and resources.

Only Dagster and the command line import from here.
"""

from collections.abc import Callable
from datetime import date

import dagster as dg

from c360_assets.automation.jobs import JOBS
from c360_assets.automation.landed_changes import landed_changes
from c360_assets.automation.orphaned_runs import orphaned_runs
from c360_assets.automation.table_upkeep import UPKEEP_SCHEDULE, table_upkeep
from c360_assets.checks import ALL_CHECKS
from c360_assets.contracts.table import IO_MANAGER
from c360_assets.landing.external_assets import LANDING_ZONE
from c360_assets.metadata.source_code import located
from c360_assets.planning.data_versions import TableVersions
from c360_assets.profile.exposures import READERS
from c360_assets.reference.resource import ReferenceData
from c360_assets.tables import ASSETS, TABLES
from resources.engine.session import Engine, spark_config_from_environment
from resources.lake.io_manager import DeltaIOManager
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake
from resources.landing.zone import LandingZone
from resources.settings import Settings

OnCommit = Callable[[str, date | None, int], None]


def build(settings: Settings, on_commit: OnCommit | None = None) -> dg.Definitions:
    """The definitions for a landing root, a lake, reference data and an engine. Starts no engine.

    `on_commit` is told of each commit: table, partition, rows.
    """
    engine = Engine(kind=settings.engine, spark_config=spark_config_from_environment())
    reference = ReferenceData(folder=str(settings.reference))
    lake = Lake(settings.lake, engine)
    provenances = ProvenanceStore(settings.lake)

    def versions() -> TableVersions:
        return TableVersions(TABLES, reference.load().fingerprint, provenances.cached())

    return dg.Definitions(
        assets=[*LANDING_ZONE, *located(ASSETS, lake.uri), *READERS],
        asset_checks=ALL_CHECKS,
        jobs=[*JOBS, table_upkeep],
        sensors=[landed_changes, orphaned_runs],
        schedules=[UPKEEP_SCHEDULE],
        resources={
            IO_MANAGER: DeltaIOManager(lake, provenances, versions, on_commit or (lambda table, partition, rows: None)),
            "engine": engine,
            "reference": reference,
            "landing": LandingZone(settings.landing),
            "lake": lake,
            "marks": provenances,
        },
        executor=dg.in_process_executor,
    )


defs = build(Settings.from_environment())
