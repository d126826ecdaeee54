"""The rules for single rows that follow from a table's contract: its columns' values and bounds, then its row rules."""

from c360_assets.contracts.table import ColumnSpec, RowRule, TableSpec


def row_checks(table: TableSpec) -> tuple[RowRule, ...]:
    """What each row of a table is checked for."""
    values = {column.name: _holds_value(column) for column in table.columns if column.values}
    bounds = {column.name: _in_bounds(column) for column in table.columns if _is_bounded(column)}
    checks = []
    if values:
        checks.append(RowRule("known_values", f"{', '.join(values)}: one of the contract's values", values))
    if bounds:
        checks.append(RowRule("in_range", f"{', '.join(bounds)}: within the contract's bounds", bounds))
    return (*checks, *table.row_rules)


def _holds_value(column: ColumnSpec) -> str:
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in column.values or ())
    return f"{column.name} is null or {column.name} in ({values})"


def _is_bounded(column: ColumnSpec) -> bool:
    return column.at_least is not None or column.at_most is not None


def _in_bounds(column: ColumnSpec) -> str:
    """Null is within bounds, since another check covers nulls; NaN never is."""
    holds = [f"{column.name} >= {column.at_least}"] if column.at_least is not None else []
    holds += [f"{column.name} <= {column.at_most}"] if column.at_most is not None else []
    holds += [f"not isnan({column.name})"] if column.type == "double" else []
    return f"{column.name} is null or ({' and '.join(holds)})"
