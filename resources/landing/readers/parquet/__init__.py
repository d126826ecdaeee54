"""Readers of Parquet."""
