"""`c360 run` in a process that kills itself at a given point.

It is the command as it is; named functions of it are wrapped, and at the point the process gets SIGKILL: nothing is
tidied up. What it committed and what it checked is noted, for the test to read.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from c360_assets.checks.contract.examiner import Examiner
from c360_assets.commands.run.command import RunOptions, run_command
from c360_assets.planning.plan import DayRange
from resources.lake.provenance import ProvenanceStore
from resources.lake.tables import Lake

POINTS = ("before the data", "after the data", "after the commit", "in the mark", "after the mark", "before the checks")
AT_A_TIME = "at a time"
Patch = Callable[[type, str, Callable], None]


def die() -> None:
    """The end, at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def take_notes(notes: Path, patch: Patch = setattr) -> None:
    """Notes each commit and each partition that was checked, in order."""
    write, examine = Lake.write, Examiner.examine

    def noted(*words: object) -> None:
        with notes.open("a") as stream:
            stream.write(" ".join(map(str, words)) + "\n")

    def writing(lake, table, partition, frame, why, **more):
        done = write(lake, table, partition, frame, why, **more)
        noted("commit", table.name, partition)
        return done

    def examining(examiner, partitions):
        done = examine(examiner, partitions)
        for partition in partitions:
            noted("check", examiner._table.name, partition)
        return done

    patch(Lake, "write", writing)
    patch(Examiner, "examine", examining)


def die_at(point: str, table: str, seconds: float) -> None:
    """Puts the end at a point of the table's first partition; or so many seconds after its first commit."""
    write, replace, record, examine = Lake.write, Path.replace, ProvenanceStore.write, Examiner.examine

    def start(here: str, name: str) -> None:
        if here == point and name == table:
            die()

    def writing(lake, contract, partition, frame, why, **more):
        start("before the data", contract.name)
        if point == "after the data" and contract.name == table:
            threading.Thread(target=_die_when_written, args=(Path(lake.uri(table)),), daemon=True).start()
        done = write(lake, contract, partition, frame, why, **more)
        start("after the commit", contract.name)
        if point == AT_A_TIME and contract.name == table:
            threading.Timer(seconds, die).start()
        return done

    def replacing(written, target):
        start("in the mark", written.parent.parent.name)
        return replace(written, target)

    def marking(provenances, name, partition, value):
        record(provenances, name, partition, value)
        start("after the mark", name)

    def examining(examiner, partitions):
        start("before the checks", examiner._table.name)
        return examine(examiner, partitions)

    Lake.write, ProvenanceStore.write, Examiner.examine, Path.replace = writing, marking, examining, replacing


def _die_when_written(table: Path) -> None:
    """Dies as soon as a data file lies there that was not there before: its commit comes a few milliseconds later."""
    before = set(table.rglob("*.parquet"))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if set(table.rglob("*.parquet")) - before:
            die()


def run(notes: Path, point: str, table: str, seconds: float = 0.0) -> None:
    """`c360 run`, which dies at the point of the table."""
    take_notes(notes)
    die_at(point, table, seconds)
    sys.exit(run_command(DayRange(), everything=False, options=RunOptions()))
