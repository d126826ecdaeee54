"""A run that began before an erasure does not bring the customer back, wherever it was when the erasure ended."""

import subprocess
import threading
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from dagster import DagsterRunStatus
from dagster._core.test_utils import create_run_for_test

from c360_assets.build import build
from c360_assets.contracts.table_asset import PartitionMaker
from c360_assets.execution.processes import HOST, NAMESPACE, PID, process_tags
from c360_assets.landing import raw_content
from c360_assets.planning.plan import DayRange
from c360_assets.privacy.erase import Erased, Eraser, prove
from c360_assets.privacy.tombstone_writer import write_tombstones
from c360_assets.tables import TABLES
from resources.erasure.erasure_list import ErasureList
from resources.errors import ErasureRefused
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake
from resources.landing import delivery_reader
from resources.landing.delivery_reader import DeliveryReader
from tests.privacy.conftest import KEY
from tests.support import small_landing as small
from tests.support.homes import Home, engine

pytestmark = pytest.mark.engine

CONTRACT, USER = "HNH579912", "0123456"
DAY = small.APRIL


@pytest.fixture
def changed(erasing: Home) -> Home:
    """A lake whose next run has a day to make that holds the customer."""
    small.land_content(erasing.landing, DAY, [*small.WATCHED, ("QAD014542", None, 300, "VOD")])
    return erasing


class Erasure:
    """Erases the customer once, when it is first called: whoever calls it is held meanwhile."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.erased: Erased | None = None

    def __call__(self) -> None:
        if self.erased is None:
            job = build(self._home.settings).resolve_implicit_global_asset_job_def()
            begun = Eraser(self._home.settings, self._home.instance, job, lambda text: None)
            self.erased = Erased(receipt=None, scan=None, outcome=None)  # type: ignore[arg-type]
            self.erased = begun.erase([("contract", CONTRACT), ("user", USER)])


def held_reading(erase: Callable[[], None], patched: pytest.MonkeyPatch) -> None:
    """When the list was read, and the landed files are about to be."""
    inspected = delivery_reader.inspected

    def slow(layout: Any, delivery: Any) -> Any:
        if layout.folder == "log_content":
            erase()
        return inspected(layout, delivery)

    patched.setattr(delivery_reader, "inspected", slow)


def held_before(table: str) -> Callable[[Callable[[], None], pytest.MonkeyPatch], None]:
    """When a table's rows are made, and about to be committed."""

    def hold(erase: Callable[[], None], patched: pytest.MonkeyPatch) -> None:
        write = Lake.write

        def slow(self: Lake, of: Any, partition: Any, frame: Any, *arguments: Any, **named: Any) -> Any:
            if of.name == table:
                made = engine().session.createDataFrame(frame.toArrow(), frame.schema)
                erase()
                frame = made
            return write(self, of, partition, frame, *arguments, **named)

        patched.setattr(Lake, "write", slow)

    return hold


def held_after_commit(erase: Callable[[], None], patched: pytest.MonkeyPatch) -> None:
    """When a day's rows are committed, and not yet recorded."""
    write = Lake.write

    def slow(self: Lake, of: Any, *arguments: Any, **named: Any) -> Any:
        committed = write(self, of, *arguments, **named)
        if of.name == "raw_content":
            erase()
        return committed

    patched.setattr(Lake, "write", slow)


HELD = {
    "reading": held_reading,
    "committing": held_before("raw_content"),
    "committed": held_after_commit,
    "made from it": held_before("clean_content"),
}


@pytest.mark.parametrize(
    "hold",
    [
        pytest.param(hold, id=name, marks=[] if name == "committing" else pytest.mark.slow)  # each with an erasure
        for name, hold in HELD.items()
    ],
)
def test_nobody_comes_back(changed: Home, monkeypatch: pytest.MonkeyPatch, hold: Callable[..., None]) -> None:
    require_nobody_back(changed, hold, monkeypatch)


