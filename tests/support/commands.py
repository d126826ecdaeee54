"""`c360` in a process of its own: from nothing as its users call it, or forked, which is quick."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from resources.settings import PROJECT
from tests.support.processes import command


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str


def environment(root: Path) -> dict[str, str]:
    """Where things are, below a folder."""
    return {
        "C360_LANDING": str(root / "landing"),
        "C360_LAKE": str(root / "lake"),
        "DAGSTER_HOME": str(root / "dagster"),
    }


def quick_process(root: Path, *words: str) -> Done:
    """The command in a process that has imported everything before."""
    running = command(*words, env={**os.environ, **environment(root)}, folder=root)
    out, err = running.communicate()
    return Done(running.returncode or 0, out, err)


def process(root: Path, *words: str) -> Done:
    """The command as its users call it."""
    done = subprocess.run(
        [sys.executable, "-m", "c360_assets.cli", *words],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment(root)},
        cwd=root,
        capture_output=True,
        text=True,
    )
    return Done(done.returncode, done.stdout, done.stderr)
