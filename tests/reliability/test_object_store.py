"""Landing zone and lake in an object store: the same tables as on a disk, and writers at once lose nothing.

The store is moto's server, which speaks S3 and refuses a put of what is there already when it is told to: that is
what commits rely on, but for Spark's. It runs beside the tests, on this machine only.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from c360_assets.contracts.partitions import Partitions
from c360_assets.planning.plan import DayRange
from c360_assets.planning.planner import Planner
from c360_assets.reference.model import load_reference
from c360_assets.tables import TABLES
from resources.lake.provenance import ProvenanceStore
from resources.landing.zone import LandingZone
from resources.locations import file_system, open_landed
from resources.settings import PROJECT, EngineOptions
from tests.landing.landed import LINE, LOG, land
from tests.reliability.writing import CLICKS, SHARED, own_day, torn_days, write
from tests.support import small_landing as small
from tests.support.budget import IS_LONG
from tests.support.canary_landing import CANARIES, OTHERS, canary_landing
from tests.support.canary_search import found_below
from tests.support.homes import ENGINE, Home
from tests.support.modelled import assert_equal_to_model
from tests.support.processes import Running, command, start
from tests.support.reading import frames

pytestmark = [pytest.mark.system, pytest.mark.both_engines]

pytest.importorskip("moto", reason="the test's object store is moto's server")
s3fs = pytest.importorskip("s3fs", reason="s3:// needs s3fs")

DAY = date(2022, 4, 1)
BUCKET = "bucket"
AWS_KIT = "2.35.4"
SPARK_ON_S3 = {
    "spark.jars.packages": ",".join(
        [
            "org.apache.hadoop:hadoop-aws:3.5.0",
            "software.amazon.s3.analyticsaccelerator:analyticsaccelerator-s3:1.3.1",
            *(
                f"software.amazon.awssdk:{part}:{AWS_KIT}"
                for part in ("s3", "s3-transfer-manager", "sts", "apache-client", "netty-nio-client")
            ),
        ]
    ),
    "spark.jars.excludes": "software.amazon.awssdk:bundle,org.apache.hadoop:hadoop-client-api,"
    "org.apache.hadoop:hadoop-client-runtime",
}
"""What docs/object-stores.md says that Spark needs."""
MINUTES = 5
COMMITS = 6 if IS_LONG else 4
"""Of each writer; the last two are to its own day and to the shared one."""
ALONE = {"spark.delta.logStore.s3.impl": "io.delta.storage.S3SingleDriverLogStore"}


only_spark = pytest.mark.skipif(ENGINE != "spark", reason="Sail's commits are conditional puts, and need no log store")
only_sail = pytest.mark.skipif(
    ENGINE != "sail", reason="only Sail's commits are safe beside others in S3; Spark's are refused"
)


@dataclass(frozen=True)
class Store:
    """An S3 endpoint, as the environment names it."""

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of all readers and writers."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    @property
    def files(self):
        """The store as a file system."""
        return s3fs.S3FileSystem(endpoint_url=self.endpoint, key="test", secret="test")

    def environ(self, spark: dict[str, str] = ALONE, **more: str) -> dict[str, str]:
        """The environment of a process that works in the store; `spark`: settings for that engine."""
        config = json.dumps({**EngineOptions.from_environment().config, **SPARK_ON_S3, **spark})
        return {**os.environ, "C360_SPARK_CONFIG": config, **self.environment, **more}

    def command(self, *words: str, folder: Path, **more: str) -> Running:
        """`c360` in a process of its own."""
        return command(*words, env=self.environ(**more), folder=folder)

    def writer(self, root: str, name: int, commits: int, folder: Path, spark: dict[str, str] = ALONE) -> Running:
        """A writer in a process of its own."""
        return start(write, root, ENGINE, name, commits, env=self.environ(spark), folder=folder)

    def copy(self, lake: str, folder: Path) -> None:
        """Copies a lake to a folder."""
        files = self.files
        files.invalidate_cache()
        files.get(f"{BUCKET}/{lake}", str(folder), recursive=True)

    def rows(self, table: str, lake: str = "lake") -> pl.DataFrame:
        """A table's rows in one order."""
        rows = pl.scan_delta(f"s3://{BUCKET}/{lake}/{table}", storage_options=self.environment).collect()
        return rows.sort(rows.columns, nulls_last=True)


def until_all_end(processes: list[Running]) -> Iterator[None]:
    """Gives a turn now and then while some of them run; ends them where they take too long, or a turn fails."""
    end = time.monotonic() + MINUTES * 60
    try:
        while any(process.poll() is None for process in processes):
            assert time.monotonic() < end, f"still running after {MINUTES} minutes"
            time.sleep(0.1)
            yield
    finally:
        for process in processes:
            process.kill()  # of one that has ended, this does nothing


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A store with an empty bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.s3_server", str(port)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    made = Store(f"http://127.0.0.1:{port}")
    made.files.mkdir(BUCKET)
    yield made
    server.terminate()
    server.wait()


