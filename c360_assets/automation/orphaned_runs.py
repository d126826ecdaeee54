"""The sensor `orphaned_runs`: frees the places in the queue that killed processes held. It starts no run."""

import dagster as dg

from c360_assets.execution.processes import fail_orphans

INTERVAL_SECONDS = 60


@dg.sensor(
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends runs of `c360` and of everything_changed on this machine whose process was killed: they would "
    "hold their place in the queue for a day. Starts nothing, and is on from the start.",
)
def orphaned_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """One look at this machine's unfinished runs."""
    ended = fail_orphans(context.instance)
    return dg.SkipReason(f"Ended, since their process is gone: {', '.join(ended)}." if ended else "No process is gone.")
