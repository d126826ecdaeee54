"""The asset checks: of every table's contract, which block, and of habits, which warn.

`contract.py` makes the first from the tables; each other file has the habits of its subject.
"""

import dagster as dg

from c360_assets.checks.contract.asset_checks import contract_checks
from c360_assets.checks.monitors import app_names, dictionary, identity, month_days
from c360_assets.checks.monitors import landing as landing_habits
from c360_assets.checks.monitors import quarantine_shares as quarantine_habits
from c360_assets.tables import TABLES

_HABITS = (landing_habits, quarantine_habits, app_names, month_days, dictionary, identity)

ALL_CHECKS: list[dg.AssetChecksDefinition] = [
    *(contract_checks(table) for table in TABLES.values()),
    *(check for module in _HABITS for check in module.CHECKS),
]
