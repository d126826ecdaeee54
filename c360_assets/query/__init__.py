"""SQL over the lake for people, in DuckDB: read only, and nothing but the lake.

What belongs here: the views of the tables, what a statement may do, and the forms of a result. What does not: the queries
of the project itself (`resources/lake/sql.py`).
"""
