"""All the measurements of docs/performance.md, one after the other: `make bench`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.errors import ProcessFailed
from bench.files import ROOT

SIZES = {
    "quick": (
        ("compare", "--days 3 --rows 50000 --pairs 3 --formats json,csv,parquet"),
        ("compare", "--days 3 --rows 50000 --pairs 1 --contenders ours,duckdb-lake,polars-lake"),
        ("compare", "--days 1 --rows 20000 --pairs 1 --contenders ours,spark,typical"),
        ("scale", "--days 1,2,3 --rows 50000"),
        ("latency", "--days 3 --rows 50000"),
        ("next-day", "--days 5 --rows 50000 --pairs 1"),
        ("inside", "--days 1 --rows 50000"),
    ),
    "full": (
        (
            "compare",
            "--days 30 --rows 400000 --pairs 5 --contenders ours,duckdb,polars,duckdb-lake,polars-lake",
        ),
        ("next-day", "--days 30 --rows 400000 --pairs 5"),
        ("next-day", "--days 5 --rows 400000 --pairs 5 --contenders ours"),
        ("latency", "--days 10 --rows 400000 --times 3"),
        ("latency", "--days 2 --rows 2000 --times 5"),
        ("compare", "--days 2 --rows 200000 --pairs 5 --contenders ours,spark,typical"),
        ("compare", "--days 2 --rows 1600000 --pairs 5 --contenders ours,duckdb,polars,duckdb-lake,polars-lake"),
        ("compare", "--days 2 --rows 1600000 --pairs 5 --formats csv,parquet"),
        ("scale", "--days 1,5,30 --rows 1600000"),
        ("inside", "--days 30 --rows 400000"),
        ("inside", "--days 1 --rows 1600000"),
        ("targets", ""),
    ),
}
"""What is measured: commands of `python -m bench` with their arguments. A full suite writes each table of the page."""


def run_suite(size: str, scratch: Path, results: Path) -> None:
    """Runs the measurements of a size, each in a fresh process.

    Raises ProcessFailed at the first that fails.
    """
    for command, arguments in SIZES[size]:
        if "spark" in arguments and not has_java():
            print(f"{command} {arguments}: left out, since Apache Spark needs Java 17", flush=True)
            continue
        print(f"\n== {command} {arguments}", flush=True)
        words = [command, *arguments.split(), "--scratch", str(scratch), "--results", str(results)]
        status = subprocess.run([sys.executable, "-m", "bench", *words], cwd=ROOT, check=False).returncode
        if status:
            raise ProcessFailed(f"python -m bench {command} {arguments} ended with status {status}.")


def has_java() -> bool:
    """Whether Apache Spark can run here."""
    return bool(os.environ.get("JAVA_HOME") or shutil.which("java"))
