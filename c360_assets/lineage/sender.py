"""Sends the lineage of runs that have ended, each once: what was sent is kept beside the runs, in Dagster's storage.

So `c360 run` and the sensor share it. A run counts as sent once the collector has taken its last event; what it has not
taken is sent next time, from the first event that is missing.
"""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg

from c360_assets.execution.ended_runs import OVERLAP_SECONDS, ended_at, ended_since
from c360_assets.lineage.client import connect, namespace
from c360_assets.notifications.deadline import within
from c360_assets.planning.overdue import clock
from resources.lake.provenance import version_digest
from resources.settings import Settings

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent

KEY = "c360_lineage"
"""How the key begins under which Dagster's storage keeps what was sent; it ends with a digest of the lake."""
OLDEST = timedelta(days=7)
"""Runs that ended longer ago are left out: they could not be sent for so long, for instance because lineage was off."""
BUDGET_SECONDS = 15.0
"""How long one call sends. A tick of a sensor has a minute."""
LEAST_SECONDS = 5.0
"""How long the collector has at least for an event, and the client to close, even if that time is over."""
_REFUSED = {400, 413, 415, 422}
"""Statuses of HTTP by which a collector refuses this one event: it would refuse it again, and hold up all others."""
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def key_of(lake: str) -> str:
    """The key of a lake's lineage."""
    return f"{KEY} {version_digest(lake)}"


@dataclass(frozen=True)
class Sent:
    """What was sent: nothing that ended before `first`, then all runs until `newest`; `recent` ended shortly before that.

    `partial_run` is a run of which only the first `events_taken` events were.
    """

    first: float
    newest: float
    recent: Mapping[str, float] = field(default_factory=dict)
    partial_run: str | None = None
    events_taken: int = 0

    @classmethod
    def read(cls, instance: dg.DagsterInstance, key: str, since: float) -> "Sent":
        """What an instance keeps; where it keeps nothing, all that ended before `since` counts as sent."""
        kept = instance.daemon_cursor_storage.get_cursor_values({key}).get(key)
        return cls(**json.loads(kept)) if kept else cls(since, since)

    def write(self, instance: dg.DagsterInstance, key: str) -> None:
        """Stores it in an instance."""
        instance.daemon_cursor_storage.set_cursor_values({key: json.dumps(asdict(self))})

    def covers(self, record: dg.RunRecord) -> bool:
        """Whether a run was sent, or counts as sent."""
        return record.dagster_run.run_id in self.recent or ended_at(record) <= self.newest - OVERLAP_SECONDS

    def after(self, record: dg.RunRecord) -> "Sent":
        """The same once all events of a run were sent."""
        newest = max(self.newest, ended_at(record))
        sent = {**self.recent, record.dagster_run.run_id: ended_at(record)}
        recent = {run_id: ended for run_id, ended in sent.items() if ended > newest - OVERLAP_SECONDS}
        is_another_partial = self.partial_run not in (None, record.dagster_run.run_id)
        return Sent(self.first, newest, recent, *((self.partial_run, self.events_taken) if is_another_partial else ()))

    def unsent_runs(self, instance: dg.DagsterInstance) -> list[dg.RunRecord]:
        """The runs that have ended since, and a little before; in the order in which they ended."""
        since = max(self.first, self.newest - OVERLAP_SECONDS, (clock() - OLDEST).timestamp())
        return sorted(ended_since(instance, since, _ENDED), key=ended_at)


@dataclass
class Sending:
    """How many events were sent, and how many were refused for good; how many runs were not sent in full, and why."""

    sent: int = 0
    refused: int = 0
    runs_left: int = 0
    problem: str | None = None


class Sender:
    """Sends the lineage of those runs of an instance that have ended and were not sent.

    `since` is when lineage was switched on, as far as the caller knows: what ended before is not sent. Raises BadSetting
    if nothing can be sent at all, for instance because the library is missing.
    """

    def __init__(self, instance: dg.DagsterInstance, settings: Settings, since: float) -> None:
        self._instance, self._since, self._client = instance, since, connect()
        from c360_assets.lineage.datasets import Datasets
        from c360_assets.lineage.events import RunLineage

        self._lineage = RunLineage(Datasets(settings.lake, settings.landing), namespace())
        self._until = time.monotonic() + BUDGET_SECONDS
        self._key = key_of(settings.lake)

    def send(self) -> Sending:
        """Sends until the time is up, or the collector does not answer. At least one event is tried."""
        done, sent = Sending(), self._sent()
        sent.write(self._instance, self._key)
        try:
            for record in sent.unsent_runs(self._instance):
                sent = self._sent()  # another process may be sending, too
                if not sent.covers(record) and (self._is_over(done) or not self._send_run(record, sent, done)):
                    done.runs_left += 1
        finally:
            left = self._seconds_left()
            with suppress(Exception):  # it closes a connection; its errors are of any kind
                within(left, lambda: self._client.close(left))
        return done

    def _sent(self) -> Sent:
        return Sent.read(self._instance, self._key, self._since)

    def _seconds_left(self) -> float:
        return max(self._until - time.monotonic(), LEAST_SECONDS)

    def _is_over(self, done: Sending) -> bool:
        is_late = time.monotonic() > self._until and done.sent + done.refused > 0
        return done.problem is not None or is_late

    def _send_run(self, record: dg.RunRecord, sent: Sent, done: Sending) -> bool:
        """Sends the events of a run that were not sent yet. Returns whether all of them are dealt with."""
        run_id = record.dagster_run.run_id
        taken = sent.events_taken if sent.partial_run == run_id else 0
        for event in self._lineage.events(self._instance, record)[taken:]:
            if self._is_over(done) or not self._emit(event, done):
                replace(self._sent(), partial_run=run_id, events_taken=taken).write(self._instance, self._key)
                return False
            taken += 1
        self._sent().after(record).write(self._instance, self._key)
        return True

    def _emit(self, event: "RunEvent", done: Sending) -> bool:
        """Sends an event. Returns whether it is dealt with: the collector took it, or refused it for good.

        The reason why it did not take it leaves out the address, which may hold a secret. An event that was given up on
        may arrive nevertheless; it is sent again, with the same id. How much memory the client takes for an answer
        without an end can't be limited from here.
        """
        try:
            within(self._seconds_left(), lambda: self._client.emit(event))
        except TimeoutError:
            done.problem = "the collector did not answer in time"
            return False
        except Exception as error:  # each of the client's transports has errors of its own
            status = getattr(getattr(error, "response", None), "status_code", None)
            if status in _REFUSED:
                done.refused += 1
                return True
            reason = f"answered {status}" if status else f"can't be reached ({type(error).__name__})"
            done.problem = f"the collector {reason}"
            return False
        done.sent += 1
        return True
