"""Views of tables whose files differ, and of lakes without any. Starts no engine."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from c360_assets.contracts.table import ColumnSpec, TableSpec
from c360_assets.query.views import open_lake
from resources.errors import QueryFailed

pytestmark = pytest.mark.unit

TABLE = TableSpec(
    "things",
    "Things that don't matter.",
    group="landing",
    unit="month",
    key=("name",),
    columns=(ColumnSpec("name", "string", "It's a name"), ColumnSpec("late", "bigint", "Came later", nullable=True)),
)


def test_a_column_that_came_later_is_null_before(tmp_path: Path) -> None:
    rows = pl.DataFrame({"month": [date(2022, 4, 1)], "name": ["a"]})
    rows.write_delta(tmp_path / "things", delta_write_options={"partition_by": ["month"]})
    later = rows.with_columns(pl.lit(date(2022, 5, 1)).alias("month"), pl.lit(1).alias("late"))
    options = {"schema_mode": "merge", "partition_by": ["month"]}
    later.write_delta(tmp_path / "things", mode="append", delta_write_options=options)
    with open_lake(str(tmp_path), {"things": TABLE}, str(tmp_path / "scratch")) as connection:
        found = connection.execute("SELECT month, name, late FROM things ORDER BY month").fetchall()
        comments = connection.execute("SELECT comment FROM duckdb_columns() WHERE column_name = 'name'").fetchall()
    assert found == [(date(2022, 4, 1), "a", None), (date(2022, 5, 1), "a", 1)]
    assert ("It's a name",) in comments


def test_a_table_without_rows_is_an_empty_view(tmp_path: Path) -> None:
    rows = pl.DataFrame({"month": [date(2022, 4, 1)], "name": ["a"]}).clear()
    rows.write_delta(tmp_path / "things", delta_write_options={"partition_by": ["month"]})
    with open_lake(str(tmp_path), {"things": TABLE}, str(tmp_path / "scratch")) as connection:
        assert connection.execute("SELECT count(*) FROM things").fetchall() == [(0,)]


def test_a_lake_without_tables_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QueryFailed, match="The lake holds no tables yet"):
        open_lake(str(tmp_path), {"things": TABLE}, str(tmp_path / "scratch"))
