"""A whole process and all that it starts, measured from outside: wall clock, CPU, peak memory."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import ProcessFailed

EVERY_SECONDS = 0.15
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Measure:
    """`wall` and `cpu` (user and system, of all processes) in seconds; `peak` memory of all together in bytes.

    `course`: the memory at each look, with the time in seconds since 1970; what processes share counts for each.
    """

    wall: float
    cpu: float
    peak: int
    course: Sequence[tuple[float, int]] = ()


def measure(command: Sequence[str], environment: Mapping[str, str], log: Path, may_fail: bool = False) -> Measure:
    """Runs a command to its end; what it writes goes to `log`.

    Raises ProcessFailed with the log's last lines, unless it `may_fail`.
    """
    started = time.perf_counter()
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=dict(environment), stdout=written, stderr=subprocess.STDOUT)
    watcher = _Watcher(process.pid)
    watcher.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    watcher.stop()
    if process.returncode and not may_fail:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise ProcessFailed(f"{' '.join(command)} ended with status {process.returncode}:\n{tail}")
    return Measure(wall, max(usage.ru_utime + usage.ru_stime, watcher.cpu), watcher.peak, watcher.course)


class _Watcher(threading.Thread):
    """Looks at a process and its descendants now and then."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self.course: list[tuple[float, int]] = []
        self._root = root
        self._seconds: dict[int, float] = {}
        self._ended = threading.Event()

    @property
    def cpu(self) -> float:
        """CPU seconds of all processes seen; less than the truth by what came after the last look."""
        return sum(self._seconds.values())

    def run(self) -> None:
        most = 0
        while not self._ended.wait(EVERY_SECONDS):
            pids = descendants(self._root)
            self._seconds.update({pid: seconds for pid in pids if (seconds := cpu_of(pid)) is not None})
            resident = sum(map(resident_of, pids))
            self.course.append((time.time(), resident * _PAGE_BYTES))
            if resident > most:  # only then can it be a peak: the exact figure takes long for a large process
                most = resident
                self.peak = max(self.peak, sum(map(memory_of, pids)))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def descendants(root: int) -> list[int]:
    """A process and all that it started, itself or by others, as far as they run."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def memory_of(pid: int) -> int:
    """The memory of a process in bytes; what it shares with others counts in parts. 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def resident_of(pid: int) -> int:
    """The pages of a process in memory, those it shares with others too. 0 once it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0


def cpu_of(pid: int) -> float | None:
    """User and system seconds of a process itself; None once it has ended."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else None


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on; a process's name may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
