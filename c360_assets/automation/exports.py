"""An audience as files, from Dagster: a job to be started with audience and month. It does what `c360 export` does."""

from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from c360_assets.automation.launchpad import errors_as_failures, month_of
from c360_assets.exports.export import export_audience
from c360_assets.exports.members import MembershipReader, months_with_customers
from c360_assets.exports.request import request_of
from c360_assets.reference.resource import ReferenceData
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake
from resources.settings import Settings


class ExportConfig(dg.Config):
    """Which audience is exported, of which month, and where to."""

    audience: str = Field(description="Name of an audience of the reference data")
    month: str = Field(default="", description="Month of the members, as 2022-04; the newest if it is empty")
    out: str = Field(
        default="exports",
        description="Folder that gets a folder AUDIENCE-MONTH; a relative one is below the folder that Dagster runs in",
    )
    format: str = Field(default="csv", description="csv, parquet or json")
    columns: list[str] = Field(default=[], description="Columns of customer360; the ids if none are given")


@dg.op(description="Writes members, who entered and who left, and a manifest; whole or not at all")
def export_members(
    context: dg.OpExecutionContext,
    config: ExportConfig,
    lake: dg.ResourceParam[Lake],
    provenances: dg.ResourceParam[ProvenanceStore],
    reference: ReferenceData,
    settings: dg.ResourceParam[Settings],
) -> None:
    """Reports the counts and the folder as an observation of audience_members.

    Raises dg.Failure where the audience can't be exported; nothing is written then.
    """
    known, months = reference.load(), months_with_customers(provenances)
    month = month_of("month", config.month)
    with errors_as_failures():
        request = request_of(known, months, config.audience, month, config.format, config.columns)
        reader = MembershipReader(lake.root, provenances, known.fingerprints, settings.first_day)
        exported = export_audience(request, reader, Path(config.out).absolute())
    context.log.info("\n".join(exported.lines()))
    metadata: dict[str, Any] = {
        "audience": request.audience.name,
        "format": request.form,
        **exported.counts,
        "folder": dg.MetadataValue.path(str(exported.folder)),
    }
    context.log_event(dg.AssetObservation("audience_members", partition=request.month.isoformat(), metadata=metadata))


@dg.job(description="An audience as files: members, who entered, who left, and a manifest. Changes no table")
def export() -> None:
    """One op."""
    export_members()
