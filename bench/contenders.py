"""Who takes part: for each, the command of a whole fresh process."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent


@dataclass(frozen=True)
class Contender:
    """`is_equal`: whether its final tables must equal the project's."""

    name: str
    title: str
    command: Callable[[Path, Path], list[str]]
    is_equal: bool = True
    engine: str | None = None

    def environment(self, landing: Path, out: Path, home: Path) -> dict[str, str]:
        """The environment of its process: nothing that an earlier run left is there."""
        of_bench = {key: value for key, value in os.environ.items() if not key.startswith("DAGSTER")}
        more = {"C360_LANDING": str(landing), "C360_LAKE": str(out), "DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT)}
        return {**of_bench, **more, **({"C360_ENGINE": self.engine} if self.engine else {})}


def _c360(landing: Path, out: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("c360")), "run"]


def _script(name: str) -> Callable[[Path, Path], list[str]]:
    return lambda landing, out: [sys.executable, str(HERE / name), str(landing), str(out)]


CONTENDERS = {
    contender.name: contender
    for contender in (
        Contender("ours", "this project, Sail", _c360, engine="sail"),
        Contender("duckdb", "DuckDB script", _script("rivals/duckdb_month.py")),
        Contender("polars", "Polars script", _script("rivals/polars_month.py")),
        Contender("spark", "this project, Apache Spark", _c360, engine="spark"),
        Contender("typical", "typical PySpark script", _script("typical_pyspark.py"), is_equal=False),
    )
}
