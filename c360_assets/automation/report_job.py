"""The job that writes a month's page. It does what `c360 report` does."""

from pathlib import Path

import dagster as dg
from pydantic import Field

from c360_assets.automation.launchpad import errors_as_failures, month_of
from c360_assets.behaviour import keyword_demand, retention, rfm, taste
from c360_assets.cleaning import ledger_content, ledger_search, quarantine_content, quarantine_search
from c360_assets.contracts.partitions import Partitions
from c360_assets.contracts.table import OWNER
from c360_assets.profile import audience_members, customer360
from c360_assets.reference.resource import ReferenceData
from c360_assets.reports.file import write_page
from c360_assets.reports.month_figures import MonthFigures
from c360_assets.reports.month_page import month_page
from c360_assets.reports.month_report import month_figures
from resources.lake.provenance import ProvenanceStore
from resources.lake.sql import LakeQuery
from resources.landing.zone import LandingZone

_READ = (ledger_content, ledger_search, quarantine_content, quarantine_search, taste, rfm, retention, keyword_demand,
         customer360, audience_members)  # fmt: skip
ASSET = "report"


def report_asset(partitions: Partitions) -> dg.AssetSpec:
    """The pages, by month. Each page that the job writes is a materialization of its month."""
    return dg.AssetSpec(
        ASSET,
        deps=[one.TABLE.name for one in _READ],
        partitions_def=partitions.months,
        group_name="exposure",
        owners=[OWNER],
        kinds={"html"},
        description="A month as one HTML page, for people who don't write SQL: counts, sums and shares, and no customer. The "
        "job `report` writes it, as `c360 report` does.",
    )


class ReportConfig(dg.Config):
    """Which month to write a page of, and where."""

    month: str = Field(
        default="", description="Month of the page, as 2022-04; the newest with customers if it is empty"
    )
    out: str = Field(
        default="reports",
        description="Folder that gets report-MONTH.html; a relative one is below the folder that Dagster runs in",
    )


@dg.op(description="Writes the page, whole or not at all")
def write_report(
    context: dg.OpExecutionContext,
    config: ReportConfig,
    landing: dg.ResourceParam[LandingZone],
    lake_query: dg.ResourceParam[LakeQuery],
    provenances: dg.ResourceParam[ProvenanceStore],
    reference: ReferenceData,
    partitions: dg.ResourceParam[Partitions],
) -> None:
    """Raises dg.Failure where the lake is not fit for it; nothing is written then."""
    known, month = reference.load(), month_of("month", config.month)
    with errors_as_failures():
        figures = month_figures(lake_query, landing, provenances, known, partitions, month)
        file = Path(config.out).absolute() / f"report-{figures.month:%Y-%m}.html"
        write_page(month_page(figures, known.audiences), file)
    metadata = _metadata(figures, file)
    context.log_event(dg.AssetMaterialization(ASSET, partition=figures.month.isoformat(), metadata=metadata))


def _metadata(figures: MonthFigures, file: Path) -> dict[str, dg.MetadataValue]:
    return {
        "page": dg.MetadataValue.path(str(file)),
        "link": dg.MetadataValue.url(file.as_uri()),
        "customers": dg.MetadataValue.int(figures.totals["customers"]),
        "partitions_out_of_date": dg.MetadataValue.int(figures.upkeep.not_made),
        "warnings": dg.MetadataValue.int(len(figures.upkeep.warnings)),
    }


@dg.job(description="A month as one HTML page, for people who don't write SQL. Changes no table")
def report() -> None:
    """One op."""
    write_report()
