"""Days of daily operation: what is made, what is sent, and which colours the UI shows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from shutil import copytree
from typing import Any

import dagster as dg
import pytest

from c360_assets.automation import notifications
from c360_assets.planning import overdue
from c360_assets.planning.plan import DayRange
from c360_assets.tables import TABLES
from resources.lake.provenance import Item
from resources.settings import REFERENCE
from tests.dagster.daemon import Daemon, daemon_of
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.reach import CONTENT_DAY, WATCH_MONTH, items
from tests.support.webhooks import Receiver, receiving

pytestmark = pytest.mark.system

MAY = date(2022, 5, 1)
MON, TUE, WED, THU, FRI, SAT, SUN = (date(2022, 5, day) for day in range(2, 9))
DEADLINES = '[log_content]\ndue = "08:00"\ntime_zone = "Asia/Ho_Chi_Minh"\nsince = 2022-05-02\n'
DUE, LANDS, NOON = time(1), time(0, 30), time(12)
"""In UTC, on the following day: when a day is due, and when it lands if it is in time; and when late ones land."""
ONE_ROW = small.WATCHED[:1]
Check = tuple[str, str]
FEW_ROWS: Check = ("raw_content", "usual_row_count")
GAP: Check = ("watch_metrics", "all_days_landed")
NONE: Mapping[Check, date] = {}
Message = tuple[str, str, str | None]
STATUSES = """query($path: [String!]!) { assetNodeOrError(assetKey: {path: $path}) { ... on AssetNode {
    assetPartitionStatuses { ... on TimePartitionStatuses { ranges { status startKey endKey } } }
    assetChecksOrError { ... on AssetChecks { checks { name
        partitionStatuses { ... on AssetCheckTimePartitionStatuses { ranges { status startKey endKey } } } } } } } } }"""


@dataclass
class Operation:
    """A home that a daemon and a webhook look after, and its clock."""

    home: Home
    webhook: Receiver
    daemon: Daemon = field(init=False)

    @contextmanager
    def daemon_runs(self) -> Iterator[None]:
        """The daemon, until it is stopped. Its clock starts before all else."""
        with daemon_of(self.home) as self.daemon:
            self.daemon.now = at(MAY, time(0))
            self.daemon.switch_on()
            self.daemon.new_runs()  # those from before it was stopped
            yield

    def at(self, day: date, moment: time) -> tuple[list[Item], list[Message]]:
        """What is made and sent, from a time on the following day until nothing more happens."""
        self.daemon.now = max(self.daemon.now, at(day, moment))
        self.daemon.settle()
        self.daemon.tick()
        sent = sorted((one["kind"], one["about"], one["check"]) for one in self.webhook.take())
        return self.daemon.made(), sent


def at(day: date, moment: time) -> datetime:
    """A moment of the day after a day."""
    return datetime.combine(day + timedelta(days=1), moment, UTC)


@pytest.fixture
def operation(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operation]:
    """A landing zone in which nothing has landed yet; only the log of what is watched will, and it has a deadline."""
    for folder in ("log_content", "log_search"):
        (home.landing / folder).mkdir(parents=True)
    home.first_day = MAY
    home.reference = copytree(REFERENCE, home.root / "reference")
    (home.reference / "deliveries.toml").write_text(DEADLINES)
    with receiving() as webhook:
        home.webhook = webhook.url
        operation = Operation(home, webhook)
        for module in (notifications, overdue):
            monkeypatch.setattr(module, "clock", lambda: operation.daemon.now)
        yield operation


def land_repaired(home: Home, day: date) -> None:
    """Lands the same day whole."""
    small.content_path(home.landing, day).with_suffix(".json.gz").unlink()
    small.land_content(home.landing, day)


def made(*days: date) -> list[Item]:
    """What these days make: their tables, and their month's."""
    return sorted(items(CONTENT_DAY, *days) | items(WATCH_MONTH, MAY), key=str)


def all_made(day: date) -> list[Item]:
    """What the first day makes: also what depends on no day of it."""
    of_month = [name for name, table in TABLES.items() if table.unit == "month"]
    links = [name for name, table in TABLES.items() if table.unit is None]
    return sorted(items(CONTENT_DAY, day) | items(of_month, MAY) | items(links, None), key=str)


def colours(operation: Operation, table: str) -> dict[str, dict[date, str]]:
    """The status of each partition of a table (under its name), and of its checks by partition, as the UI asks for them."""
    shown = operation.daemon.ask(STATUSES, path=[table])["assetNodeOrError"]
    found = {table: by_day(shown["assetPartitionStatuses"])}
    for check in shown["assetChecksOrError"]["checks"]:
        if check["partitionStatuses"]:  # a check of the run as a whole has none
            found[check["name"]] = by_day(check["partitionStatuses"])
    return found


