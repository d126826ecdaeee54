"""The best DuckDB script that keeps what the project keeps: landed logs to customer360, and every record on the way.

Parquet files by day and month: raw records, quarantine, clean tables and ledgers, links between users and contracts, and
the final tables of `duckdb_month`, whose steps it shares. Each table is checked by the rules of its contract before it is
written. A day whose files are as they were keeps its tables; the months from the first that changed on are made again.
Left out: commits that readers do not notice, history, monitors, erasure.

Tuned by: lines of JSON in the usual form are split at their quotes, where a regular expression says that nothing else is
on them; all other lines (one in 400) are read by plain Python. Each record is judged once, while it is read.
"""
