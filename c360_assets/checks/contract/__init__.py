"""Checks made from the tables' contracts: key, nulls, values, bounds, row rules. A failure blocks whatever is downstream."""
