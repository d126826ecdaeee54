"""Processes that start at once: forked from a server that has imported everything and started no engine.

For tests in which a process is killed, or several work at the same time. Starting Python and importing Dagster and
PySpark costs more than most of these runs; that the commands start from nothing too is tested by
`tests/cli/test_end_to_end.py`, which calls them as its users do.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import uuid4

PRELOADED = (
    "c360_assets.build",
    "c360_assets.commands.run.command",
    "pysail.spark",
    "pyspark.sql.connect.session",
    "pyspark.sql.connect.functions.builtin",
    "polars",
)
_context: ForkServerContext = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(list(PRELOADED))


@dataclass
class Running:
    """A process under way, or ended. What it prints goes to files."""

    process: BaseProcess
    printed: Path
    errors: Path

    @property
    def returncode(self) -> int | None:
        """Its exit status, or minus the signal that ended it; None while it runs."""
        return self.process.exitcode

    def poll(self) -> int | None:
        """The same: as subprocess.Popen has it."""
        return self.process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Waits for its end. Returns what it printed, and its errors."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            self.kill()
            raise AssertionError(f"still running after {timeout} s: {self.errors.read_text()[-2000:]}")
        return self.printed.read_text(), self.errors.read_text()

    def kill(self) -> None:
        """Ends it at once; of one that has ended, this does nothing."""
        self.process.kill()


def start(function: Callable[..., object], *arguments: object, env: Mapping[str, str], folder: Path) -> Running:
    """Calls a function of a module in a process with this environment, in this folder, where its output goes too."""
    folder.mkdir(parents=True, exist_ok=True)
    name = uuid4().hex[:8]
    printed, errors = folder / f"printed-{name}", folder / f"errors-{name}"
    streams = (str(printed), str(errors))
    printed.touch()
    errors.touch()
    process = _context.Process(target=_call, args=(function, arguments, dict(env), str(folder), streams), daemon=True)
    process.start()
    return Running(process, printed, errors)


def command(*words: str, env: Mapping[str, str], folder: Path) -> Running:
    """`c360` with these words."""
    return start(_command, *words, env=env, folder=folder)


def _command(*words: str) -> None:
    from c360_assets.cli import main

    sys.argv = ["c360", *words]
    main()


def _call(
    function: Callable[..., object],
    arguments: tuple[object, ...],
    env: dict[str, str],
    folder: str,
    streams: tuple[str, str],
) -> None:
    """What the new process does: puts its streams, environment and folder in place, then calls the function."""
    for number, path in enumerate(streams, 1):
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(written, number)
        os.close(written)
    sys.stdout, sys.stderr = (os.fdopen(os.dup(number), "w", buffering=1) for number in (1, 2))
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    function(*arguments)
