"""`c360 report`: a month as one HTML page. Starts no engine."""

from datetime import date
from pathlib import Path

import click

from c360_assets.contracts.partitions import Partitions
from c360_assets.reference.model import load_reference
from c360_assets.reports.file import write_page
from c360_assets.reports.month_page import month_page
from c360_assets.reports.month_report import month_figures
from resources.erasure.older_copies import require_not_put_back
from resources.lake.provenance import ProvenanceStore
from resources.lake.sql import LakeQuery
from resources.landing.zone import LandingZone
from resources.settings import Settings


def report_command(month: date | None, out: Path | None) -> int:
    """Writes the page and says where it is. Raises what `month_figures` and `write_page` raise."""
    settings = Settings.from_environment()
    require_not_put_back(settings.lake)
    reference = load_reference(settings.reference)
    figures = month_figures(
        LakeQuery(settings.lake),
        LandingZone(settings.landing),
        ProvenanceStore(settings.lake),
        reference,
        Partitions(settings.first_day),
        month,
    )
    file = out or Path(f"report-{figures.month:%Y-%m}.html")
    write_page(month_page(figures, reference.audiences), file)
    if late := figures.upkeep.not_made:
        first = "land again what `c360 status` says can't be read, then " if figures.upkeep.refused else ""
        remedy = f"{first}run `c360 run`, then `c360 report` again."
        click.echo(f"{late:,} partitions of the month are out of date: {remedy}", err=True)
    click.echo(f"{figures.month:%Y-%m}: {figures.totals['customers']:,} customers")
    click.echo(str(file))
    return 0
