"""The rules of the contracts as DuckDB writes them, for the rivals that check what they keep: `rules.json` beside this file.

    python -m bench.rivals.contract_rules

writes the file again. The rivals read it rather than the contracts, whose imports would cost them seconds.
"""

import json
import re
from pathlib import Path
from typing import Any

from bench.files import write
from c360_assets.checks.contract.row_checks import row_checks
from c360_assets.contracts.table import TableSpec
from c360_assets.tables import TABLES

FILE = Path(__file__).with_name("rules.json")
_AS_DUCKDB = (
    (r"([\w.]+) rlike ('[^']*')", r"regexp_matches(\1, \2)"),
    (r"\btrunc\(([^,()]+), 'month'\)", r"date_trunc('month', \1)"),
    (r"\bconcat\(", "concat_or_null("),
    (r"\bdatediff\(", "days_between("),
    (r"\b([0-9]+)L\b", r"\1::BIGINT"),
)


def main() -> None:
    """Writes `rules.json`."""
    write(FILE, as_json())


def as_json() -> str:
    """The rules of every table: its key, the columns that are never null, and what holds for each row."""
    return json.dumps({table.name: _rules_of(table) for table in TABLES.values()}, indent=2) + "\n"


def _rules_of(table: TableSpec) -> dict[str, Any]:
    return {
        "key": [*table.key],
        "never_null": [column.name for column in table.columns if not column.nullable],
        "rows": {
            f"{check.name}.{part}": _as_duckdb(predicate)
            for check in row_checks(table)
            for part, predicate in check.parts.items()
        },
    }


def _as_duckdb(predicate: str) -> str:
    for spark, duckdb in _AS_DUCKDB:
        predicate = re.sub(spark, duckdb, predicate)
    return predicate


if __name__ == "__main__":
    main()
