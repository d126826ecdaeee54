"""The asset checks: of every table's contract, which block, and of habits, which warn.

`contract.py` makes the first from the tables; each other file has the habits of its subject.
"""

import dagster as dg

from c360_assets.checks import (
    app_names,
    dictionary,
    identity,
    landing_habits,
    month_days,
    quarantine_habits,
)
from c360_assets.checks.contract import contract_checks
from c360_assets.tables import TABLES

_HABITS = (landing_habits, quarantine_habits, app_names, month_days, dictionary, identity)

ALL_CHECKS: list[dg.AssetChecksDefinition] = [
    *(contract_checks(table) for table in TABLES.values()),
    *(check for module in _HABITS for check in module.CHECKS),
]
