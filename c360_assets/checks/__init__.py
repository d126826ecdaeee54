"""The asset checks: contract checks, which block, and monitors, which warn.

`contract/` makes the first from the tables; `monitors/` has one file per subject.
"""

import dagster as dg

from c360_assets.checks.contract.asset_checks import contract_checks
from c360_assets.checks.monitors import app_names, dictionary, identity, landing, month_days, quarantine_shares
from c360_assets.tables import TABLES

_MONITORS = (landing, quarantine_shares, app_names, month_days, dictionary, identity)

ALL_CHECKS: list[dg.AssetChecksDefinition] = [
    *(contract_checks(table) for table in TABLES.values()),
    *(check for module in _MONITORS for check in module.CHECKS),
]