@pytest.mark.slow  # an erasure of its own; one that overtakes a run is in every run
def test_nobody_comes_back_from_links(erasing: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    small.land_links(erasing.landing, f"{small.LINKS}QAD014542,0123458,app\n")
    require_nobody_back(erasing, held_before("identity_map"), monkeypatch)


def require_nobody_back(home: Home, hold: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a run commits after an erasure, for which it is held: the next run has nothing to mend."""
    erase = Erasure(home)
    with monkeypatch.context() as patched:
        hold(erase, patched)
        assert home.run_directly().failed == {}
    assert erase.erased is not None
    assert home.run_directly().failed == {}
    require_gone(home)


@pytest.mark.slow  # an erasure of its own; one that overtakes a run is in every run
def test_nobody_comes_back_from_days_that_are_buried_while_they_are_read(changed: Home, monkeypatch) -> None:
    """The run began when the customer was on the list, and read the rows of a day before they became tombstones."""
    changed.instance  # noqa: B018  SQLite's connections are made in this thread
    require_nobody_back(changed, held_between_list_and_tombstones, monkeypatch)


def held_between_list_and_tombstones(erase: Callable[[], None], patched: pytest.MonkeyPatch) -> None:
    """Erases beside the run: the day is read once the customer is listed, and is committed when the erasure has ended."""
    on_the_list, read = threading.Event(), threading.Event()
    tombstones, make, write = write_tombstones, PartitionMaker._make, Lake.write
    thread = threading.Thread(target=erase)

    def held_tombstones(*arguments: Any) -> None:
        on_the_list.set()
        assert read.wait(60)
        tombstones(*arguments)

    def make_clean(self: PartitionMaker, day: Any, *arguments: Any, **named: Any) -> Any:
        if self._table.name == "clean_content" and not on_the_list.is_set():
            thread.start()
            assert on_the_list.wait(60)
        return make(self, day, *arguments, **named)

    def held_write(self: Lake, of: Any, day: Any, frame: Any, *arguments: Any, **named: Any) -> Any:
        if of.name == "clean_content" and not read.is_set():
            made = engine().session.createDataFrame(frame.toArrow(), frame.schema)
            read.set()
            thread.join()
            frame = made
        return write(self, of, day, frame, *arguments, **named)

    patched.setattr("c360_assets.privacy.erase.write_tombstones", held_tombstones)
    patched.setattr(PartitionMaker, "_make", make_clean)
    patched.setattr(Lake, "write", held_write)


@pytest.mark.slow  # an erasure of its own; one that overtakes a run is in every run
def test_a_day_that_is_made_before_the_list_is_written_is_found(changed: Home, monkeypatch) -> None:
    """By then the erasure has looked for the days that hold the customer."""
    add = ErasureList.add
    day = date(2022, 4, 3)

    def slow(self: ErasureList, *arguments: Any) -> None:
        small.land_content(changed.landing, day)
        PartitionMaker(raw_content.raw_content, SimpleNamespace(**(changed.definitions().resources or {}))).make(
            day, ""
        )
        add(self, *arguments)

    erase = Erasure(changed)
    with monkeypatch.context() as patched:
        patched.setattr(ErasureList, "add", slow)
        erase()
    assert erase.erased is not None
    assert erase.erased.is_proven
    assert erase.erased.receipt.found["raw_content"] == {"partitions": 3, "records": 3}
    require_gone(changed)


@pytest.mark.slow  # two erasures; one that overtakes a run is in every run
def test_a_run_that_is_stopped_between_leaves_a_day_to_make(changed: Home, monkeypatch, c360) -> None:
    """Files of it that are left are removed by the same erasure."""
    erase, now = Erasure(changed), DeliveryReader.erasures

    def stopped(self: DeliveryReader) -> str:
        if erase.erased is not None and erase.erased.receipt is not None:
            raise KeyboardInterrupt
        return now(self)

    with monkeypatch.context() as patched:
        held_before("raw_content")(erase, patched)
        patched.setattr(DeliveryReader, "erasures", stopped)
        with pytest.raises(KeyboardInterrupt):
            changed.run_directly()
    assert ("raw_content", DAY) in changed.planner.plan(DayRange()).stale
    assert f"raw_content {DAY}" in c360("status", root=changed.root).out
    assert changed.run_directly().failed == {}
    require_gone_from_tables(changed)
    Erasure(changed)()
    require_gone(changed)


def require_gone(home: Home) -> None:
    """Every table is made, of what is left; and no file of the lake holds the customer."""
    require_gone_from_tables(home)
    assert prove(str(home.lake), ErasureList(str(home.lake), KEY)).hits == {}


def require_gone_from_tables(home: Home) -> None:
    """Every table is made, of what is left."""
    assert not home.planner.plan(DayRange()).stale
    for table in TABLES:
        for row in home.rows(table):
            assert not {CONTRACT, USER} & set(map(str, row.values())), table
    now = ErasureList(str(home.lake), None).fingerprint()
    recorded = ProvenanceStore(str(home.lake)).get("raw_content", DAY)
    assert recorded is not None
    assert recorded.erased == now


@pytest.mark.parametrize("status", [DagsterRunStatus.STARTED, DagsterRunStatus.NOT_STARTED])
@pytest.mark.parametrize("elsewhere", [{NAMESPACE: "pid:[1]"}, {HOST: "another"}], ids=["a container", "a host"])
def test_runs_elsewhere_are_in_progress(erasing: Home, elsewhere: dict[str, str], status: DagsterRunStatus) -> None:
    """Whether their process is gone can't be seen from here: its id is that of another process, or of none."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    run = create_run_for_test(
        erasing.instance, status=status, tags={**process_tags(), PID: str(ended.pid), **elsewhere}
    )
    with pytest.raises(ErasureRefused, match="runs are in progress"):
        Erasure(erasing)()
    assert ErasureList(str(erasing.lake), KEY).entries() == []
    left = erasing.instance.get_run_by_id(run.run_id)
    assert left is not None
    assert left.status == status
