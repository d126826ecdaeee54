"""`c360` called as its users call it: status, output and errors."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from c360_assets.cli import main
from tests.support.commands import Done, environment


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
