"""The rivals of the benchmark give this project's final tables, and the comparison would notice if they did not."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bench.compare.equality import KEYS, read_table, require_equal
from bench.errors import NotEqual
from bench.files import ROOT
from bench.rivals.duckdb_month.tables import FINAL
from c360_sample import write_sample

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def landing(tmp_path_factory):
    """Two days over the end of a month of 31 days, the second as CSV, with all their dirt, and enough searches for demand."""
    root = tmp_path_factory.mktemp("landing")
    write_sample(root, date(2022, 5, 31), days=1, rows=8_000, seed=7)
    write_sample(root, date(2022, 6, 1), days=1, rows=8_000, seed=7, format="csv", search_format="csv")
    return root


@pytest.fixture(scope="module")
def lake(landing, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    places = {"C360_LANDING": str(landing), "C360_LAKE": str(home / "lake"), "DAGSTER_HOME": str(home / "dagster")}
    run([str(Path(sys.executable).with_name("c360")), "run"], places)
    return home / "lake"


def run(command, more=None):
    done = subprocess.run(command, env={**os.environ, **(more or {})}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow  # three programs over two days of many rows
@pytest.mark.parametrize("rival", ["duckdb", "polars"])
def test_a_rival_gives_the_same_final_tables(rival, landing, lake, tmp_path):
    run([sys.executable, "-m", f"bench.rivals.{rival}_month", str(landing), str(tmp_path)], {"PYTHONPATH": str(ROOT)})
    rows = require_equal(lake, tmp_path)
    assert all(rows.values()), rows


def test_the_tables_compared_are_those_that_a_rival_makes():
    assert {*KEYS} == {*FINAL}


def saved(frame, folder):
    folder.mkdir()
    for name in KEYS:
        pl.DataFrame({part: ["A"] for part in KEYS[name]}).write_parquet(folder / f"{name}.parquet")
    frame.write_parquet(folder / "customer360.parquet")
    return folder


KNOWN = pl.DataFrame(
    {"month": [1, 1, 1], "customer_id": ["a", "b", "c"], "lift": [0.3, None, 2.0], "taste": ["tv", None, "kids"]}
)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (KNOWN.with_columns(lift=pl.Series([0.3000001, None, 2.0])), "customer360.lift: 1 of 3"),
        (KNOWN.with_columns(lift=pl.Series([0.3, 0.0, 2.0])), "customer360.lift: 1 of 3"),
        (KNOWN.with_columns(taste=pl.Series(["tv", "", "kids"])), "customer360.taste: 1 of 3"),
        (KNOWN.with_columns(lift=pl.Series(["0.3", None, "2.0"])), "customer360.lift: Float64 expected"),
        (KNOWN.head(2), "3 rows expected, 2 found; missing"),
        (KNOWN.drop("taste"), "taste"),
    ],
)
def test_tables_that_differ_are_named(changed, message, tmp_path):
    with pytest.raises(NotEqual, match=message):
        require_equal(saved(KNOWN, tmp_path / "ours"), saved(changed, tmp_path / "other"))


def test_equal_tables_are_equal_in_any_order_and_but_for_rounding(tmp_path):
    other = KNOWN.with_columns(lift=pl.Series([0.1 + 0.2, None, 2.0])).reverse()
    assert require_equal(saved(KNOWN, tmp_path / "ours"), saved(other, tmp_path / "other"))["customer360"] == 3
    assert read_table(tmp_path / "ours", "customer360").height == 3
