"""The reference data: what it holds (`model`), how its files are read and checked, and Dagster's resource of it.

Numbers, lists and cuts that a company may change are reference data, not code.
"""
