"""The rows of SQLite are searched within bounds, those of the landing zone for numbers as well."""

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from c360_assets.privacy.proof.byte_scan import ByteScanner, Scan
from c360_assets.privacy.subjects import suppression_of

pytestmark = pytest.mark.unit

CONTRACT, USER = "HNH579912", "1663864"
LINE = f"2022-04-01 {CONTRACT} Nguyen Van A\n".encode()
BOTH = pytest.mark.parametrize("every_word", [False, True], ids=["own", "landed"])


def scanned(folder: Path, every_word: bool) -> Scan:
    scan = Scan()
    ByteScanner(suppression_of([("contract", CONTRACT), ("user", USER)]), every_word).scan(str(folder), scan)
    return scan


def database(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())
        connection.commit()


def test_numbers_in_landed_rows_of_sqlite_are_found(tmp_path: Path) -> None:
    database(tmp_path / "a.db", "create table t (user_id integer)", "insert into t values (?)", values=(int(USER),))
    database(tmp_path / "b.db", "create table t (user_id real)", "insert into t values (?)", values=(float(USER),))
    database(tmp_path / "c.db", "create table t (user_id integer)", "insert into t values (16638640)")
    database(tmp_path / "d.db", "create table t (x)", "insert into t values (?)", values=(f'{{"user_id":{USER}}}',))
    scan = scanned(tmp_path, True)
    assert (scan.hits, scan.unsearched) == ({"a.db": 1, "b.db": 1, "d.db": 1}, [])


def test_values_of_sqlite_that_are_no_text_are_not_searched(tmp_path: Path) -> None:
    database(tmp_path / "a.db", "create table t (x)", "insert into t values (?)", values=(zlib.compress(LINE),))
    database(tmp_path / "b.db", "create table t (x)", "insert into t values (?)", values=(LINE,))
    scan = scanned(tmp_path, True)
    assert (scan.hits, scan.unsearched) == ({"b.db": 1}, ["a.db"])


@BOTH
def test_a_value_that_sqlite_would_compute_is_not_computed(every_word: bool, tmp_path: Path) -> None:
    large = "alter table t add column x blob generated always as (zeroblob(2000000000)) virtual"
    database(tmp_path / "a.db", "create table t (id)", "insert into t values (?)", large, values=(CONTRACT,))
    scan = scanned(tmp_path, every_word)
    assert (scan.hits, scan.unsearched) == ({"a.db": 1}, [])


@BOTH
def test_a_value_of_sqlite_that_is_too_long_is_not_searched(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c360_assets.privacy.proof.sqlite_texts._LONGEST_VALUE", 10_000, raising=False)
    database(tmp_path / "a.db", "create table t (x)", "insert into t values (?)", values=("x" * 20_000,))
    assert scanned(tmp_path, every_word).unsearched == ["a.db"]


@BOTH
def test_sqlite_with_more_than_its_file_has_room_for_is_not_searched(
    every_word: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c360_assets.privacy.proof.sqlite_texts._LONGEST_VALUE", 10_000, raising=False)
    rows = "with recursive n(x) as (select 1 union all select x + 1 from n limit 1000) insert into t select x from n"
    default = f"alter table t add column y default '{'x' * 5000}'"
    database(tmp_path / "a.db", "create table t (x)", rows, default)
    assert scanned(tmp_path, every_word).unsearched == ["a.db"]


@BOTH
def test_definitions_have_a_limit(every_word: bool, tmp_path: Path) -> None:
    """SQLite takes all of them into memory when a database is opened."""
    for name, count in (("few", 500), ("many", 2000)):
        views = [f"create view v{number} as select 1" for number in range(count)]
        database(tmp_path / f"{name}.db", "pragma synchronous = off", "begin", *views)
    database(tmp_path / "long.db", f"create view v as select 1 /* {'x' * 50_000} */")
    database(tmp_path / "short.db", f"create view v as select 1 /* {'x ' * 1000} {CONTRACT} */")
    scan = scanned(tmp_path, every_word)
    assert ([*scan.hits], sorted(scan.unsearched)) == (["short.db"], ["long.db", "many.db"])
