"""`c360 sql` reads tables of the lake and nothing else, and writes nothing."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from c360_assets.query.reader import LakeReader, lake_reader
from c360_assets.query.views import open_lake
from c360_assets.tables import TABLES
from resources.errors import QueryNotUnderstood
from tests.support.homes import Home

pytestmark = pytest.mark.engine

READS = [
    "SHOW TABLES", "DESCRIBE taste", "SUMMARIZE taste", "EXPLAIN FROM taste", "EXPLAIN ANALYZE FROM taste",
    "EXPLAIN (ANALYZE, FORMAT json) FROM taste", "VALUES (1)", "TABLE taste", "WITH a AS (SELECT 1) FROM a",
    "PIVOT taste ON taste IN ('tv') USING count(*)",
]  # fmt: skip
INSIDE = [
    "DROP VIEW taste", "CREATE OR REPLACE VIEW taste AS SELECT 1", "CREATE TABLE x AS FROM taste", "CREATE MACRO m() AS 1",
    "INSERT INTO taste VALUES (1)", "UPDATE taste SET taste = 'x'", "DELETE FROM taste", "TRUNCATE taste", "BEGIN",
    "ALTER VIEW taste RENAME TO x", "PREPARE p AS SELECT 1", "EXPLAIN ANALYZE DROP VIEW taste", "SELECT 1; DROP VIEW taste",
    "EXPLAIN /* */ ANALYZE DROP VIEW taste", "PRAGMA enable_logging", "SET TimeZone = 'Asia/Tokyo'",
    "COMMENT ON VIEW taste IS ''", "CALL enable_logging()",
]  # fmt: skip
"""What would change the database in memory only."""
OUTSIDE = [
    "COPY taste TO '{out}'", "COPY taste FROM '{theirs}'", "COPY (SELECT 1) TO '{out}' (FORMAT parquet)",
    "EXPORT DATABASE '{out}'", "IMPORT DATABASE '{out}'", "ATTACH '{out}'", "ATTACH '{out}' AS x (TYPE sqlite)",
    "INSTALL httpfs", "LOAD httpfs", "FORCE INSTALL json FROM community", "LOAD '{theirs}'",
    "SET enable_external_access = true", "SET lock_configuration = false", "RESET enable_external_access",
    "SET temp_directory = '{out}'", "SET allowed_directories = ['/']", "SET python_enable_replacements = true",
    "FROM read_csv('{theirs}')", "FROM '{theirs}'", "FROM read_text('{theirs}')", "FROM read_blob('{theirs}')",
    "FROM read_json('{theirs}')", "FROM read_parquet('{lake}/taste/**/*.parquet')", "FROM glob('{lake}/*')",
    "FROM parquet_metadata('{lake}/taste/*/*.parquet')", "FROM sniff_csv('{theirs}')", "FROM delta_scan('{lake}/taste')",
    "FROM read_csv('https://example.com/x.csv')", "FROM 's3://bucket/x.parquet'", "FROM sqlite_scan('{theirs}', 't')",
    "FROM duckdb_secrets()", "FROM query('COPY taste TO ''{out}''')", "FROM secret_frame",
]  # fmt: skip
"""What would touch files, the network, other databases or the settings that forbid it."""


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, and when it was changed."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def written_out(statement: str, home: Home, tmp_path: Path) -> str:
    """A statement with the paths of this test."""
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("secret\n1\n")
    return statement.format(out=tmp_path / "out", theirs=theirs, lake=home.lake)


@pytest.mark.parametrize("statement", READS)
def test_what_reads_is_run(sql, statement: str) -> None:
    done = sql("-c", statement)
    assert (done.status, done.err) == (0, "")
    assert done.out


@pytest.fixture(scope="module")
def reader(made_once: Home) -> Iterator[LakeReader]:
    """The lake as the command opens it."""
    with lake_reader(str(made_once.lake), TABLES) as opened:
        yield opened


@pytest.mark.parametrize("statement", [*INSIDE, *OUTSIDE])
def test_what_does_more_than_read_is_one_sentence(
    reader: LakeReader, made_once: Home, tmp_path: Path, statement: str
) -> None:
    text, before = written_out(statement, made_once, tmp_path), files(made_once.lake)
    with pytest.raises(QueryNotUnderstood) as told:
        list(reader.watched(str(result.read_all()) for result in reader.run(text)))
    assert "\n" not in str(told.value)
    assert files(made_once.lake) == before
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.csv"]


@pytest.mark.parametrize("statement", ["DROP VIEW taste", "COPY taste TO '{out}'", "FROM read_csv('{theirs}')"])
def test_the_command_says_so(sql, made_once: Home, tmp_path: Path, statement: str) -> None:
    text, before = written_out(statement, made_once, tmp_path), files(made_once.lake)
    done = sql("-c", text)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("c360: ")
    assert done.err.count("\n") == 1
    assert files(made_once.lake) == before
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.csv"]


@pytest.mark.parametrize("statement", OUTSIDE)
def test_the_database_itself_is_closed(made_once: Home, tmp_path: Path, statement: str) -> None:
    """Even for a statement that slips past the check of its kind."""
    secret_frame = pl.DataFrame({"secret": [1]}).to_arrow()
    text, before = written_out(statement, made_once, tmp_path), files(made_once.lake)
    with open_lake(str(made_once.lake), {"taste": TABLES["taste"]}, str(tmp_path / "scratch")) as connection:
        with pytest.raises(duckdb.Error):
            connection.execute(text).fetchall()
        assert connection.execute("SELECT count(*) > 0 FROM taste").fetchall() == [(True,)]
    assert secret_frame.num_rows == 1
    assert files(made_once.lake) == before
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.csv"]
