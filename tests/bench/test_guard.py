"""The guard of the benchmark: slower beside the rival of the same run fails, a slower machine does not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.__main__ import cli

pytestmark = pytest.mark.unit


def measured(scratch: Path, **cpu: tuple[float, float]) -> None:
    """The results of comparisons: the CPU of this project and of the rival, in three rounds around it."""
    (scratch / "quick").mkdir(parents=True, exist_ok=True)
    for name, (ours, rival) in cpu.items():
        runs = {
            contender: [{"wall": 1.0, "cpu": seconds * share, "peak": 1} for share in (0.7, 1.0, 1.5)]
            for contender, seconds in (("ours", ours), ("duckdb", rival))
        }
        (scratch / "quick" / f"{name}.json").write_text(json.dumps({"runs": runs}))
    (scratch / "quick" / "next-day.json").write_text(json.dumps([{"cpu": 1.0}]))  # other measurements have other forms


def guard(tmp_path: Path, *more: str) -> tuple[int, str]:
    places = ["--scratch", str(tmp_path / "scratch"), "--results", str(tmp_path / "results")]
    done = CliRunner().invoke(cli, ["guard", *places, *more])
    return done.exit_code, done.output


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """With published ratios of 3 and 2."""
    measured(tmp_path / "scratch", json=(30.0, 10.0), csv=(20.0, 10.0))
    assert guard(tmp_path, "--publish") == (0, "")
    return tmp_path / "scratch"


def test_a_machine_of_half_the_speed_is_as_fast(tmp_path: Path, scratch: Path) -> None:
    measured(scratch, json=(60.0, 20.0), csv=(43.0, 20.0))
    status, output = guard(tmp_path)
    assert status == 0
    assert "| csv | 2.00 | 2.15 | +7% |" in output
    assert "| json | 3.00 | 3.00 | +0% |" in output


def test_what_got_slower_by_more_than_a_tenth_fails_by_name(tmp_path: Path, scratch: Path) -> None:
    measured(scratch, json=(34.0, 10.0))
    status, output = guard(tmp_path)
    assert status == 1
    assert "| json | 3.00 | 3.40 | +13% |" in output
    assert "Slower by more than 10% than published, beside the DuckDB script: json." in output


def test_without_figures_it_says_what_to_run(tmp_path: Path) -> None:
    status, output = guard(tmp_path)
    assert (status, "run `make bench SIZE=quick` first" in output) == (1, True)
    measured(tmp_path / "scratch", json=(30.0, 10.0))
    status, output = guard(tmp_path)
    assert (status, "guard --publish` writes it" in output) == (1, True)


def test_a_published_comparison_that_was_not_measured_fails(tmp_path: Path, scratch: Path) -> None:
    (scratch / "quick" / "csv.json").unlink()
    status, output = guard(tmp_path)
    assert (status, "Not measured: csv." in output) == (1, True)
