"""What Dagster's UI shows of a partition: figures, small tables and charts, with personal values redacted.

Which figures a table shows is decided in its own file.
"""
