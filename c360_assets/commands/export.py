"""`c360 export`: an audience as files. Starts no engine."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from c360_assets.exports.export import export_audience
from c360_assets.exports.members import MembershipReader, months_with_customers
from c360_assets.exports.request import request_of
from c360_assets.reference.model import load_reference
from resources.lake.provenance import ProvenanceStore
from resources.settings import Settings


def export_command(audience: str, month: date | None, out: Path, form: str, columns: Sequence[str]) -> int:
    """Writes an export, and says what is in it. Raises what `c360_assets.exports` raises."""
    settings = Settings.from_environment(lake_alone=True)
    reference = load_reference(settings.reference)
    provenances = ProvenanceStore(settings.lake)
    request = request_of(reference, months_with_customers(provenances), audience, month, form, columns)
    reader = MembershipReader(settings.lake, provenances, reference.fingerprints, settings.first_day)
    exported = export_audience(request, reader, out)
    for line in exported.lines():
        click.echo(line)
    return 0
