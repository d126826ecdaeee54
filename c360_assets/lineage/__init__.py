"""Lineage to an OpenLineage collector, from what Dagster recorded of each run. Off unless OpenLineage is configured.

Only `events` and `datasets` need the library, which is optional: they are imported once it is known to be there.
"""
