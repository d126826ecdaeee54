"""The sensor `notifications` over runs of Dagster that failed: what is sent of them, and that it is sent once."""

import shutil
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time

from c360_assets.automation import notifications
from c360_assets.contracts.table_asset import PartitionMaker
from c360_assets.execution.runner import Runner
from c360_assets.notifications.notifier import Notifier
from c360_assets.notifications.sent import FILE
from c360_assets.notifications.webhook import Webhook
from c360_assets.planning.batches import Batch, run_tags
from c360_assets.planning.plan import DayRange
from c360_assets.reference.model import load_reference
from resources.lake.provenance import ProvenanceStore
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.webhooks import Receiver, receiving

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)
RAW = ("raw_content", DAY)
QUOTED = "Cast error: cannot cast string phim hay of HNH579912 to Int"


@pytest.fixture
def webhook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


class Sensor:
    """The sensor of a home, with its cursor."""

    def __init__(self, home: Home, webhook: Receiver) -> None:
        self.home, self.webhook = home, webhook
        self.cursor: str | None = None

    def tick(self, kinds: Container[str] = ("failed",)) -> list[dict[str, Any]]:
        """What one tick sends of some kinds."""
        lake = str(self.home.lake)
        notifier = Notifier(lake, Webhook(self.webhook.url, ()), "http://ui")
        known = load_reference(self.home.reference)
        done = notifications.evaluate(
            self.home.instance, self.home.planner, ProvenanceStore(lake), known, notifier, self.cursor
        )
        self.cursor = done.cursor
        return [one for one in self.webhook.take() if one["kind"] in kinds]


@pytest.fixture
def sensor(home: Home, webhook: Receiver) -> Sensor:
    """The sensor over a day that landed, after its first tick."""
    small.land_content(home.landing, DAY)
    (home.landing / "log_search").mkdir()
    found = Sensor(home, webhook)
    assert found.tick() == []
    return found


def fail(home: Home, monkeypatch: pytest.MonkeyPatch, error: Exception) -> dg.DagsterRun:
    """A run of the day in which the raw table fails."""

    def broken(*_: Any) -> Any:
        raise error

    batch = Batch(("raw_content",), DAY, DAY, 1)
    with monkeypatch.context() as patched:
        patched.setattr(PartitionMaker, "make", broken)
        done = (
            home.definitions()
            .resolve_implicit_global_asset_job_def()
            .execute_in_process(
                instance=home.instance,
                asset_selection=[dg.AssetKey(table) for table in batch.tables],
                tags=run_tags(batch, "test", {}),
                raise_on_error=False,
            )
        )
    assert not done.success
    run = home.instance.get_run_by_id(done.run_id)
    assert run is not None
    return run


def test_an_engines_text_is_not_sent_and_the_run_is_named(
    home: Home, sensor: Sensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = fail(home, monkeypatch, ValueError(QUOTED))
    [message] = sensor.tick()
    assert message["about"] == f"raw_content {DAY}"
    assert message["cause"].startswith("ValueError, an unexpected error")
    assert (message["run_id"], message["url"]) == (run.run_id, f"http://ui/runs/{run.run_id}")
    for quoted in ("phim", "HNH579912", "Cast"):
        assert quoted not in str(message)


def test_c360_run_has_the_engines_text_for_the_terminal_and_not_for_messages(
    home: Home, sensor: Sensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError(QUOTED)

    monkeypatch.setattr(PartitionMaker, "make", broken)
    runner = Runner(home.definitions().resolve_implicit_global_asset_job_def(), home.instance, home.planner)
    outcome = runner.run_all(DayRange(), False, lambda _: None, lambda _: None)
    assert outcome.failed[RAW] == f"ValueError: {QUOTED}"
    assert set(runner.public_reasons) == set(outcome.failed)
    assert all(reason.startswith("ValueError, an unexpected error") for reason in runner.public_reasons.values())


def test_a_failed_run_whose_record_is_touched_later_is_not_sent_again(
    home: Home, sensor: Sensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = fail(home, monkeypatch, ValueError(QUOTED))
    assert len(sensor.tick()) == 1
    monkeypatch.setattr(notifications, "_is_made", lambda plan, item: item == RAW)  # as after a repair
    assert sensor.tick() == []

    # Other runs have failed since, and then somebody looks at the first one.
    ended = datetime.now(UTC)
    later = ended + timedelta(hours=1)
    sensor.cursor = notifications.Memory(newest=(later - timedelta(minutes=10)).timestamp()).cursor
    with freeze_time(later):
        home.instance.add_run_tags(run.run_id, {"looked_at": "yes"})
    [record] = home.instance.get_run_records(dg.RunsFilter(updated_after=later - timedelta(minutes=1)))
    assert record.dagster_run.run_id == run.run_id
    assert sensor.tick() == []
    sensor.cursor = notifications.Memory(newest=ended.timestamp()).cursor
    assert len(sensor.tick()) == 1, "it would be sent if it were new"


def test_what_cannot_be_recorded_is_not_sent_again_each_minute(
    home: Home, sensor: Sensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home.lake / FILE
    file.unlink()
    file.mkdir()
    fail(home, monkeypatch, ValueError(QUOTED))
    assert len(sensor.tick()) == 1
    assert sensor.tick() == []
    file.rmdir()
    later = datetime.now(UTC) + timedelta(minutes=2)
    monkeypatch.setattr(notifications, "clock", lambda: later)
    assert len(sensor.tick()) == 1
    assert sensor.tick() == []


def test_a_run_that_broke_off_names_its_id(home: Home, sensor: Sensor) -> None:
    @dg.job
    def broken_off() -> None: ...

    run = home.instance.create_run_for_job(broken_off)
    home.instance.report_run_failed(run, "It was killed.")
    [message] = sensor.tick()
    assert message["cause"].startswith(f"The run {run.run_id} failed, or broke off")
    assert message["url"] == f"http://ui/runs/{run.run_id}"
    assert sensor.tick() == []


def test_an_outage_of_planning_is_sent_once_each_time(sensor: Sensor) -> None:
    """While the landing zone is not mounted, nothing in it counts as over: what was sent of it is not sent again."""
    (sensor.home.lake / "raw_content").mkdir(parents=True)  # something was made before
    (sensor.home.landing / "log_content" / "monday.json").write_text("{}")
    assert [one["kind"] for one in sensor.tick(("not_planned", "not_read"))] == ["not_read"]
    unmounted = sensor.home.root / "unmounted"
    for _ in range(2):
        shutil.move(sensor.home.landing, unmounted)
        [message] = sensor.tick(("not_planned", "not_read"))
        assert message["cause"].startswith("No landing folder at ")
        assert sensor.tick(("not_planned", "not_read")) == []
        shutil.move(unmounted, sensor.home.landing)
        assert sensor.tick(("not_planned", "not_read")) == []
