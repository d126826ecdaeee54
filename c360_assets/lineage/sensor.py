"""The sensor `lineage`: sends the lineage of runs that have ended to the collector, whatever started them. It starts none.

A collector that is down is tried again after a minute, then two, four …, up to an hour, as the webhook is.
"""

import dagster as dg

from c360_assets.lineage.client import off_because, set_by
from c360_assets.lineage.sender import Sender, Sending
from c360_assets.notifications.back_off import INTERVAL_SECONDS, BackOff
from c360_assets.planning.lines import counted
from c360_assets.planning.overdue import clock
from resources.errors import BadSetting
from resources.settings import Settings

NAME = "lineage"


def evaluate(instance: dg.DagsterInstance, settings: Settings, cursor: str | None) -> dg.SkipReason | dg.SensorResult:
    """One tick: sends what is new, and reports how much was sent."""
    back_off, now = BackOff.of(cursor), clock().timestamp()
    if now < back_off.not_before:
        return dg.SensorResult(
            skip_reason="The collector did not take an event: it is tried again later.", cursor=cursor
        )
    try:
        done = Sender(instance, settings, since=now).send()
    except BadSetting as error:
        return dg.SkipReason(str(error))
    if done.problem:
        waiting = back_off.after_failure(now).cursor
        return dg.SensorResult(
            skip_reason=f"{counted(done.runs_left, 'run')} not sent: {done.problem}.", cursor=waiting
        )
    return dg.SensorResult(skip_reason=_summary(done), cursor=BackOff().cursor)


def _summary(done: Sending) -> str:
    parts = [f"{counted(done.sent, 'event')} sent."] if done.sent else []
    parts += [f"The collector refused {counted(done.refused, 'event')} for good."] if done.refused else []
    parts += [f"{counted(done.runs_left, 'run')} left for the next tick."] if done.runs_left else []
    return " ".join(parts) or "Nothing new."


@dg.sensor(
    name=NAME,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends the lineage of each run to an OpenLineage collector (OPENLINEAGE_URL): tables, columns, rows, "
    "versions. Starts nothing; is on from the start, and does nothing unless OpenLineage is configured.",
)
def lineage(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.SkipReason | dg.SensorResult:
    """Looks at Dagster's runs once."""
    if set_by() is None:
        return dg.SkipReason(f"{off_because()}.")
    return evaluate(context.instance, settings, context.cursor)
