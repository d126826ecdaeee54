"""Tables as a data contract of the Open Data Contract Standard, version 3.1: what `c360 contract` prints."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from c360_assets.contracts.table import ColumnSpec, Kind, RowRule, TableSpec

API_VERSION = "v3.1.0"
_LOGICAL: dict[Kind, str] = {
    "string": "string",
    "bigint": "integer",
    "int": "integer",
    "double": "number",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
_GRAIN = {"day": "per day of the log", "month": "per month", None: "in all"}


def data_contract(name: str, tables: Iterable[TableSpec], lake: str) -> dict[str, Any]:
    """The contract of some tables in a lake. `name` is part of its id."""
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": f"customer360:{name}",
        "name": name,
        "version": version("customer360-lakehouse"),
        "status": "active",
        "domain": "customer360",
        "description": {
            "purpose": "What customers of a streaming company watched and searched for, from landed logs to profiles.",
            "usage": "Read the Delta tables with any reader. Rows are replaced by partition, in one commit.",
            "limitations": "Columns classified as personal identify a person, or what a person did.",
        },
        "servers": [{"server": "lake", "type": _server_type(lake), **_location(lake), "format": "delta"}],
        "schema": [_table(table) for table in tables],
    }


def _server_type(lake: str) -> str:
    scheme = lake.partition("://")[0] if "://" in lake else ""
    return {"s3": "s3", "s3a": "s3", "s3n": "s3", "abfss": "azure", "az": "azure"}.get(scheme, "local")


def _location(lake: str) -> dict[str, str]:
    """Where the tables are: each in a folder of its name."""
    kind = _server_type(lake)
    return {"path" if kind == "local" else "location": f"{lake.rstrip('/')}/{{model}}"}


def _table(table: TableSpec) -> dict[str, Any]:
    key = ", ".join(table.key)
    grain = f"One row per {key} {_GRAIN[table.unit]}" if key else f"No key; rows {_GRAIN[table.unit]}"
    return {
        "name": table.name,
        "physicalName": table.name,
        "physicalType": "table",
        "logicalType": "object",
        "description": table.doc,
        "dataGranularityDescription": grain,
        "tags": [table.group],
        "properties": [_column(table, column) for column in table.all_columns],
        **({"quality": quality} if (quality := [*_unique(table), *map(_rule, table.row_rules)]) else {}),
    }


def _column(table: TableSpec, column: ColumnSpec) -> dict[str, Any]:
    is_partition = column.name == table.partition_column
    found: dict[str, Any] = {
        "name": column.name,
        "physicalName": column.name,
        "logicalType": _LOGICAL[column.type],
        "physicalType": column.type,
        "description": column.doc,
        "required": not column.nullable,
        "partitioned": is_partition,
    }
    if is_partition:
        found["partitionKeyPosition"] = 1
    key = _key(table)
    if column.name in key:
        found |= {"primaryKey": True, "primaryKeyPosition": key.index(column.name) + 1}
    if column.personal:
        found["classification"] = "personal"
    if column.of:
        found["transformSourceObjects"] = list(column.of)
    if bounds := _bounds(column):
        found["logicalTypeOptions"] = bounds
    if column.values:
        found["quality"] = [
            {
                "type": "library",
                "metric": "invalidValues",
                "mustBe": 0,
                "arguments": {"validValues": list(column.values)},
            }
        ]
    return found


def _key(table: TableSpec) -> list[str]:
    """The key over all partitions: the partition column and the key within one. Empty where the table has none."""
    if not table.key:
        return []
    partition = [table.partition_column] if table.partition_column else []
    return list(dict.fromkeys([*partition, *table.key]))


def _bounds(column: ColumnSpec) -> dict[str, float]:
    if column.type not in ("bigint", "int", "double"):
        return {}
    whole = int if column.type != "double" else float
    bounds = {"minimum": column.at_least, "maximum": column.at_most}
    return {name: whole(bound) for name, bound in bounds.items() if bound is not None}


def _unique(table: TableSpec) -> list[dict[str, Any]]:
    """That the key is unique, as a rule over the table."""
    key = _key(table)
    if not key:
        return []
    arguments = {"properties": key}
    return [
        {"name": "key_is_unique", "type": "library", "metric": "duplicateValues", "mustBe": 0, "arguments": arguments}
    ]


def _rule(rule: RowRule) -> dict[str, Any]:
    """A rule over each row, as the query that counts the rows which break it."""
    holds = " and ".join(f"coalesce({part}, false)" for part in rule.parts.values())
    return {
        "name": rule.name,
        "description": rule.doc,
        "type": "sql",
        "query": f"select count(*) from {{object}} where not ({holds})",
        "mustBe": 0,
    }
