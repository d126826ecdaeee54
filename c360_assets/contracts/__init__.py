"""What a table is, and how a Dagster asset is built from it: contracts, partitions, `table_asset`.

Nothing here knows a particular table: those are in the folders of their steps. Where rows are stored is decided in
`resources/lake`.
"""
