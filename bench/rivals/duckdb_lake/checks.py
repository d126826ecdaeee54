"""Checks what is about to be kept: one query per table for nulls and row rules, and one for its key."""

import duckdb

from bench.rivals.kept import PARTITIONS, RULES

_MACROS = """
    CREATE TEMP MACRO concat_or_null(a, b) AS a::VARCHAR || b::VARCHAR, (a, b, c) AS a::VARCHAR || b::VARCHAR || c::VARCHAR;
    CREATE TEMP MACRO days_between(a, b) AS a - b;
    CREATE TEMP MACRO shiftleft(a, b) AS a << b;
    CREATE TEMP MACRO add_months(a, b) AS (a + to_months(b))::DATE;
"""


def prepare_checks(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the functions that the rules call."""
    con.execute(_MACROS)


def check(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Ends the script if rows of a partition break a rule of their table."""
    rules = RULES[table]
    holds = [f"{name} IS NOT NULL" for name in rules["never_null"]] + [f"({rule})" for rule in rules["rows"].values()]
    found = [_count(con, f"SELECT count(*) FROM {rows} WHERE NOT coalesce({' AND '.join(holds)}, false)")]
    key = [name for name in rules["key"] if name not in PARTITIONS]
    if key:
        found.append(_sharing(con, rows, f"hash({', '.join(key)})") and _sharing(con, rows, ", ".join(key)))
    elif rules["key"]:
        found.append(_count(con, f"SELECT count(*) FROM (SELECT count(*) AS n FROM {rows}) WHERE n > 1"))
    if any(found):
        raise SystemExit(f"{table}: {found} rows break a rule or share a key")


def _sharing(con: duckdb.DuckDBPyConnection, rows: str, key: str) -> int:
    return _count(con, f"SELECT count(*) FROM (SELECT 1 FROM {rows} GROUP BY {key} HAVING count(*) > 1)")


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.execute(query).fetchall()[0][0])
