"""Sends the lineage of the runs to a collector, if OpenLineage is configured. A failure here changes no run."""

import dagster as dg

from c360_assets.lineage.client import set_by
from c360_assets.lineage.sender import Sender
from c360_assets.planning.lines import counted
from resources.errors import BadSetting
from resources.settings import Settings


def send_lineage(settings: Settings, since: float) -> str | None:
    """Sends the lineage of all runs that were not sent yet. Returns what went wrong, if anything did.

    `since` is when the command began: earlier runs are left out the first time that lineage is sent.
    """
    if set_by() is None:
        return None
    try:
        with dg.DagsterInstance.get() as instance:
            done = Sender(instance, settings, since).send()
    except BadSetting as error:
        return str(error)
    except Exception as error:
        return f"The lineage could not be sent ({type(error).__name__}); the run is not affected."
    refused = f"The collector refused {counted(done.refused, 'event')} of lineage for good." if done.refused else None
    if not done.runs_left:
        return refused
    why = done.problem or "the time is up"
    return f"The lineage of {counted(done.runs_left, 'run')} is not sent: {why}. The next run sends it."
