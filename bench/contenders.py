"""Who takes part: for each, the command of a whole fresh process."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.files import ROOT


@dataclass(frozen=True)
class Contender:
    """`is_equal`: whether its final tables must equal the project's; all others too where it `keeps_records`."""

    name: str
    title: str
    command: Callable[[Path, Path], list[str]]
    is_equal: bool = True
    keeps_records: bool = False
    engine: str | None = None

    def environment(self, landing: Path, out: Path, home: Path) -> dict[str, str]:
        """The environment of its process, without what concerns Dagster in the benchmark's own."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("DAGSTER")}
        own = {"C360_LANDING": str(landing), "C360_LAKE": str(out), "DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT)}
        return {**inherited, **own, **({"C360_ENGINE": self.engine} if self.engine else {})}


def _c360(landing: Path, out: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("c360")), "run"]


def _rival(name: str) -> Callable[[Path, Path], list[str]]:
    return lambda landing, out: [sys.executable, "-m", f"bench.rivals.{name}", str(landing), str(out)]


CONTENDERS = {
    contender.name: contender
    for contender in (
        Contender("ours", "this project, Sail", _c360, engine="sail"),
        Contender("duckdb", "DuckDB script", _rival("duckdb_month")),
        Contender("polars", "Polars script", _rival("polars_month")),
        Contender("duckdb-lake", "DuckDB script that keeps every record", _rival("duckdb_lake"), keeps_records=True),
        Contender("polars-lake", "Polars script that keeps every record", _rival("polars_lake"), keeps_records=True),
        Contender("spark", "this project, Apache Spark", _c360, engine="spark"),
        Contender("typical", "typical PySpark script", _rival("typical_pyspark"), is_equal=False),
    )
}
