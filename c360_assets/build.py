"""From settings to Dagster's Definitions: all assets, checks, jobs, sensors, schedules and resources.

Tests and commands build their own, with other settings or parts.
"""

from collections.abc import Mapping
from contextlib import suppress
from types import FunctionType
from typing import cast

import dagster as dg

from c360_assets.automation.erase_job import RECEIPTS, erase
from c360_assets.automation.exports import export
from c360_assets.automation.jobs import JOBS
from c360_assets.automation.landed_changes import landed_changes
from c360_assets.automation.landed_in_time import LANDED_IN_TIME
from c360_assets.automation.notifications import notifications
from c360_assets.automation.orphaned_runs import orphaned_runs
from c360_assets.automation.profile_changes import profiles_compared
from c360_assets.automation.report_job import report, report_asset
from c360_assets.automation.table_upkeep import UPKEEP_SCHEDULE, table_upkeep
from c360_assets.checks import all_checks
from c360_assets.contracts.dagster_private import in_process_executor, reuse_database_engines
from c360_assets.contracts.partitions import Partitions
from c360_assets.landing.external_assets import landing_zone
from c360_assets.lineage.sensor import lineage
from c360_assets.metadata.source_code import location_metadata
from c360_assets.planning.data_versions import DataVersions
from c360_assets.planning.planner import SOURCES
from c360_assets.privacy.receipts import traces_in
from c360_assets.profile.exposures import READERS
from c360_assets.reference.deadlines import Deadline, deadlines
from c360_assets.reference.resource import ReferenceData
from c360_assets.tables import ASSETS, TABLES
from resources.engine.session import Engine
from resources.erasure.erasure_list import ErasureList
from resources.errors import BadReference
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
    reuse_database_engines()
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
        assets=[
            *landing_zone(partitions),
            *_located(lake, partitions, _deadlines(settings)),
            *READERS,
            RECEIPTS,
            report_asset(partitions),
        ],
        asset_checks=[*all_checks(partitions), profiles_compared, *LANDED_IN_TIME],
        jobs=[*JOBS, export, report, table_upkeep, erase],
        sensors=[landed_changes, orphaned_runs, notifications, lineage],
        schedules=[UPKEEP_SCHEDULE],
        resources={
            "settings": settings,
            "engine": engine,
            "reference": reference,
            "landing": landing,
            "delivery_reader": DeliveryReader(landing, engine, erasures, lambda: traces_in(settings.lake)),
            "lake": lake,
            "lake_query": LakeQuery(lake.root),
            "partitions": partitions,
            "partition_writer": PartitionWriter(lake, provenances, on_commit),
            "provenances": provenances,
            "data_versions": data_versions,
        },
        executor=in_process_executor,
    )


def _deadlines(settings: Settings) -> Mapping[str, Deadline]:
    """When days are due, by raw table. Empty if the file is invalid, so that the UI opens; every run names the line."""
    with suppress(BadReference):
        due = deadlines(settings.reference)
        return {raw: due[folder] for raw, folder in SOURCES.items() if folder in due}
    return {}


def _located(lake: Lake, partitions: Partitions, due: Mapping[str, Deadline]) -> list[dg.AssetsDefinition]:
    """The assets of the tables, each with its place in the lake and its source, and its deadline if it has one."""

    def located(spec: dg.AssetSpec) -> dg.AssetSpec:
        name = spec.key.to_user_string()
        there = spec.merge_attributes(metadata=location_metadata(lake.uri(name), transforms[name]))
        return there.replace_attributes(freshness_policy=due[name].freshness_policy()) if name in due else there

    transforms = {asset.table.name: cast(FunctionType, asset.transform) for asset in ASSETS}
    return [asset.definition(partitions).map_asset_specs(located) for asset in ASSETS]