def by_day(statuses: dict[str, Any]) -> dict[date, str]:
    """The status of each day in ranges of days."""
    return {
        first + timedelta(days=count): span["status"]
        for span in statuses["ranges"]
        for first, last in [(date.fromisoformat(span["startKey"]), date.fromisoformat(span["endKey"]))]
        for count in range((last - first).days + 1)
    }


def require_colours(
    operation: Operation, green: set[date], red: frozenset[date] = frozenset(), warned: Mapping[Check, date] = NONE
) -> None:
    """Which partitions are green in the UI and which are red, in tables and in each of their checks; no others are there.

    `warned` has the partition of which a check warns, and of which all else is green.
    """
    for table in (*CONTENT_DAY, "watch_metrics", "customer360"):
        made_ones, failed = (green, red) if TABLES[table].unit == "day" else ({MAY}, frozenset())
        found = colours(operation, table)
        assert found.pop(table) == dict.fromkeys(made_ones, "MATERIALIZED") | dict.fromkeys(failed, "FAILED"), table
        assert found, table
        for check, statuses in found.items():
            expected = dict.fromkeys(made_ones, "SUCCEEDED") | dict.fromkeys(failed, "EXECUTION_FAILED")
            if (table, check) in warned:
                expected[warned[table, check]] = "FAILED"
            assert statuses == expected, (table, check)


@pytest.mark.slow  # in every run the sensors, what is sent and the UI have tests of their own
def test_three_days(operation: Operation) -> None:
    home = operation.home
    with operation.daemon_runs():
        small.land_content(home.landing, MON)
        assert operation.at(MON, LANDS) == (all_made(MON), [])
        assert operation.at(TUE, DUE) == ([], [("overdue", f"log_content {TUE}", None)])
        small.land_cut_off(home.landing, WED)
        assert operation.at(WED, LANDS) == ([], [("failed", f"raw_content {WED}", None)])
        require_colours(operation, green={MON}, red=frozenset({WED}))

        small.land_content(home.landing, TUE)
        land_repaired(home, WED)
        assert operation.at(WED, NOON) == (made(TUE, WED), [])
        require_colours(operation, green={MON, TUE, WED})


@pytest.mark.slow  # ten runs, one after the other
def test_a_week(operation: Operation) -> None:
    """One day is late, one damaged, one missing, one delivered again; and the daemon is down for two days."""
    home = operation.home
    with operation.daemon_runs():
        small.land_content(home.landing, MON)
        assert operation.at(MON, LANDS) == (all_made(MON), [])
        assert operation.at(MON, DUE) == ([], [])

        assert operation.at(TUE, DUE) == ([], [("overdue", f"log_content {TUE}", None)])
        small.land_content(home.landing, TUE)
        assert operation.at(TUE, NOON) == (made(TUE), [])

        small.land_cut_off(home.landing, WED)
        assert operation.at(WED, LANDS) == ([], [("failed", f"raw_content {WED}", None)])
        assert operation.at(WED, DUE) == ([], [])
        require_colours(operation, green={MON, TUE}, red=frozenset({WED}))
        land_repaired(home, WED)
        assert operation.at(WED, NOON) == (made(WED), [])
        for run in operation.daemon.instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])):
            operation.daemon.instance.add_run_tags(run.run_id, {"looked_at": "yes"})

        assert operation.at(THU, DUE) == ([], [("overdue", f"log_content {THU}", None)])

        small.land_content(home.landing, FRI)
        assert operation.at(FRI, LANDS) == (made(FRI), [("warning", "watch_metrics 2022-05", GAP[1])])
        require_colours(operation, green={MON, TUE, WED, FRI}, warned={GAP: MAY})

    small.land_content(home.landing, FRI, ONE_ROW)
    small.land_content(home.landing, SAT)
    small.land_content(home.landing, SUN)
    with operation.daemon_runs():
        assert operation.at(SUN, LANDS) == (made(FRI, SAT, SUN), [("warning", f"raw_content {FRI}", FEW_ROWS[1])])
        assert operation.at(SUN, DUE) == ([], [])
        require_colours(operation, green={MON, TUE, WED, FRI, SAT, SUN}, warned={GAP: MAY, FEW_ROWS: FRI})
        assert operation.daemon.last_tick(notifications.NAME).skip_reason == "Nothing new."
    assert home.planner.plan(DayRange()).stale == []
