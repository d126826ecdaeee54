"""The sensor `notifications` over a daemon: a failed run is sent once, whatever the webhook does."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from shutil import copytree

import pytest

from c360_assets.automation import notifications
from c360_assets.planning import overdue
from resources.settings import REFERENCE
from tests.dagster.daemon import Daemon, daemon_of
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.webhooks import Receiver, receiving

pytestmark = pytest.mark.system

DAY = date(2022, 5, 2)
DEADLINES = '[log_content]\ndue = "08:00"\ntime_zone = "Asia/Ho_Chi_Minh"\nsince = 2022-05-02\n'


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def daemon(made: Home, webhook: Receiver) -> Iterator[Daemon]:
    """The daemon over `made`, with deadlines, a webhook, and its sensor switched on."""
    made.reference = copytree(REFERENCE, made.root / "reference")
    (made.reference / "deliveries.toml").write_text(DEADLINES)
    monitors = made.reference / "monitors.toml"
    monitors.write_text(re.sub(r"rows_min = (5|100)\n", "rows_min = 100000\n", monitors.read_text()))
    made.webhook, made.ui = webhook.url, "http://127.0.0.1:3000"
    with daemon_of(made) as daemon, pytest.MonkeyPatch.context() as patched:
        patched.setattr(notifications, "clock", lambda: daemon.now)  # its pauses, not the deadlines
        daemon.switch_on()
        yield daemon


def test_a_failed_run_is_told_of_once_though_the_webhook_was_down(
    made: Home, daemon: Daemon, webhook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue, "clock", lambda: datetime(2022, 5, 2, tzinfo=UTC))
    daemon.settle()
    webhook.take()
    small.land_cut_off(made.landing, DAY)
    webhook.statuses = [503]
    daemon.settle()
    daemon.tick(after=timedelta(seconds=130))
    run = next(run for run in daemon.instance.get_runs() if not run.is_success)
    [message] = [one for one in webhook.take() if one["kind"] == "failed"]
    assert "20220502.json.gz" in message["cause"]
    assert message["url"] == f"http://127.0.0.1:3000/runs/{run.run_id}"
    for _ in range(3):
        daemon.tick()
    assert webhook.take() == []
