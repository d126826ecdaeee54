"""The benchmark runs: equal tables first, then tables of figures and pictures of them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from bench.__main__ import cli
from bench.contenders import CONTENDERS
from bench.files import PAGES, ROOT
from bench.inside.limits import DISK, HASH, JSON, MEMORY
from bench.latency import FIRST_DAY, NOTHING_CHANGED
from bench.next_day import next_day
from bench.publish import published
from bench.scale import shares, space
from bench.suite import SIZES


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by the measurements, as in use: landing zones are written once, all else is gone after each."""
    return tmp_path_factory.mktemp("scratch")


def command_line(command: str, scratch: Path, results: Path, *more: str) -> list[str]:
    return [command, "--rows", "400", "--scratch", str(scratch), "--results", str(results), *more]


def run(command: str, scratch: Path, tmp_path: Path, *more: str) -> str:
    """A command in this process; what it measures runs in processes of its own."""
    done = CliRunner().invoke(cli, command_line(command, scratch, tmp_path / "results", *more), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.system
@pytest.mark.slow
def test_contenders_are_compared_and_measured(scratch: Path, tmp_path: Path) -> None:
    output = run("compare", scratch, tmp_path, "--days", "1", "--pairs", "1", "--contenders", "ours,duckdb")
    assert "final tables are equal, row for row" in output
    runs = json.loads((tmp_path / "results" / "json-1x400.json").read_text())["runs"]
    assert {name: len(of) for name, of in runs.items()} == {"ours": 1, "duckdb": 1}
    assert all(run["wall"] > 0 and run["cpu"] > 0 and run["peak"] > 0 for of in runs.values() for run in of)
    assert "| DuckDB script |" in (tmp_path / "results" / "json-1x400.md").read_text()
    ElementTree.parse(tmp_path / "results" / "json-1x400.svg")


@pytest.mark.system
@pytest.mark.slow
def test_sizes_are_measured_step_by_step(scratch: Path, tmp_path: Path) -> None:
    table = run("scale", scratch, tmp_path, "--days", "1,2")
    steps = json.loads((tmp_path / "results" / "scale-400.json").read_text())
    assert [size["days"] for size in steps["sizes"]] == [1, 2]
    for size, of in zip(steps["sizes"], steps["steps"], strict=True):
        assert sum(of.values()) == pytest.approx(size["wall"], rel=0.02)
        assert of["raw_content"] > 0
    sizes = json.loads((tmp_path / "results" / "space-400.json").read_text())
    for size in sizes:
        held = size["memory"]
        for before, most in (held["identity_map"], held["customer360"]):
            assert 1e7 < before <= most < 1e10
        assert held["identity_map"][0] < held["customer360"][0]
    assert sizes[-1]["memory"] == steps["memory"]
    one, two = (size["kept"]["raw_content"] for size in sizes)
    assert 1000 < 1.5 * one < two < 3 * one
    assert all(steps["given back"][figure] > 0 for figure in ("wall", "cpu", "peak"))
    assert "| raw_content |" in table
    for name in ("scale", "space", "shares"):
        assert (tmp_path / "results" / f"{name}-400.md").read_text() in table
    assert re.search(r"MIMALLOC_PURGE_DELAY=0`\), 2 days take [1-9]", table)
    ElementTree.parse(tmp_path / "results" / "scale-400.svg")


@pytest.mark.unit
def test_bytes_are_fitted_over_the_sizes() -> None:
    kept = [{"raw_content": 10_000_000 + millions * 2_000_000, "logs": 3_000_000} for millions in (1, 2, 4)]
    held = [{"raw_content": (0, 500_000_000 + millions * 1_000_000)} for millions in (1, 2, 4)]
    table = space.as_markdown((10, 20, 40), (1.0, 2.0, 4.0), kept, held, (10**9, 2 * 10**9, 4 * 10**9))
    assert "| raw_content | 10.0 | 2.0 | 18.0 | 0.500 | 0.001 | 0.504 |" in table
    assert "| logs | 3.0 | 0.0 | 3.0 |  |  |  |" in table
    assert f"| {space.WHOLE} | 13.0 | 2.0 | 21.0 | 0.000 | 1.000 | 4.000 |" in table


@pytest.mark.unit
def test_bytes_of_a_lake_are_those_of_its_folders(tmp_path: Path) -> None:
    for name, size in (("a/day=1/x.parquet", 5), ("a/_delta_log/0.json", 2), ("b/y", 1)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"." * size)
    assert space.kept_in(tmp_path) == {"a": 7, "b": 1}


@pytest.mark.unit
def test_a_share_is_what_the_works_need_by_what_a_step_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    seconds = dict.fromkeys(shares.STEPS, 2.0)
    kept = {**dict.fromkeys(shares.STEPS, 50.0), "raw_content": 100.0}
    table = shares.as_markdown(seconds, kept, 200.0, {JSON: 200.0, HASH: 5.0, MEMORY: 1000.0, DISK: 500.0})
    # raw: 200 MB by 200 MB/s on two cores, and 100 MB written; clean: three groupings, 100 MB read, 50 MB written
    assert "| raw_content | parse the landed lines, write | 0.700 | 2.000 | 35% |" in table
    assert "group all rows 3 times, write | 0.500 | 2.000 | 25% |" in table
    assert "| quarantine_content | read raw_content, write | 0.200 | 2.000 | 10% |" in table
    assert "| ledger_content | read raw_content, group all rows once, write | 0.300 | 2.000 | 15% |" in table
    assert "| device_months | read clean_content, group all rows once, write | 0.250 | 2.000 | 12% |" in table
    none = shares.as_markdown(
        {**seconds, "raw_content": -0.1}, kept, 200.0, {JSON: 200.0, HASH: 5.0, MEMORY: 1e3, DISK: 5e2}
    )
    assert "| 0.700 | -0.100 | – |" in none


@pytest.mark.system
@pytest.mark.slow
def test_days_and_what_people_ask_are_measured(scratch: Path, tmp_path: Path) -> None:
    table = run("latency", scratch, tmp_path, "--days", "2", "--times", "2")
    seconds = {line.split("|")[1].strip(): float(line.split("|")[3]) for line in table.splitlines() if "c360" in line}
    first, clean, end = [
        seconds[f"`c360 run`, one day: until {w}"] for w in ("the first commit", "the day's clean_content", "its end")
    ]
    assert 0 < first < clean < end
    assert (
        seconds["`c360 run` with nothing changed"]
        < seconds["`c360 run`: the content day that was missing, and the month"]
    )
    figures = json.loads((tmp_path / "results" / "latency-2x400.json").read_text())
    assert len(figures[FIRST_DAY]) == len(figures[NOTHING_CHANGED]) == 2
    assert not list(scratch.glob("one-lake*"))


@pytest.mark.system
@pytest.mark.slow
def test_a_next_day_is_measured_and_compared(scratch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a script in this project's place, which takes seconds less."""
    contenders = [CONTENDERS["duckdb-lake"], CONTENDERS["polars-lake"]]
    next_day(contenders, days=2, rows=400, pairs=1, scratch=scratch, results=tmp_path)
    table = (tmp_path / "next-day-2x400.md").read_text()
    assert table in capsys.readouterr().out
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.endswith("|")][2:]
    assert [row[1].partition(",")[0] for row in rows] == [
        *["first load of 1 days"] * 2,
        *["the next day"] * 2,
        "a day in the middle lands again",
        "nothing has changed",
        "the next day",
    ]
    assert [row[0] for row in rows].count("Polars script that keeps every record") == 2
    assert rows[2][3] == rows[2][5] == "1.00"  # the first contender's own next day is what the others are compared with
    assert all(float(row[2]) > 0 and float(row[4]) > 0 for row in rows)
    assert not list(scratch.glob("one-lake*"))
    assert not (scratch / "reference").exists()


@pytest.mark.unit
def test_the_next_day_takes_only_contenders_that_keep_every_record() -> None:
    done = CliRunner().invoke(cli, ["next-day", "--contenders", "ours,duckdb"])
    assert done.exit_code == 2
    assert "duckdb-lake, polars-lake" in done.output


@pytest.fixture(scope="module")
def taken_apart(scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What `inside` prints and writes. In a process of its own, since it has an engine of its own there."""
    results = tmp_path_factory.mktemp("inside") / "results"
    command = [sys.executable, "-m", "bench", *command_line("inside", scratch, results, "--days", "1")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, results


@pytest.mark.system
@pytest.mark.slow
def test_limits_of_the_machine_stand_beside_the_steps(taken_apart: tuple[str, Path]) -> None:
    table = (taken_apart[1] / "steps-1x400.md").read_text()
    assert "| customer360 |" in table
    assert "| this project's reader, one core, all lines |" in table


@pytest.mark.system
@pytest.mark.slow
def test_a_day_is_taken_apart(scratch: Path, taken_apart: tuple[str, Path]) -> None:
    table, results = taken_apart
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if re.search(r"\| [0-9.]+ \|$", line)]
    assert {row[0] for row in rows} >= {"raw_content", "clean_content", "ledger_content", "clean_search"}
    assert [row[0] for row in rows].count("clean_content") == [row[0] for row in rows].count("clean_search") == 5
    assert (results / "inside-1x400.md").read_text() in table
    assert all(float(row[3]) > 0 for row in rows if row[1] in ("all", "encoding and committing"))
    assert sum(float(row[2]) for row in rows) > 0.05
    assert not list(scratch.glob("inside-lake*"))


@pytest.mark.unit
def test_tables_are_put_into_the_page(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("| new |\n")
    page = "before\n<!-- from bench/results/a.md -->\n\n| old |\n\n<!-- end -->\nafter\n"
    assert published(page, tmp_path) == page.replace("old", "new")


@pytest.mark.unit
def test_the_pages_show_what_is_kept() -> None:
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    assert all("<!-- from bench/results/" in page for page in pages)
    assert [published(page, ROOT / "bench" / "results") for page in pages] == pages


@pytest.mark.unit
def test_a_full_suite_writes_each_table_of_the_pages() -> None:
    written = {"targets.md"}
    for command, arguments in SIZES["full"]:
        words = arguments.split()
        asked = dict(zip(words[::2], words[1::2], strict=True))
        size = f"{asked.get('--days')}x{asked.get('--rows')}"
        if command == "compare":
            spark = "-spark" * ("spark" in asked.get("--contenders", ""))
            kept = "-kept" * ("-lake" in asked.get("--contenders", ""))
            written |= {f"{form}-{size}{spark}{kept}.md" for form in asked.get("--formats", "json").split(",")}
        elif command != "targets":
            of_rows = [f"{of}-{asked['--rows']}.md" for of in ("scale", "space", "shares")]
            steps = [f"steps-{size}.md"] * (command == "inside")
            steps += [f"next-day-steps-{size}.md"] * (command == "next-day")
            written |= set(of_rows if command == "scale" else [f"{command}-{size}.md", *steps])
    on_pages = {name for page in PAGES for name in re.findall(r"<!-- from bench/results/(\S+) -->", page.read_text())}
    assert on_pages <= written


@pytest.mark.unit
@pytest.mark.parametrize("size", SIZES)
def test_each_part_of_the_suite_is_a_command_that_takes_its_arguments(size: str) -> None:
    for command, arguments in SIZES[size]:
        text = CliRunner().invoke(cli, [command, "--help"], catch_exceptions=False).output
        assert {word for word in arguments.split() if word.startswith("--")} <= set(text.replace("]", " ").split())
        cli.commands[command].make_context(command, arguments.split())  # raises where it does not take a value
