"""The best DuckDB script that keeps what the project keeps: landed logs to customer360, and every record on the way.

Parquet files by day and month: raw records, quarantine, clean tables and ledgers, links between users and contracts, and
the final tables of `duckdb_month`, whose steps it shares. Each table is checked by the rules of its contract before it is
written. A day whose files are as they were keeps its tables; the months from the first that changed on are made again.
Left out: atomic commits, history, monitors, erasure.

What makes it fast: lines of JSON that match a pattern of the usual form are split at their quotes; all other lines (one in
400) are read by plain Python. Each record is judged once, while it is read.
"""
