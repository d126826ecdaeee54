"""Runs the contenders in alternating order, and keeps what was measured."""

import os
import platform
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.compare.equality import require_equal
from bench.compare.report import Conditions, as_chart, as_json, as_markdown, summaries
from bench.contenders import Contender
from bench.files import write, write_table
from bench.measure import Measure, measure
from bench.zones import landed

PACKAGES = ("duckdb", "polars", "pysail", "pyspark", "deltalake", "dagster")
"""Whose versions a report names."""


def compare(
    contenders: Sequence[Contender], form: str, days: int, rows: int, pairs: int, scratch: Path, results: Path
) -> None:
    """Measures the contenders over one landing zone, and writes the tables and the picture.

    Raises ProcessFailed where a process fails, NotEqual where tables differ.
    """
    landing = landed(scratch, form, days, rows)
    measures = rounds(contenders, landing, scratch, pairs)
    conditions = conditions_of(form, days, rows, landing)
    found = summaries(measures, conditions)
    spark = "-spark" if any(contender.name == "spark" for contender in contenders) else ""
    kept = "-kept" if any(contender.keeps_records for contender in contenders) else ""
    name = f"{form}-{days}x{rows}{spark}{kept}"
    write(results / f"{name}.svg", as_chart(conditions, found))
    write(results / f"{name}.json", as_json(conditions, measures))
    write_table(results / f"{name}.md", as_markdown(conditions, found))


def rounds(contenders: Sequence[Contender], landing: Path, scratch: Path, count: int) -> dict[Contender, list[Measure]]:
    """All measures. In the first round each contender's tables are compared with the project's."""
    measures: dict[Contender, list[Measure]] = {contender: [] for contender in contenders}
    reference = scratch / "reference"
    shutil.rmtree(reference, ignore_errors=True)
    for place in range(count):
        for contender in contenders if place % 2 == 0 else reversed(contenders):
            out = scratch / "run"
            measures[contender].append(one_run(contender, landing, out))
            print(f"round {place + 1} of {count}: {contender.title} done", flush=True)
            if place == 0 and contender.name == "ours":
                (out / "tables").rename(reference)
            elif place == 0 and contender.is_equal:
                require_equal(reference, out / "tables", contender.keeps_records)
            shutil.rmtree(out)
        if place == 0:
            shutil.rmtree(reference)
            for which, keeps in (("final", False), ("all", True)):
                compared = [one.title for one in contenders[1:] if one.is_equal and one.keeps_records is keeps]
                if compared:
                    print(f"{which} tables are equal, row for row: {', '.join(compared)}", flush=True)
    return measures


def one_run(contender: Contender, landing: Path, out: Path) -> Measure:
    """A fresh process with nothing made before it."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    tables = out / "tables"
    environment = contender.environment(landing, tables, out / "home")
    return measure(contender.command(landing, tables), environment, out / "log.txt")


def conditions_of(form: str, days: int, rows: int, landing: Path) -> Conditions:
    """What was measured on what."""
    files = [path for path in landing.rglob("*") if path.is_file()]
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return Conditions(
        form=form,
        days=days,
        rows_a_day=rows,
        landed_bytes=sum(path.stat().st_size for path in files),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=int(memory.split()[1]) * 1024,
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
    )