@pytest.mark.slow  # one table there is in every run
def test_a_lake_in_an_object_store_is_the_lake_on_a_disk(
    store: Store, home_in: Callable[..., Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    local = home_in("local")
    small.land_all(local.landing, (DAY,), ())
    store.files.put(str(local.landing), f"{BUCKET}/landing", recursive=True)
    places = {"C360_LANDING": f"s3://{BUCKET}/landing", "C360_LAKE": f"s3://{BUCKET}/lake"}
    run = store.command("run", folder=local.root, **places, DAGSTER_HOME=str(local.root / "of-the-store"))
    out, errors = run.communicate()
    assert run.returncode == 0, out + errors
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    landing, lake = LandingZone(places["C360_LANDING"]), ProvenanceStore(places["C360_LAKE"])
    planner = Planner(landing, lake, load_reference(local.reference).fingerprints, Partitions(local.first_day))
    assert planner.plan(DayRange()).stale == []
    store.copy("lake", local.lake)
    assert len(local.rows("customer360")) > 0
    assert_equal_to_model(local)

    kept = store.command("upkeep", "clean_content", "--retention", "0", "--alone", folder=local.root, **places)
    errors = kept.communicate()[1]
    assert kept.returncode == 0, errors
    shutil.rmtree(local.lake)
    store.copy("lake", local.lake)
    assert_equal_to_model(local)


def test_a_landing_zone_in_an_object_store_has_the_names_of_one_on_a_disk(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = [f"20220402/hour=07/{name}.json" for name in ("part 0", "part#1", "part-%20", "part::2", "phần[3]", "a?b*c")]
    names = [
        *odd,
        "date=2022-04-01/a.json",
        "20220402/x.json.md5",
        "2022/04/03/a.json",
        "20220404/a",
        "20220405_$folder$",
    ]
    local = land(tmp_path, {**dict.fromkeys(names, LINE), "20220404/_delta_log/0.json": b"{}"})
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    store.files.put(str(tmp_path / LOG), f"{BUCKET}/names/{LOG}", recursive=True)
    store.files.pipe(f"{BUCKET}/names/{LOG}/20220402/", b"")  # as consoles make folders
    remote = LandingZone(f"s3://{BUCKET}/names")
    here, there = local.days(LOG), remote.days(LOG)
    assert remote.names(LOG) == local.names(LOG)
    assert sorted(there.passed_over) == sorted(here.passed_over)
    assert list(there.deliveries) == list(here.deliveries)
    for day, delivery in here.deliveries.items():
        assert there.deliveries[day].problem == delivery.problem
        assert [file.name for file in there.deliveries[day].files] == [file.name for file in delivery.files]
    read = [file.name for file in there.deliveries[date(2022, 4, 2)].files if open_landed(file.uri).read() == LINE]
    assert sorted(read) == sorted(odd)


def test_a_file_is_seen_as_soon_as_it_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    store.files.pipe(f"{BUCKET}/seen/old", b"")
    opened, path = file_system(f"s3://{BUCKET}/seen")
    assert [*opened.find(path)] == [f"{BUCKET}/seen/old"]
    store.files.pipe(f"{BUCKET}/seen/new", b"new")  # as the engine does, or another process
    assert opened.open(f"{path}/new").read() == b"new"
    assert len(opened.find(path)) == 2


def test_a_writer_in_an_object_store_commits(store: Store, tmp_path: Path) -> None:
    writer = store.writer(f"s3://{BUCKET}/alone", 0, COMMITS, tmp_path)
    out, errors = writer.communicate()
    assert writer.returncode == 0, errors
    acknowledged = [line.split()[1] for line in out.splitlines()]
    assert len(acknowledged) == COMMITS
    rows = store.rows(CLICKS.name, "alone")
    assert torn_days(rows) == []
    assert set(rows["write"]) == {*acknowledged[-2:]}, "the last write of its own day, and of the shared one"


@only_spark
def test_a_spark_that_may_not_be_alone_is_refused(store: Store, tmp_path: Path) -> None:
    writer = store.writer(f"s3://{BUCKET}/refused", 0, 1, tmp_path, spark={})
    out, errors = writer.communicate()
    assert writer.returncode != 0
    assert "spark.delta.logStore.s3.impl" in errors
    assert out == ""
    assert not store.files.exists(f"{BUCKET}/refused")


@pytest.mark.slow  # on a disk it is in every run
@only_sail
def test_erased_customers_are_gone_from_an_object_store(store: Store, home_in: Callable[..., Home]) -> None:
    local = home_in("erased")
    canary_landing([*CANARIES, *OTHERS]).write(local.landing)
    names = local.root / "customers.txt"
    names.write_text("".join(f"{name}\n" for one in CANARIES for name in one.names))
    places = {
        "C360_LANDING": str(local.landing),
        "C360_LAKE": f"s3://{BUCKET}/erased",
        "C360_ERASURE_KEY": "an erasure key of a test",
        "DAGSTER_HOME": str(local.root / "dagster"),
    }

    def call(*words: str, **other: str) -> tuple[int | None, str]:
        running = store.command(*words, folder=local.root, **{**places, **other})
        out, errors = running.communicate(timeout=4 * MINUTES * 60)
        return running.returncode, out + errors

    def in_store() -> set[str]:
        copy = local.root / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        store.copy("erased", copy)
        return found_below(copy)

    assert call("run")[0] == 0
    assert len(in_store()) == len(CANARIES)
    erase = ("erase", "--from-file", str(names), "--landing", "rewrite", "--yes")
    store.files.put(f"{local.landing}/", f"{BUCKET}/landing-of-erased/", recursive=True)
    status, told = call(*erase, C360_LANDING=f"s3://{BUCKET}/landing-of-erased")
    assert (status, "whose files are not rewritten" in told) == (1, True), told
    assert len(in_store()) == len(CANARIES)
    status, told = call(*erase)
    assert (status, "Erased and proven." in told) == (0, True), told
    assert in_store() == found_below(local.landing) == found_below(local.root / "dagster") == set()
    receipt = next((local.root / "copy" / "erasures" / "_receipts").iterdir())
    assert call("erase", "--verify", str(receipt))[0] == 0


@pytest.mark.slow  # on a disk it is in every run
@only_sail
def test_writers_at_once_lose_nothing_in_an_object_store(store: Store, tmp_path: Path) -> None:
    root = f"s3://{BUCKET}/many"
    writers = [store.writer(root, name, COMMITS, tmp_path) for name in range(4)]
    uri, looks, torn = f"{root}/{CLICKS.name}", 0, []
    for _ in until_all_end(writers):
        if DeltaTable.is_deltatable(uri, storage_options=store.environment):
            seen = pl.scan_delta(uri, storage_options=store.environment).collect()
            looks += seen.height > 0
            torn += torn_days(seen)
    ended = [writer.communicate() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, ended
    assert looks > 0
    assert torn == []
    told = [out.splitlines() for out, _ in ended]
    acknowledged = sorted(line.split()[1] for lines in told for line in lines)
    assert len(acknowledged) == 4 * COMMITS
    delta = DeltaTable(uri, storage_options=store.environment)
    assert sorted(commit["userMetadata"] for commit in delta.history() if "userMetadata" in commit) == acknowledged
    rows = pl.scan_delta(delta).select("log_date", "write").collect()
    held = {day: set(rows.filter(pl.col("log_date") == day)["write"]) for day in rows["log_date"].unique()}
    assert held.keys() == {SHARED, *map(own_day, range(4))}
    assert [held[own_day(name)] for name in range(4)] == [{f"{name}-{COMMITS - 2}"} for name in range(4)]
    assert held[SHARED] in [{f"{name}-{COMMITS - 1}"} for name in range(4)]
    assert rows.height == 250


@pytest.mark.slow  # on a disk it is in every run
@only_sail
def test_runs_at_once_in_an_object_store_end_as_one_run_would(store: Store, home_in: Callable[..., Home]) -> None:
    """Two that share a day, and one over all days: every month is written by all of them."""
    days = [date(2022, 4, day) for day in (1, 2, 3)]
    local = home_in("serial")
    small.land_all(local.landing, days, days[:1])
    assert local.run_directly().ok
    expected = frames(local.lake)
    store.files.put(str(local.landing), f"{BUCKET}/landing-at-once", recursive=True)
    places = {"C360_LANDING": f"s3://{BUCKET}/landing-at-once", "C360_LAKE": f"s3://{BUCKET}/at-once"}

    def run(name: str, *words: str) -> Running:
        return store.command("run", *words, folder=local.root, **places, DAGSTER_HOME=str(local.root / name))

    def differing(tables: Iterable[str]) -> list[str]:
        return [table for table in tables if not store.rows(table, "at-once").equals(expected[table])]

    spans = ((0, 1), (1, 2), (0, 2))
    runs = [run(f"{a}-{b}", "--from", f"{days[a]}", "--to", f"{days[b]}") for a, b in spans]
    for _ in until_all_end(runs):
        pass
    for at_once in runs:
        out, errors = at_once.communicate()
        assert "Made " in out, out + errors
        assert "failed" not in out + errors, out + errors
        assert "Traceback" not in out + errors, out + errors
    assert differing(table for table, contract in TABLES.items() if contract.unit != "month") == []
    for _ in range(2):
        last = run("last")
        out, errors = last.communicate(timeout=MINUTES * 60)
        assert last.returncode == 0, out + errors
        assert differing(TABLES) == []
    assert "Nothing has changed since the last run." in out
