"""The benchmark runs: equal tables first, then tables of figures and pictures of them."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]


def run(script: str, scratch: Path, *arguments: str) -> str:
    command = [sys.executable, str(ROOT / "bench" / script), "--rows", "400", "--scratch", str(scratch / "scratch")]
    more = [*arguments, "--results", str(scratch / "results")]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_contenders_are_compared_and_measured(tmp_path: Path) -> None:
    told = run("bench.py", tmp_path, "--days", "1", "--pairs", "1", "--contenders", "ours,duckdb")
    assert "final tables are equal, row for row" in told
    runs = json.loads((tmp_path / "results" / "json-1x400.json").read_text())["runs"]
    assert {name: len(of) for name, of in runs.items()} == {"ours": 1, "duckdb": 1}
    assert all(run["wall"] > 0 and run["cpu"] > 0 and run["peak"] > 0 for of in runs.values() for run in of)
    assert "| DuckDB script |" in (tmp_path / "results" / "json-1x400.md").read_text()
    ElementTree.parse(tmp_path / "results" / "json-1x400.svg")


def test_sizes_are_measured_step_by_step(tmp_path: Path) -> None:
    table = run("scale.py", tmp_path, "--days", "1,2")
    steps = json.loads((tmp_path / "results" / "scale-400.json").read_text())
    assert [size["days"] for size in steps["sizes"]] == [1, 2]
    for size, of in zip(steps["sizes"], steps["steps"], strict=True):
        assert sum(of.values()) == pytest.approx(size["wall"], rel=0.02)
        assert of["raw_content"] > 0
    assert "| raw_content |" in table
    ElementTree.parse(tmp_path / "results" / "scale-400.svg")
