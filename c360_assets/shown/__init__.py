"""What Dagster's UI shows of a partition beyond the figures that every table has: what several tables share of it."""
