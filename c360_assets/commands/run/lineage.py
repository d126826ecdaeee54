"""Sends the lineage of the runs to a collector, if OpenLineage is configured. A failure here changes no run."""

import dagster as dg

from c360_assets.lineage.client import set_by
from c360_assets.lineage.sender import Sender
from resources.errors import BadSetting
from resources.settings import Settings


def send_lineage(settings: Settings, since: float) -> str | None:
    """Sends the lineage of all runs that were not sent yet. Returns what went wrong, if anything did.

    `since` is when the command began: the first time that lineage is sent, earlier runs are left out.
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
    if not done.runs_left:
        return None
    runs = f"{done.runs_left:,} {'run' if done.runs_left == 1 else 'runs'}"
    return f"The lineage of {runs} is not sent: {done.problem or 'the time is up'}. The next run sends it."
