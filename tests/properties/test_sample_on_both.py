"""The committed sample, three months of it, made on both engines: the same tables, and each takes the other's as made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from c360_assets.tables import TABLES
from resources.settings import PROJECT
from tests.support.reading import differing, frames


def c360_run(root: Path, engine: str) -> str:
    """`c360 run` over the sample, into a lake below a folder."""
    places = {
        "C360_LANDING": PROJECT / "data" / "landing",
        "C360_LAKE": root / "lake",
        "DAGSTER_HOME": root / "dagster",
    }
    done = subprocess.run(
        [sys.executable, "-m", "c360_assets.cli", "run"],
        # Without what this process's own engine has set.
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("SPARK_")},
            "C360_ENGINE": engine,
            **{name: str(path) for name, path in places.items()},
        },
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.system
@pytest.mark.skipif(not (os.environ.get("JAVA_HOME") or shutil.which("java")), reason="Apache Spark needs Java 17")
def test_the_sample_gives_the_same_tables_on_both_engines(tmp_path: Path) -> None:
    for engine in ("sail", "spark"):
        assert "Made " in c360_run(tmp_path / engine, engine)
    assert {*frames(tmp_path / "sail" / "lake")} == {*TABLES}
    assert differing(tmp_path / "sail" / "lake", tmp_path / "spark" / "lake") == []
    for engine, other in (("sail", "spark"), ("spark", "sail")):
        assert "Nothing has changed" in c360_run(tmp_path / engine, other)
