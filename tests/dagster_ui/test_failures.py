"""What a user reads in Dagster's UI of a step that failed: table, day, cause and remedy in one line, no page of stack."""

import gzip
import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from resources.errors import group_by_cause
from resources.lake import tables as delta
from resources.landing import source
from tests.dagster_ui.server import environment, make_home
from tests.support import small_landing as small
from tests.support.homes import ENGINE, Home
from tests.support.processes import command

pytestmark = pytest.mark.system

DAYS = (date(2022, 4, 28), date(2022, 4, 29))


def failures(home: Home) -> dict[str, str]:
    """By table, how its step's failure is described, which the UI shows first; it must be one line in plain words."""
    found: dict[str, str] = {}
    for run in home.instance.get_runs():
        for entry in home.instance.all_logs(run.run_id):
            event = entry.dagster_event
            if event is None or not event.is_step_failure:
                continue
            data = event.step_failure_data
            assert data.user_failure_data is not None, data.error
            described = data.user_failure_data.description or ""
            assert described.count("\n") == 0
            assert len(described) < 400
            assert not {"Traceback", "Error:", "Exception", "\x1b"} & set(described.split(" ")), described
            assert data.error is not None
            assert data.error.cause is None, "the cause is told, its stack is not shown"
            assert described in data.error.message.splitlines()[0]
            found[str(event.step_key)] = described
    return found


def test_a_corrupt_file_is_named_with_what_to_do(home: Home) -> None:
    small.land_all(home.landing, DAYS, ())
    path = small.content_path(home.landing, DAYS[1])
    whole = gzip.compress(path.read_bytes() * 50)
    path.unlink()
    path.with_suffix(".json.gz").write_bytes(whole[: len(whole) // 2])
    assert not home.run().ok
    assert failures(home) == {
        "raw_content": "raw_content: 1 of 2 partitions failed. "
        "2022-04-29: 20220429.json.gz: the compressed file is cut off. Land it again, whole."
    }


@pytest.mark.slow  # in every run test_errors_crossing.py has such a fault
@pytest.mark.skipif(ENGINE == "spark", reason="its workers are other processes, which this fault does not reach")
def test_a_fault_of_the_reader_names_day_and_file_and_quotes_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[None]:
        raise IndexError(small.WATCHED[0])

    monkeypatch.setitem(source._READERS, "json", broken)
    small.land_all(home.landing, DAYS[:1], ())
    assert not home.run().ok
    line = broken.__code__.co_firstlineno + 1
    assert failures(home) == {
        "raw_content": "raw_content failed. 2022-04-28: 20220428.json: the reader broke off (IndexError in "
        f"test_failures.py, line {line}). This is a fault of the reader: report it. What the lake holds stays."
    }


def test_an_engine_that_cannot_start_says_what_it_needs(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    small.land_all(home.landing, DAYS, ())
    empty = tmp_path / "bin"
    empty.mkdir()
    variables = {**environment(home), "C360_ENGINE": "spark", "PATH": str(empty)}
    for name in ("JAVA_HOME", "SPARK_REMOTE", "C360_SPARK_CONFIG"):
        variables.pop(name, None)
    run = command("run", env=variables, folder=tmp_path / "run")
    out, errors = run.communicate()
    assert run.returncode == 1
    needs = "Apache Spark needs Java 17, and there is no java here. Install it and set JAVA_HOME, "
    needs += "or use the embedded engine with C360_ENGINE=sail."
    found = failures(home)
    home.instance.dispose()
    assert found["raw_content"] == f"raw_content: 2 of 2 partitions failed. 2022-04-28, 2022-04-29: {needs}"
    assert needs in out
    assert errors == ""
    assert "Traceback" not in out


@pytest.fixture
def small_disk(home: Home) -> Iterator[None]:
    """The home's lake on a disk that is full after a few tables."""
    if os.geteuid() != 0:
        pytest.skip("a disk of a test's own can only be mounted by root")
    home.lake.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=120k", "tmpfs", str(home.lake)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield
    subprocess.run(["umount", str(home.lake)], check=True)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_is_called_so(home: Home) -> None:
    small.land_all(home.landing, DAYS, ())
    assert not home.run().ok
    found = failures(home)
    assert found
    full = "no space is left on the disk. Free some where the lake is (C360_LAKE), and run again: what was made stays."
    for table, described in found.items():
        assert described.startswith(table.removesuffix("_contract"))
        assert "2022-04" in described
        assert described.endswith(full), described


@pytest.mark.slow  # in every run test_write_path.py has conflicts
@pytest.mark.skipif(ENGINE == "spark", reason="Spark finds the next free commit by itself")
def test_a_conflict_that_persists_says_who_is_in_the_way(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    small.land_all(home.landing, DAYS[:1], ())
    assert home.run_directly().ok
    small.land_content(home.landing, DAYS[0], small.WATCHED[:2])
    log = home.lake / "raw_content" / "_delta_log"
    (
        log / f"{len(list(log.glob('*.json'))):020d}.json"
    ).mkdir()  # the next commit's name is taken, however often it tries
    monkeypatch.setattr(delta, "_TRIES", 2)
    assert not home.run().ok
    assert failures(home) == {
        "raw_content": "raw_content failed. 2022-04-28: other writers changed the table at the same time, again and again. "
        "Let them end, and run again."
    }


def test_a_cause_of_many_days_is_told_once() -> None:
    failed = {f"2022-04-{day:02d}": "the disk is full" for day in range(1, 31)} | {"2022-05-01": "cut off"}
    assert group_by_cause(failed) == "2022-04-01 to 2022-04-30 (30): the disk is full; 2022-05-01: cut off"
    assert group_by_cause({"2022-04-01": "a", "2022-04-03": "b", "2022-04-04": "a"}) == (
        "2022-04-01, 2022-04-04: a; 2022-04-03: b"
    )
