"""This project beside its rivals: whole processes over the same landed files, equal tables before any time is taken.

The rounds, the comparison of tables and the report. The rivals themselves are in `bench/rivals`.
"""
