"""The whole pipeline as one tuned DuckDB script: landed logs to customer360 and its audiences, as plain parquet files.

Same final tables as the project, row for row. Left out: raw tables, quarantine, ledgers, checks, history, and making
only what changed. Tuned by: content a day at a time, no order kept, explicit columns, records grouped once and only
groups of several examined for copies, a month rolled up to contract, device and app with its days as bits.

What the fast readers leave over: DuckDB reads 1e3 as 1000.0 and takes NaN for a number, so lines with either are
looked for, as are lines of several objects; CSV lines that are not UTF-8 are found by its list of rejects.
"""
