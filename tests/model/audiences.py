"""Which customers are in which audience. SQLite says what a condition means."""

import sqlite3
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from .months import months_before

Row = dict[str, Any]


def read_audiences(path: Path) -> dict[str, str]:
    """The condition of each audience."""
    return {name: fields["where"] for name, fields in tomllib.loads(path.read_text()).items()}


def _plain(value: Any) -> Any:
    """A value as SQLite compares it: dates as texts of one form, booleans as numbers."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def members(customers: list[Row], conditions: dict[str, str]) -> dict[str, set[str]]:
    """The ids of the customers who meet each condition."""
    if not customers:
        return {name: set() for name in conditions}
    connection = sqlite3.connect(":memory:")
    names = list(customers[0])
    connection.execute(f"create table customers ({', '.join(names)})")
    rows = [[_plain(row[name]) for name in names] for row in customers]
    connection.executemany(f"insert into customers values ({', '.join('?' * len(names))})", rows)
    return {
        name: {found for (found,) in connection.execute(f"select customer_id from customers where {condition}")}
        for name, condition in conditions.items()
    }


def audience_members(month: date, by_month: dict[date, list[Row]], conditions: dict[str, str]) -> list[Row]:
    """One row per audience and member."""
    now, then = by_month.get(month, []), by_month.get(months_before(month, 1), [])
    current, previous = members(now, conditions), members(then, conditions)
    return [
        {
            "month": month,
            "audience": name,
            "customer_id": row["customer_id"],
            "contract": row["contract"],
            "user_id": row["user_id"],
            "entered": row["customer_id"] not in previous[name] if then else None,
        }
        for name in conditions
        for row in now
        if row["customer_id"] in current[name]
    ]
