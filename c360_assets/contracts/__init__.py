"""What a table is, and how Dagster's asset is made of it: contracts, partitions, `table_asset`.

Nothing here knows a particular table; those are in the folders of their steps. Where rows lie belongs in `resources/lake`.
"""
