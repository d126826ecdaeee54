"""The tables in the lake are what their contracts say, to any reader; and the definitions say it to Dagster."""

from functools import cache

import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable

from c360_assets.definitions import defs
from c360_assets.tables import TABLES
from tests.model.tables import COLUMNS, KEYS
from tests.support.homes import Home
from tests.support.reading import frame

pytestmark = pytest.mark.engine

DELTA_TYPES = {
    "s": "string",
    "i": "long",
    "n": "integer",
    "d": "double",
    "D": "date",
    "T": "timestamp",
    "b": "boolean",
}
POLARS_TYPES = {
    "s": pl.String,
    "i": pl.Int64,
    "n": pl.Int32,
    "d": pl.Float64,
    "D": pl.Date,
    "T": pl.Datetime("us", "UTC"),
    "b": pl.Boolean,
}
DUCKDB_TYPES = {
    "s": "VARCHAR",
    "i": "BIGINT",
    "n": "INTEGER",
    "d": "DOUBLE",
    "D": "DATE",
    "T": "TIMESTAMP WITH TIME ZONE",
    "b": "BOOLEAN",
}

each_table = pytest.mark.parametrize("table", COLUMNS)


@cache
def _graph():
    return defs().resolve_asset_graph()


def partition_columns(table: str) -> list[str]:
    """The column that a table is partitioned by: the contract's first where it is a day or a month."""
    first = next(iter(COLUMNS[table]))
    return [first] if first in ("log_date", "month") else []


def test_there_are_the_tables_of_the_contract() -> None:
    assert set(TABLES) == set(COLUMNS)


@each_table
def test_the_delta_table_has_the_columns_of_the_contract(dirty_home: Home, table: str) -> None:
    schema = DeltaTable(str(dirty_home.lake / table)).schema()
    found = {field.name: f"{field.type.type}{'?' if field.nullable else ''}" for field in schema.fields}
    expected = {name: DELTA_TYPES[kind[0]] + kind[1:] for name, kind in COLUMNS[table].items()}
    assert found == expected


@each_table
def test_the_delta_table_is_partitioned_as_the_contract_says(dirty_home: Home, table: str) -> None:
    assert DeltaTable(str(dirty_home.lake / table)).metadata().partition_columns == partition_columns(table)


@each_table
def test_the_delta_table_explains_itself(dirty_home: Home, table: str) -> None:
    delta = DeltaTable(str(dirty_home.lake / table))
    assert delta.metadata().name == table
    assert delta.metadata().description == TABLES[table].doc
    comments = {field.name: field.metadata.get("comment") for field in delta.schema().fields}
    assert comments == {column.name: column.doc for column in TABLES[table].all_columns}
    assert all(comments.values())


@each_table
def test_polars_opens_the_table(dirty_home: Home, table: str) -> None:
    rows = pl.scan_delta(str(dirty_home.lake / table))
    expected = {name: POLARS_TYPES[kind[0]] for name, kind in COLUMNS[table].items()}
    assert dict(rows.collect_schema()) == expected
    assert rows.collect().height > 0


@each_table
def test_duckdb_opens_the_table(dirty_home: Home, table: str) -> None:
    """Through Arrow: DuckDB's own reader is an extension that has to be downloaded."""
    rows = frame(dirty_home.lake, table).to_arrow()
    with duckdb.connect() as connection:
        connection.register("opened", rows)
        found = {name: kind for name, kind, *_ in connection.execute("DESCRIBE opened").fetchall()}
        counted = connection.execute("SELECT count(*) FROM opened").fetchall()
    assert found == {name: DUCKDB_TYPES[kind[0]] for name, kind in COLUMNS[table].items()}
    assert counted == [(rows.num_rows,)]


@each_table
def test_no_null_where_none_may_be(dirty_home: Home, table: str) -> None:
    required = [name for name, kind in COLUMNS[table].items() if not kind.endswith("?")]
    nulls = frame(dirty_home.lake, table).select(required).null_count()
    assert nulls.transpose().to_series().sum() == 0


@pytest.mark.parametrize("table", [table for table, key in KEYS.items() if key])
def test_the_key_is_unique_within_a_partition(dirty_home: Home, table: str) -> None:
    rows = frame(dirty_home.lake, table).select(KEYS[table])
    assert rows.height == rows.unique().height
    assert tuple(dict.fromkeys((*partition_columns(table), *TABLES[table].key))) == KEYS[table]


@each_table
def test_every_asset_is_described_in_dagster(table: str) -> None:
    node = next(node for node in _graph().asset_nodes if node.key.path == [table])
    assert node.description == TABLES[table].doc
    assert node.owners == ["team:customer360"]
    assert {"delta", "pyspark"} <= set(node.kinds)
    assert node.tags["personal"] in ("true", "false")
    shown = node.metadata["dagster/column_schema"]
    assert [(column.name, column.type, column.constraints.nullable) for column in shown.columns] == [
        (column.name, column.type, column.nullable) for column in TABLES[table].all_columns
    ]
    assert all(column.description for column in shown.columns)


@each_table
def test_lineage_names_columns_that_exist_in_what_the_table_is_made_from(table: str) -> None:
    sources = {read.table.name for read in TABLES[table].inputs}
    for column in TABLES[table].columns:
        for source in column.of:
            parent, name = source.split(".", 1)
            assert parent in sources
            assert name in COLUMNS[parent]


def test_personal_columns_are_marked() -> None:
    """Who it is, by whatever name, is marked in every table; and so is what was typed, before it is masked."""
    names = {"contract", "user_id", "customer_id", "mac", "unparsed"}
    typed = {("raw_search", "keyword"), ("quarantine_search", "keyword")}
    unmarked = [
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.columns
        if (column.name in names or (table.name, column.name) in typed) and not column.personal
    ]
    assert unmarked == []
