"""Which process works on a run, so that a run whose process is gone doesn't keep its place in the queue forever."""

import os
import socket
from pathlib import Path

import dagster as dg

HOST, PID, STARTED = ".dagster/c360_host", ".dagster/c360_pid", ".dagster/c360_process_started"
"""Dagster hides tags with this prefix from its lists of runs."""
NAMESPACE = ".dagster/c360_pid_namespace"
"""Where the id is valid: a container has ids of its own, and may have its host's name. Older runs do not have this tag."""
_UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def process_tags() -> dict[str, str]:
    """Tags that identify this process: its host, its id, where that is valid, and when it started (ids are reused)."""
    tags = {HOST: socket.gethostname(), PID: str(os.getpid()), STARTED: _started(os.getpid())}
    namespace = _namespace()
    return {**tags, NAMESPACE: namespace} if namespace else tags


def fail_orphans(instance: dg.DagsterInstance) -> list[str]:
    """Ends the unfinished runs of this host whose process is gone, and returns their ids. Ignores runs of other hosts."""
    filters = dg.RunsFilter(statuses=_UNFINISHED, tags={HOST: socket.gethostname()})
    gone = [run for run in instance.get_runs(filters) if _is_gone(run)]
    # Checked once more: a run may have ended, and its process with it, in the meantime.
    orphans = [run for run in gone if (now := instance.get_run_by_id(run.run_id)) and now.status in _UNFINISHED]
    for run in orphans:
        instance.report_run_failed(
            run,
            f"The process that ran this is gone (process {run.tags[PID]} on {run.tags[HOST]}): it was killed, or the "
            "machine went down. What it had committed stays; the next `c360 run`, or the sensor landed_changes, "
            "makes the rest.",
        )
    return [run.run_id for run in orphans]


def is_of_process(run: dg.DagsterRun) -> bool:
    """Whether a run says which process works on it: that began with the run, and not when Dagster gets to it."""
    return PID in run.tags


def _is_gone(run: dg.DagsterRun) -> bool:
    """Whether a run's process is surely gone. Of one in another namespace only a boot since then says so."""
    if run.tags.get(NAMESPACE, _namespace()) != _namespace():
        return _boot_of(run.tags[STARTED]) != _boot_of(_started(os.getpid()))
    pid = int(run.tags[PID])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(pid) != run.tags[STARTED]


def _namespace() -> str:
    """The namespace of this process's id, such as `pid:[4026531836]`. Unknown on other systems than Linux."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _boot_of(started: str) -> str:
    return started.partition(" ")[0]


def _started(pid: int) -> str:
    """When a process started, as Linux counts it: the boot, and clock ticks since. Unknown on other systems."""
    try:
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {ticks}"
    except OSError:
        return ""
