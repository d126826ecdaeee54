"""Checks made from the tables' contracts: key, nulls, values, bounds, row rules. A failure blocks what is downstream."""
