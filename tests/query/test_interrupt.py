"""Ctrl-C stops a query. In a process of its own: the engine's server in this one would take the signal for its own."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from resources.settings import PROJECT
from tests.support.commands import environment

pytestmark = pytest.mark.unit

ENDLESS = "SELECT count(*) AS n FROM range(10000000000) a(x), range(1000) b(y) WHERE x % 7 = y"


def test_ctrl_c_ends_a_query_that_would_not_end(tmp_path: Path) -> None:
    rows = pl.DataFrame({"month": [date(2022, 4, 1)], "taste": ["tv"]})
    rows.write_delta(tmp_path / "lake" / "taste", delta_write_options={"partition_by": ["month"]})
    environ = {**os.environ, "PYTHONPATH": str(PROJECT), **environment(tmp_path), "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-m", "c360_assets.cli", "sql", "--format", "csv", "-c", f"SELECT 1 AS n; {ENDLESS}"]
    with subprocess.Popen(
        words, env={**environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert [running.stdout.readline() for _ in range(2)] == ['"n"\n', "1\n"]
        time.sleep(0.5)  # until the second query is on its way
        running.send_signal(signal.SIGINT)
        try:
            assert running.wait(timeout=60) == 130
        finally:
            running.kill()
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]
