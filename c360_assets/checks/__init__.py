"""The asset checks: of every table's contract, which block, and of habits, which warn."""

from c360_assets.checks.contract import contract_checks
from c360_assets.tables import TABLES

ALL_CHECKS = [contract_checks(table) for table in TABLES.values()]
