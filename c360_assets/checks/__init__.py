"""The asset checks: contract checks, which block, and monitors, which warn.

`contract/` makes the first from the tables; `monitors/` has one file per subject.
"""

import dagster as dg

from c360_assets.checks.contract.asset_checks import contract_checks
from c360_assets.checks.monitors import (
    app_names,
    content_shares,
    dictionary,
    identity,
    landing,
    month_days,
    quarantine_shares,
    runaway_quotes,
    search_shares,
)
from c360_assets.checks.monitors.monitor import monitors_of
from c360_assets.contracts.partitions import Partitions
from c360_assets.tables import TABLES

_SUBJECTS = (
    landing,
    runaway_quotes,
    quarantine_shares,
    app_names,
    content_shares,
    search_shares,
    month_days,
    dictionary,
    identity,
)
MONITORS = [monitor for subject in _SUBJECTS for monitor in subject.MONITORS]
MONITORED = [table for table in TABLES.values() if any(monitor.table is table for monitor in MONITORS)]


def all_checks(partitions: Partitions | None = None) -> list[dg.AssetChecksDefinition]:
    """Every check of the tables; over these partitions, if any are given."""
    return [
        *(contract_checks(table, partitions) for table in TABLES.values()),
        *(monitors_of(table, [one for one in MONITORS if one.table is table], partitions) for table in MONITORED),
    ]


ALL_CHECKS = all_checks()
"""Every check, whatever partitions there are."""
