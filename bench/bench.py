"""The benchmark: whole fresh processes over the same landed files, in alternating order; equal results before any time.

    python bench/bench.py --contenders ours,duckdb --formats json,csv --days 3 --rows 400000 --pairs 5

Tables go to bench/results as Markdown, JSON and a picture, and to the terminal.
"""

import argparse
import os
import platform
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from contenders import CONTENDERS, ROOT, Contender
from equality import NotEqual, require_equal
from measure import Failed, Measure, measure
from report import Conditions, as_chart, as_json, as_markdown, summaries
from zones import landed


def main() -> int:
    """Runs what the arguments ask for; the exit status."""
    asked = arguments()
    for form in asked.formats.split(","):
        landing = landed(asked.scratch, form, asked.days, asked.rows)
        contenders = [CONTENDERS[name] for name in asked.contenders.split(",")]
        try:
            measures = rounds(contenders, landing, asked.scratch, asked.pairs)
        except (Failed, NotEqual) as problem:
            print(problem, file=sys.stderr)
            return 1
        conditions = conditions_of(form, asked.days, asked.rows, landing)
        found = summaries(measures, conditions)
        table = as_markdown(conditions, found)
        asked.results.mkdir(parents=True, exist_ok=True)
        spark = "-spark" if any(contender.name == "spark" for contender in contenders) else ""
        name = f"{form}-{asked.days}x{asked.rows}{spark}"
        (asked.results / f"{name}.md").write_text(table, encoding="utf-8")
        (asked.results / f"{name}.svg").write_text(as_chart(conditions, found), encoding="utf-8")
        (asked.results / f"{name}.json").write_text(as_json(conditions, measures), encoding="utf-8")
        print(f"\n{table}")
    return 0


def arguments() -> argparse.Namespace:
    """The arguments; what a size leaves open is filled in from it."""
    parser = argparse.ArgumentParser(description="Measures this project beside what people would write by hand.")
    parser.add_argument(
        "--contenders", default="ours,duckdb,polars", help=f"of {', '.join(CONTENDERS)}; ours comes first"
    )
    parser.add_argument("--formats", default="json", help="of json, csv, parquet: the form of the content log")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--rows", type=int, default=50_000, help="content rows a day; a twentieth as many searches")
    parser.add_argument(
        "--pairs", type=int, default=3, help="rounds: each contender once in each, every second one in reverse order"
    )
    parser.add_argument(
        "--scratch", type=Path, default=ROOT / ".bench", help="landed files and lakes; kept: the landed files"
    )
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    asked = parser.parse_args()
    names = asked.contenders.split(",")
    unknown = sorted({*names} - {*CONTENDERS})
    if unknown or names[0] != "ours" or len(set(names)) < len(names):
        parser.error(
            f"--contenders begins with ours and goes on with {', '.join([*CONTENDERS][1:])}, each once at most"
        )
    asked.scratch = asked.scratch.resolve()
    return asked


def rounds(contenders: list[Contender], landing: Path, scratch: Path, count: int) -> dict[Contender, list[Measure]]:
    """All measures. In the first round each contender's tables are compared with the project's.

    Raises Failed where a process fails, NotEqual where tables differ.
    """
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
                require_equal(reference, out / "tables")
            shutil.rmtree(out)
        if place == 0:
            shutil.rmtree(reference)
            compared = [contender.title for contender in contenders[1:] if contender.is_equal]
            if compared:
                print(f"final tables are equal, row for row: {', '.join(compared)}", flush=True)
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
    packages = ("duckdb", "polars", "pysail", "pyspark", "deltalake", "dagster")
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return Conditions(
        form=form,
        days=days,
        rows_a_day=rows,
        landed_bytes=sum(path.stat().st_size for path in files),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=int(memory.split()[1]) * 1024,
        python=platform.python_version(),
        packages={name: version(name) for name in packages},
    )


if __name__ == "__main__":
    sys.exit(main())
