"""From settings to Dagster's Definitions: all assets, checks, jobs, sensors, schedules and resources.

Tests and commands build their own, with other settings or parts.
"""

import dagster as dg

from c360_assets.automation.erase_job import RECEIPTS, erase
from c360_assets.automation.exports import export
from c360_assets.automation.jobs import JOBS
from c360_assets.automation.landed_changes import landed_changes
from c360_assets.automation.orphaned_runs import orphaned_runs
from c360_assets.automation.profile_changes import profiles_compared
from c360_assets.automation.report_job import report, report_asset
from c360_assets.automation.table_upkeep import UPKEEP_SCHEDULE, table_upkeep
from c360_assets.checks import ALL_CHECKS
from c360_assets.contracts.partitions import Partitions
from c360_assets.landing.external_assets import landing_zone
from c360_assets.metadata.source_code import location_metadata
from c360_assets.planning.data_versions import DataVersions
from c360_assets.profile.exposures import READERS
from c360_assets.reference.resource import ReferenceData
from c360_assets.tables import ASSETS, TABLES
from resources.engine.session import Engine
from resources.erasure.erasure_list import ErasureList
from resources.lake.provenance import ProvenanceStore
from resources.lake.sql import LakeQuery
from resources.lake.tables import Lake
from resources.lake.writer import OnCommit, PartitionWriter
from resources.landing.delivery_reader import DeliveryReader
from resources.landing.zone import LandingZone
from resources.settings import Settings


def build(settings: Settings, on_commit: OnCommit = lambda table, partition, rows: None) -> dg.Definitions:
    """The definitions for a landing root, a lake, reference data and an engine. Starts no engine.

    `on_commit` is called after each commit with table, partition and rows.
    """
    engine = Engine.of(settings.engine, settings.engine_options)
    reference = ReferenceData(folder=str(settings.reference))
    lake = Lake(settings.lake, engine)
    provenances = ProvenanceStore(settings.lake)
    landing = LandingZone(settings.landing)
    erasures = ErasureList(settings.lake, settings.erasure_key)
    partitions = Partitions(settings.first_day)

    def data_versions() -> DataVersions:
        return DataVersions(TABLES, reference.load().fingerprints, provenances.cached())

    return dg.Definitions(
        assets=[*landing_zone(partitions), *_located(lake, partitions), *READERS, RECEIPTS, report_asset(partitions)],
        asset_checks=[*ALL_CHECKS, profiles_compared],
        jobs=[*JOBS, export, report, table_upkeep, erase],
        sensors=[landed_changes, orphaned_runs],
        schedules=[UPKEEP_SCHEDULE],
        resources={
            "settings": settings,
            "engine": engine,
            "reference": reference,
            "landing": landing,
            "delivery_reader": DeliveryReader(landing, engine, erasures),
            "lake": lake,
            "lake_query": LakeQuery(lake.root),
            "partitions": partitions,
            "partition_writer": PartitionWriter(lake, provenances, on_commit),
            "provenances": provenances,
            "data_versions": data_versions,
        },
        executor=dg.in_process_executor,
    )


def _located(lake: Lake, partitions: Partitions) -> list[dg.AssetsDefinition]:
    """The assets of the tables, each with its place in the lake and its source."""

    def located(spec: dg.AssetSpec) -> dg.AssetSpec:
        name = spec.key.to_user_string()
        return spec.merge_attributes(metadata=location_metadata(lake.uri(name), transforms[name]))

    transforms = {asset.table.name: asset.transform for asset in ASSETS}
    return [asset.definition(partitions).map_asset_specs(located) for asset in ASSETS]
