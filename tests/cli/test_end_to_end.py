"""The commands one after the other: from a sample to profiles, and then a delivery that is cut off."""

import gzip
import json
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from c360_assets.tables import TABLES
from tests.support.commands import Done, process, quick_process

pytestmark = pytest.mark.system

DAYS = [date(2022, 4, day) for day in (1, 2, 3)]
SOUND, CUT = DAYS[0], DAYS[1]
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sample."""
    root = tmp_path_factory.mktemp("end-to-end")
    done = quick_process(root, "sample", "--out", "landing", "--days", "3", "--rows", "300")
    assert (done.status, done.err) == (0, ""), done
    assert "900 content rows" in done.out
    return root


def lake(root: Path) -> Rows:
    """Every table's rows; each month's and day's in an order of its own."""
    tables = {name: pl.scan_delta(str(root / "lake" / name)).collect() for name in TABLES}
    return {name: frame.sort(pl.all().cast(pl.String), nulls_last=True).to_dicts() for name, frame in tables.items()}


def of_day(rows: Rows, day: date) -> Rows:
    """What the tables of days hold for a day."""
    return {
        name: [row for row in rows[name] if row["log_date"] == day] for name in TABLES if TABLES[name].unit == "day"
    }


def runs(root: Path) -> list[dg.DagsterRun]:
    """The runs that Dagster's UI would show, oldest first."""
    with dg.DagsterInstance.from_config(str(root / "dagster")) as instance:
        return instance.get_runs()[::-1]


@pytest.fixture(scope="module")
def proxy() -> Iterator[socket.socket]:
    """Where a proxy would listen. Nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="module")
def first(root: Path, proxy: socket.socket) -> Done:
    """The first run, on a machine that reaches the internet through a proxy."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("grpc_proxy", "https_proxy", "http_proxy"):
            patched.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        for name in ("no_grpc_proxy", "no_proxy"):
            patched.delenv(name, raising=False)
        return process(root, "run", "--show-profile")


@pytest.fixture(scope="module")
def again(root: Path, first: Done) -> tuple[Done, int, Rows]:
    """A second run with nothing changed; how many runs there were before it, and what the lake held."""
    before, rows = len(runs(root)), lake(root)
    return quick_process(root, "run"), before, rows


@pytest.fixture(scope="module")
def broken(root: Path, again: tuple[Done, int, Rows]) -> Done:
    """A third run: one day is delivered again and cut off, another is delivered again with one record more."""
    log = root / "landing" / "log_content"
    whole = (log / f"{CUT:%Y%m%d}.json").read_bytes()
    (log / f"{CUT:%Y%m%d}.json").unlink()
    (log / f"{CUT:%Y%m%d}.json.gz").write_bytes(gzip.compress(whole)[:-20])
    record = {"Contract": "ZZZ000001", "Mac": "0C96E62FC55C", "TotalDuration": 60, "AppName": "VOD"}
    with (log / f"{SOUND:%Y%m%d}.json").open("a") as file:
        file.write(json.dumps({"_source": record}) + "\n")
    return quick_process(root, "run")


def test_a_sample_goes_from_landing_to_profiles(root, first, proxy):
    assert first.status == 0, first
    with pytest.raises(BlockingIOError):  # nothing went to the proxy
        proxy.accept()
    assert first.err == ""
    rows = lake(root)
    assert all(row["balanced"] for log in ("content", "search") for row in rows[f"ledger_{log}"])
    landed = [row["landed_rows"] for row in rows["ledger_content"]]
    assert len(landed) == 3
    assert all(300 <= count <= 302 for count in landed), landed  # a few of the 300 lines hold two records
    assert "balance" in first.out
    assert "Made 38 partitions in 3 runs" in first.out
    assert any(f"{row['customer_id']} in 2022-04" in first.out for row in rows["customer360"] if row["matched"])
    assert first.out.endswith("The landed records give this value.\n")


def test_a_second_run_changes_nothing(root, again):
    done, runs_before, rows = again
    assert done.status == 0, done
    assert "Nothing has changed since the last run." in done.out
    assert len(runs(root)) == runs_before == 3
    assert lake(root) == rows


def test_the_runs_are_in_dagster(root, again):
    done = runs(root)[:3]
    assert {run.status for run in done} == {dg.DagsterRunStatus.SUCCESS}
    with dg.DagsterInstance.from_config(str(root / "dagster")) as instance:
        for table in TABLES.values():
            event = instance.get_latest_materialization_event(dg.AssetKey(table.name))
            assert event, table.name
            assert event.run_id in {run.run_id for run in runs(root)}


def test_status_is_clean(c360, root, again):
    told = c360("status", root=root)
    assert (told.status, told.err) == (0, "")
    assert "All that landed is made." in told.out
    assert "2022-04" in told.out


def test_a_profile_is_shown_by_any_of_its_ids(c360, root, again):
    row = next(row for row in again[2]["customer360"] if row["matched"])
    for name in (row["customer_id"], row["contract"].lower(), row["user_id"]):
        told = c360("profile", name, root=root)
        assert (told.status, told.err) == (0, "")
        assert f"{row['customer_id']} in 2022-04" in told.out
        assert str(row["taste"]) in told.out


def test_a_profile_as_json_has_the_columns_of_the_contract(c360, root, again):
    row = next(row for row in again[2]["customer360"] if row["matched"])
    told = c360("profile", row["contract"], "--month", "2022-04", "--json", root=root)
    assert told.status == 0
    assert told.out.count("\n") == 1
    shown = json.loads(told.out)
    assert list(shown) == [column.name for column in TABLES["customer360"].all_columns]
    assert shown == json.loads(json.dumps(row, default=str))


def test_a_month_without_a_customer_is_told(c360, root, again):
    row = again[2]["customer360"][0]
    told = c360("profile", row["customer_id"], "--month", "2022-05", root=root)
    assert told.status == 2
    assert f"No customer {row['customer_id']} in 2022-05" in told.err


def test_a_day_that_is_cut_off_fails_alone(root, again, broken):
    assert (broken.status, broken.err) == (1, "")
    assert "Traceback" not in broken.out
    (told,) = [line for line in broken.out.splitlines() if line.startswith("failed")]
    assert f"raw_content {CUT}" in told
    assert f"{CUT:%Y%m%d}.json.gz" in told
    assert "cut off" in told
    before, after = again[2], lake(root)
    assert of_day(after, CUT) == of_day(before, CUT)
    assert of_day(after, DAYS[2]) == of_day(before, DAYS[2])
    assert len(of_day(after, SOUND)["raw_content"]) == 301
    assert "ZZZ000001" in {row["contract"] for row in after["customer360"]}
    assert {row["contract"] for row in before["customer360"]} < {row["contract"] for row in after["customer360"]}


def test_what_failed_is_seen_afterwards(c360, root, broken):
    assert dg.DagsterRunStatus.FAILURE in {run.status for run in runs(root)}
    told = c360("status", root=root)
    assert told.status == 1
    assert f"raw_content {CUT}" in told.out
