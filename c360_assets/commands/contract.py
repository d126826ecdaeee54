"""`c360 contract`: the contracts of the tables for other tools, as YAML or JSON."""

from collections.abc import Sequence

import click
import yaml

from c360_assets.data_contracts.odcs import data_contract
from c360_assets.tables import TABLES
from resources.harmless import harmless_json
from resources.settings import Settings


def contract_command(names: Sequence[str], as_json: bool) -> int:
    """Prints the contract of these tables, or of all. Raises click.UsageError for an unknown name."""
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        raise click.UsageError(f"{', '.join(unknown)}: no such table. There are {', '.join(TABLES)}.")
    tables = [TABLES[name] for name in names or TABLES]
    title = names[0] if len(names) == 1 else "customer360"
    contract = data_contract(title, tables, Settings.from_environment(lake_alone=True).lake)
    if as_json:
        click.echo(harmless_json(contract, indent=2))
    else:
        click.echo(yaml.safe_dump(contract, sort_keys=False, allow_unicode=True, width=100), nl=False)
    return 0
