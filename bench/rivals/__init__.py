"""What people would write by hand: the same month as one script, landed files to final tables.

`duckdb_month` and `polars_month` are as fast as we can write them, and give the project's final tables row for row.
`duckdb_lake` and `polars_lake` give all its tables: they keep every record, check what they keep, and add a day to a month.
`typical_pyspark` is what projects of this kind usually have. `landed`, `reference`, `texts`, `kept` and `rules.json` are
what they share. Each is run as `python -m bench.rivals.NAME LANDING OUT`.
"""
