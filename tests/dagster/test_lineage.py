"""The sensor `lineage` over a daemon: the runs that a landed day starts are sent, each once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from c360_assets.lineage import sender, sensor
from tests.dagster.daemon import Daemon, daemon_of
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.lineage import collecting, unconfigured
from tests.support.webhooks import Receiver

pytestmark = pytest.mark.system

DAY = date(2022, 5, 2)


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Receiver]:
    with unconfigured() as patched, collecting(patched, tmp_path) as receiver:
        yield receiver


@pytest.fixture
def daemon(made: Home, collector: Receiver) -> Iterator[Daemon]:
    """The daemon over `made`, with its sensors switched on and a collector."""
    with daemon_of(made) as daemon, pytest.MonkeyPatch.context() as patched:
        for module in (sender, sensor):
            patched.setattr(module, "clock", lambda: daemon.now)  # runs end in the daemon's time
        daemon.switch_on()
        yield daemon


@pytest.mark.slow  # in every run test_sending.py has ticks of this sensor
def test_the_runs_of_a_landed_day_are_sent_once(made: Home, daemon: Daemon, collector: Receiver) -> None:
    daemon.settle()
    before = {run.run_id for run in daemon.instance.get_runs()}
    collector.take()
    small.land_content(made.landing, DAY)
    daemon.settle()
    daemon.tick()
    sent = collector.take()
    parents = {event["run"]["facets"]["parent"]["run"]["runId"] for event in sent}
    assert parents == {run.run_id for run in daemon.instance.get_runs()} - before
    ended = [event["job"]["name"] for event in sent if event["eventType"] == "COMPLETE"]
    assert {"raw_content", "clean_content", "customer360"} <= set(ended)
    daemon.tick()
    assert collector.take() == []
