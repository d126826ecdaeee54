"""What has to be made: data versions, why a partition is stale, the plan, and its batches.

Nothing here runs a plan: that is done in `c360_assets/execution`.
"""
