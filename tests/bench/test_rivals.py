"""The rivals of the benchmark give this project's final tables, and the comparison would notice if they did not."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from bench.compare.equality import KEPT, KEYS, read_table, require_equal
from bench.contenders import CONTENDERS
from bench.errors import NotEqual
from bench.files import ROOT
from bench.rivals import contract_rules
from bench.rivals.duckdb_lake.checks import check, prepare_checks
from bench.rivals.duckdb_month.tables import FINAL
from bench.rivals.polars_lake.checks import check as check_frame
from bench.zones import Folders
from c360_assets.tables import TABLES
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


@pytest.mark.slow
@pytest.mark.parametrize("rival", ["duckdb", "polars"])
def test_a_script_that_keeps_every_record_adds_a_day_and_gives_all_tables(rival, landing, lake, tmp_path):
    folders = Folders(tmp_path / "landing", tmp_path / "lake", tmp_path, CONTENDERS[f"{rival}-lake"])
    folders.land(landing, 1)
    run(folders.run, folders.environment)
    before = {path: path.read_bytes() for path in folders.lake.glob("*/log_date=2022-05-31/*")}
    times = {path: path.stat().st_mtime_ns for path in before}
    assert {path.parent.parent.name for path in before} == {name for name in KEPT if TABLES[name].unit == "day"}
    folders.land(landing, 2)
    run(folders.run, folders.environment)
    assert {path: path.stat().st_mtime_ns for path in before} == times
    rows = require_equal(lake, folders.lake, keeps_records=True)
    assert {*rows} == {*TABLES}
    assert all(rows.values()), rows
    shutil.rmtree(folders.lake / "rfm")  # as where a run was stopped before the months
    (folders.lake / "_months_complete").unlink()
    run(folders.run, folders.environment)
    assert require_equal(lake, folders.lake)["rfm"] == rows["rfm"]


@pytest.mark.slow
def test_records_that_differ_are_noticed_on_their_day(landing, lake, tmp_path):
    copy = tmp_path / "lake"
    for name in KEPT:
        frame = read_table(lake, name)
        (copy / name).mkdir(parents=True)
        if TABLES[name].unit is None:
            frame.write_parquet(copy / name / "rows.parquet")
        for (day,), rows in frame.group_by("log_date") if TABLES[name].unit else ():
            (copy / name / f"log_date={day}").mkdir()
            rows.drop("log_date").write_parquet(copy / name / f"log_date={day}" / "rows.parquet")
    for name in KEYS:
        (copy / name).symlink_to(lake / name)
    assert require_equal(lake, copy, keeps_records=True)["raw_content"] > 16_000
    rows = copy / "raw_content" / "log_date=2022-06-01" / "rows.parquet"
    frame = pl.read_parquet(rows)
    frame.with_columns(
        app_name=pl.when(pl.int_range(pl.len()) == 7).then(pl.lit("X")).otherwise("app_name")
    ).write_parquet(rows)
    with pytest.raises(NotEqual, match="raw_content"):
        require_equal(lake, copy, keeps_records=True)
    shutil.rmtree(rows.parent)
    with pytest.raises(NotEqual, match=r"raw_content: days .*2022, 6, 1"):
        require_equal(lake, copy, keeps_records=True)


def test_the_rules_that_rivals_check_are_those_of_the_contracts():
    assert contract_rules.FILE.read_text(encoding="utf-8") == contract_rules.as_json()


@pytest.mark.parametrize("rival", ["duckdb_month", "polars_month", "duckdb_lake", "polars_lake"])
def test_a_rival_starts_without_what_it_does_not_need(rival):
    loaded = f"import sys, bench.rivals.{rival}.__main__; print(*{{'dagster', 'pyspark', 'pandas'}} & {{*sys.modules}})"
    command = [sys.executable, "-c", loaded]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


CLEAN_ROW = {"contract": "ABC123456", "mac": "0A1B2C3D4E5F", "app_name": "VOD", "category": "movies", "seconds": 5}
CLEAN_ROW |= {"capped_seconds": 0, "source_rows": 1}


def duckdb_check(rows):
    con = duckdb.connect()
    prepare_checks(con)
    con.register("rows", rows.to_arrow())
    check(con, "clean_content", "rows")


def polars_check(rows):
    check_frame("clean_content", rows)


@pytest.mark.parametrize("ends", [duckdb_check, polars_check])
@pytest.mark.parametrize(
    "rows",
    [
        [CLEAN_ROW, CLEAN_ROW],
        [{**CLEAN_ROW, "mac": "0a1b2c3d4e5f"}],
        [{**CLEAN_ROW, "app_name": None}],
        [{**CLEAN_ROW, "category": "films"}],
        [{**CLEAN_ROW, "seconds": -1}],
    ],
)
def test_a_script_that_keeps_records_ends_where_they_break_a_rule(ends, rows):
    schema = pl.DataFrame([CLEAN_ROW]).schema
    ends(pl.DataFrame([CLEAN_ROW, {**CLEAN_ROW, "mac": None}], schema=schema))
    with pytest.raises(SystemExit, match="clean_content"):
        ends(pl.DataFrame(rows, schema=schema))


NAN = float("nan")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("device_months", {"first_watched": date(2022, 6, 2)}),
        ("device_months", {"last_watched": date(2022, 6, 2)}),
        ("device_months", {"first_watched": date(2022, 5, 1)}),
        ("retention", {"months_since": 2}),
        ("retention", {"retained": NAN}),
        ("customer360", {"recency_days": 9}),
        ("customer360", {"customer_id": "user:1"}),
        ("customer360", {"as_of": date(2022, 7, 1)}),
        ("rfm", {"rfm": "000"}),
        ("search_trends", {"trending_type": "changed", "previous": "none"}),
    ],
)
def test_rules_that_each_engine_writes_its_own_way_are_noticed(table, changes, lake):
    row = read_table(lake, table).filter(pl.col("month") == date(2022, 6, 1)).head(1)
    spoiled = row.with_columns(pl.lit(value).cast(row.schema[name]).alias(name) for name, value in changes.items())
    con = duckdb.connect()
    prepare_checks(con)
    for name, rows in (("good", row), ("bad", spoiled)):
        con.register(name, rows.to_arrow())
    check(con, table, "good")
    check_frame(table, row)
    with pytest.raises(SystemExit, match=table):
        check(con, table, "bad")
    with pytest.raises(SystemExit, match=table):
        check_frame(table, spoiled)


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
