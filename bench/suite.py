"""All the measurements of docs/performance.md in one run, one after the other: `make bench`.

    python bench/suite.py --size full --publish

A full one takes an hour with 2 cores, ten minutes more where the landing zones are not made yet, and 35 GB of disk; leave
the machine alone meanwhile.
`--publish` puts its tables into docs/performance.md, each between the two comments that name its file; the words around
them are yours to put right.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
SIZES = {
    "quick": (
        ("bench.py", "--days 3 --rows 50000 --pairs 3 --formats json,csv,parquet"),
        ("bench.py", "--days 1 --rows 20000 --pairs 1 --contenders ours,spark,typical"),
        ("scale.py", "--days 1,2,3 --rows 50000"),
        ("daily.py", "--days 3 --rows 50000"),
        ("steps.py", "--days 3 --rows 50000"),
        ("inside.py", "--days 1 --rows 50000"),
    ),
    "full": (
        ("bench.py", "--days 30 --rows 1600000 --pairs 5"),
        ("bench.py", "--days 5 --rows 1600000 --pairs 5"),
        ("bench.py", "--days 2 --rows 1600000 --pairs 5 --formats csv,parquet"),
        ("bench.py", "--days 2 --rows 200000 --pairs 5 --contenders ours,spark,typical"),
        ("scale.py", "--days 1,5,10,20,30 --rows 1600000"),
        ("daily.py", "--days 10 --rows 1600000"),
        ("steps.py", "--days 3 --rows 1600000"),
        ("inside.py", "--days 1 --rows 1600000"),
    ),
}
"""What is measured: scripts of this folder, with their arguments. A full one writes each table of the page."""
PAGE = ROOT / "docs" / "performance.md"
_PLACE = re.compile(r"(<!-- from bench/results/(\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> int:
    """Runs the parts of a size; the exit status is that of the first that fails."""
    parser = argparse.ArgumentParser(description="All measurements, one after the other.")
    parser.add_argument("--size", choices=SIZES, default="quick")
    parser.add_argument("--publish", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--scratch", type=Path, default=ROOT / ".bench")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    asked = parser.parse_args()
    if asked.publish and asked.size != "full":
        parser.error("--publish goes with --size full: the page shows real sizes")
    for script, arguments in SIZES[asked.size]:
        if "spark" in arguments and not has_java():
            print(f"{script} {arguments}: left out, since Apache Spark needs Java 17", flush=True)
            continue
        print(f"\n== {script} {arguments}", flush=True)
        places = ["--scratch", str(asked.scratch), "--results", str(asked.results)]
        status = subprocess.run(
            [sys.executable, str(HERE / script), *arguments.split(), *places], check=False
        ).returncode
        if status:
            return status
    if asked.publish:
        PAGE.write_text(published(PAGE.read_text(encoding="utf-8"), asked.results), encoding="utf-8")
    return 0


def has_java() -> bool:
    """Whether Apache Spark can run here."""
    return bool(os.environ.get("JAVA_HOME") or shutil.which("java"))


def published(page: str, results: Path) -> str:
    """The page with each table as its file now holds it."""

    def table(place: re.Match[str]) -> str:
        text = (results / place[2]).read_text(encoding="utf-8").strip()
        return f"{place[1]}\n{text}\n\n{place[3]}"

    return _PLACE.sub(table, page)


if __name__ == "__main__":
    sys.exit(main())
