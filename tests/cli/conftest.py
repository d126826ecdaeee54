"""`c360` called as its users call it: status, output and errors."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from c360_assets.cli import main
from resources.settings import PROJECT


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


def process(root: Path, *words: str) -> Done:
    """The command in a process of its own: needed where an engine starts, and is stopped."""
    done = subprocess.run(
        [sys.executable, "-m", "c360_assets.cli", *words],
        env={**os.environ, "PYTHONPATH": str(PROJECT), **environment(root)},
        cwd=root,
        capture_output=True,
        text=True,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def c360(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command in this process, over the test's folder or another; for what starts no engine."""
    for name in ("C360_ENGINE", "C360_FIRST_DAY", "C360_REFERENCE"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str, root: Path = tmp_path) -> Done:
        for name, value in environment(root).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["c360", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    return call
