"""What people would write by hand: the same month as one script, landed files to final tables.

`duckdb_month` and `polars_month` are as fast as we can write them, and give the project's final tables row for row;
`typical_pyspark` is what projects of this kind usually have. `landed`, `reference` and `texts` are what they share. Each is
run as `python -m bench.rivals.NAME LANDING OUT`.
"""
