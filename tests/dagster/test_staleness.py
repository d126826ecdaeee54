"""What Dagster's UI calls out of date ("unsynced") beside what the plan makes again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from shutil import copytree

import pytest

from c360_assets.behaviour import taste
from c360_assets.planning.observations import observations
from c360_assets.planning.plan import DayRange, Plan
from c360_assets.tables import TABLES
from resources.lake.provenance import Item, ProvenanceStore
from resources.settings import REFERENCE
from tests.dagster.daemon import Daemon, daemon_of
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.reach import CONTENT_DAY, items

pytestmark = pytest.mark.system

MAY = date(2022, 5, 1)
LATE, MADE, MADE_TOO, NEW = (date(2022, 5, day) for day in (1, 2, 3, 4))
PARTITIONS: dict[str | None, list[date | None]] = {"day": [LATE, MADE, MADE_TOO, NEW], "month": [MAY], None: [None]}
STATUS = "query($keys: [AssetKeyInput!]!) { assetNodes(assetKeys: $keys) { assetKey { path } staleStatus } }"
STATUSES = """query($keys: [AssetKeyInput!]!, $partitions: [String!]!) { assetNodes(assetKeys: $keys) {
    assetKey { path } staleStatusByPartition(partitions: $partitions) } }"""


@dataclass(frozen=True)
class Shown:
    """What the UI shows of the partitions: those that are out of date, and those that were never made."""

    stale: set[Item]
    missing: set[Item]


def shown(daemon: Daemon) -> Shown:
    """What the UI shows now."""
    status: dict[Item, str] = {}
    for unit, partitions in PARTITIONS.items():
        names = [name for name, table in TABLES.items() if table.unit == unit]
        keys = [{"path": [name]} for name in names]
        wanted = [day.isoformat() for day in partitions if day]
        asked = daemon.ask(STATUSES, keys=keys, partitions=wanted) if unit else daemon.ask(STATUS, keys=keys)
        for node in asked["assetNodes"]:
            found = node["staleStatusByPartition"] if unit else [node["staleStatus"]]
            status |= {(node["assetKey"]["path"][-1], day): of for day, of in zip(partitions, found, strict=True)}
    assert len(status) == sum(len(PARTITIONS[table.unit]) for table in TABLES.values())
    return Shown(*({item for item, of in status.items() if of == wanted} for wanted in ("STALE", "MISSING")))


def planned(home: Home) -> Plan:
    return home.planner.plan(DayRange())


def first_of(stale: set[Item]) -> set[Item]:
    """Those that are made from nothing that is itself to be made: the only ones that Dagster can know of."""
    return {
        (name, partition)
        for name, partition in stale
        if not any(
            (read.table.name, needed) in stale
            for read in TABLES[name].inputs
            for needed in read.partitions(TABLES[name], partition)
        )
    }


def held(home: Home) -> set[Item]:
    store = ProvenanceStore(str(home.lake))
    return {(name, partition) for name in TABLES for partition in store.read(name)}


@contextmanager
def code_version_of(table: str, version: str) -> Iterator[None]:
    """A table's contract as after a change of its transform."""
    contract = TABLES[table]
    before = contract.code_version
    object.__setattr__(contract, "code_version", version)
    try:
        yield
    finally:
        object.__setattr__(contract, "code_version", before)


@pytest.fixture
def landed(home: Home) -> Home:
    """Two days and the links, which nothing is made of yet."""
    home.first_day = MAY
    home.reference = copytree(REFERENCE, home.root / "reference")
    (home.landing / "log_search").mkdir(parents=True)
    small.land_all(home.landing, [MADE, MADE_TOO], [])
    return home


@pytest.mark.slow  # six runs; data versions in Dagster are in every run
def test_the_ui_and_the_plan_agree(landed: Home) -> None:
    home = landed
    with daemon_of(home) as daemon:
        daemon.now = datetime(2022, 5, 5, tzinfo=UTC)
        daemon.switch_on()
        daemon.settle()
        assert planned(home).stale == []
        assert shown(daemon).stale == set(), "made in one run over two days"

        small.touch(small.content_path(home.landing, MADE))
        daemon.settle()
        assert shown(daemon).stale == set(), "the same bytes"

        small.land_content(home.landing, LATE)
        small.land_content(home.landing, NEW)
        small.land_content(home.landing, MADE, small.WATCHED[:3])
        plan, before = planned(home), shown(daemon)
        assert before.stale == set(), "Dagster knows of deliveries once they are reported"
        assert items(CONTENT_DAY, LATE, NEW) <= before.missing
        for event in [event for batch in plan.batches() for event in observations(plan, batch)]:
            daemon.instance.report_runless_asset_event(event)
        assert shown(daemon).stale == first_of(set(plan.stale)) & held(home) == {("raw_content", MADE)}

        daemon.tick()
        stale, now = set(planned(home).stale), shown(daemon)
        assert {TABLES[name].unit for name, _ in stale} == {"month"}, "the days are made"
        assert first_of(stale) <= now.stale <= stale
        daemon.settle()
        assert planned(home).stale == []
        assert shown(daemon).stale == set()

    with code_version_of("taste", "another"), daemon_of(home, "changed_code") as daemon:
        daemon.now = datetime(2022, 5, 5, 1, tzinfo=UTC)
        assert shown(daemon).stale == {(taste.TABLE.name, MAY)} == first_of(set(planned(home).stale))

        categories = home.reference / "categories.csv"
        categories.write_text(categories.read_text() + "\n")
        assert len(planned(home).stale) > len(CONTENT_DAY)
        assert shown(daemon).stale == {(taste.TABLE.name, MAY)}, "Dagster does not know the reference data"
