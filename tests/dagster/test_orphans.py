"""A run whose process was killed doesn't hold its place in the queue: the next `c360 run`, or tick, ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from c360_assets.automation.orphaned_runs import orphaned_runs
from c360_assets.execution.processes import HOST, NAMESPACE, PID, STARTED, fail_orphans, process_tags
from resources.settings import PROJECT
from tests.support import small_landing as small
from tests.support.commands import environment

pytestmark = pytest.mark.system

KILLED_AT_A_COMMIT = """
import os, signal, sys
from c360_assets.cli import main
from resources.lake.tables import Lake
Lake.write = lambda *arguments, **more: os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ["c360", "run"]
main()
"""


def test_the_run_of_a_killed_process_is_ended_with_its_cause(tmp_path: Path) -> None:
    small.land_all(tmp_path / "landing", small.CONTENT_DAYS[:1], ())
    environ = {**os.environ, "PYTHONPATH": str(PROJECT), **environment(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", KILLED_AT_A_COMMIT], env=environ, cwd=tmp_path, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        [run] = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.STARTED
        assert run.run_id in str(orphaned_runs(dg.build_sensor_context(instance)))
        ended = instance.get_run_by_id(run.run_id)
        assert ended is not None
        assert ended.status == dg.DagsterRunStatus.FAILURE
        kind = dg.DagsterEventType.RUN_FAILURE
        [told] = instance.get_records_for_run(run.run_id, of_type=kind).records
        assert f"is gone (process {run.tags[PID]} on" in told.event_log_entry.message
        assert "No process is gone" in str(orphaned_runs(dg.build_sensor_context(instance)))


@pytest.fixture
def run_of(home) -> Callable[..., dg.DagsterRun]:
    """Makes a started run of some process."""

    def make(**tags: str | None) -> dg.DagsterRun:
        known = {name: text for name, text in {**process_tags(), **tags}.items() if text is not None}
        return create_run_for_test(home.instance, status=dg.DagsterRunStatus.STARTED, tags=known)

    return make


@pytest.mark.parametrize(
    ("tags", "is_ended"),
    [
        ({NAMESPACE: "pid:[1]"}, False),
        ({NAMESPACE: "pid:[1]", STARTED: "an-earlier-boot 17"}, True),
        ({NAMESPACE: None}, True),
        ({}, True),
    ],
    ids=["of another container", "from before a boot", "without the tag", "of this container"],
)
def test_a_run_in_another_namespace_is_gone_only_with_the_boot(home, run_of, tags, is_ended) -> None:
    """There its id is another process here, or none."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    run = run_of(**{PID: str(ended.pid), **tags})
    assert fail_orphans(home.instance) == ([run.run_id] if is_ended else [])


def test_runs_of_living_processes_and_other_hosts_are_left(home, run_of) -> None:
    run_of()
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        run_of(**{HOST: "elsewhere", PID: "1", STARTED: "then"})
        reused = run_of(**{PID: str(sleeper.pid), STARTED: "another process, long ago"})
        assert fail_orphans(home.instance) == [reused.run_id]
    finally:
        sleeper.kill()
        sleeper.wait()
