"""A lake of an earlier release is brought up to date without its landed files, and then equals a new one."""

import shutil
import tarfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, Field
from deltalake.schema import PrimitiveType

from c360_assets.maintenance.migration import migrate, migrations
from c360_assets.maintenance.upkeep import upkeep
from c360_assets.tables import TABLES
from resources.errors import ContractError
from tests.model import COLUMNS, KEYS, build, differences
from tests.properties.canaries import texts_of
from tests.support.homes import REFERENCE, Home, home_at

RELEASES = Path(__file__).parent / "releases"
ALL = list(TABLES.values())


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Home]:
    """A lake that release 0.1.0 made, with what had landed."""
    with tarfile.open(RELEASES / "0.1.0.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    with home_at(tmp_path) as home:
        yield home


def migrated(home: Home) -> list[str]:
    """What was migrated."""
    reported: list[str] = []
    migrate(str(home.lake), ALL, home.first_day, reported.append)
    return reported


@pytest.mark.unit
def test_what_is_missing_is_named_and_nothing_is_changed(earlier: Home) -> None:
    found = {migration.table.name: migration for migration in migrations(str(earlier.lake), ALL)}
    assert found["raw_content"].columns == ("other_fields", "erased")
    assert not found["raw_content"].again
    assert found["ledger_content"].columns == ("erased_rows",)
    assert found["ledger_content"].again
    assert len(migrations(str(earlier.lake), ALL)) == len(found)


@pytest.mark.unit
@pytest.mark.parametrize(
    "words", [("profile", "HNH579912"), ("explain", "HNH579912"), ("profile", "HNH579912", "--json")]
)
def test_profiles_are_shown_once_it_is_done(earlier: Home, c360, words: tuple[str, ...]) -> None:
    done = c360(*words, root=earlier.root)
    assert (done.status, done.err) == (
        1,
        "c360: customer360: it lacks columns of this release: `c360 run` adds them.\n",
    )


@pytest.mark.unit
def test_days_that_would_not_be_made_again_are_kept(earlier: Home) -> None:
    versions = {table.name: DeltaTable(str(earlier.lake / table.name)).version() for table in ALL[:3]}
    earlier.first_day = date(2022, 5, 1)
    with pytest.raises(ContractError, match="Set C360_FIRST_DAY to 2022-04-01, the first month of the lake"):
        migrated(earlier)
    assert {name: DeltaTable(str(earlier.lake / name)).version() for name in versions} == versions
    assert earlier.rows("ledger_content") != []


@pytest.mark.unit
def test_added_columns_leave_the_rows_and_a_second_migration_does_nothing(earlier: Home) -> None:
    before = earlier.rows("raw_content")
    assert migrated(earlier)
    added = {"other_fields": None, "erased": None}
    assert earlier.rows("raw_content") == [row | added for row in before]
    assert earlier.rows("ledger_content") == []
    versions = {table.name: DeltaTable(str(earlier.lake / table.name)).version() for table in ALL
                if (earlier.lake / table.name).exists()}  # fmt: skip
    assert migrated(earlier) == []
    assert all(DeltaTable(str(earlier.lake / name)).version() == version for name, version in versions.items())


@pytest.mark.engine
def test_a_lake_of_an_earlier_release_needs_no_landed_files(earlier: Home) -> None:
    expected = build(earlier.landing, REFERENCE)
    for log in ("log_content", "log_search"):
        shutil.rmtree(earlier.landing / log)
        (earlier.landing / log).mkdir()
    migrated(earlier)
    assert earlier.run_directly().ok
    for table in COLUMNS:
        assert differences(expected[table], earlier.rows(table), KEYS[table]) == [], table
    assert earlier.run_directly().planned == 0


@pytest.mark.unit
def test_a_column_of_another_hand_is_refused(earlier: Home) -> None:
    migrated(earlier)
    delta = DeltaTable(str(earlier.lake / "raw_content"))
    delta.alter.add_columns([Field("note", PrimitiveType("string"))])
    with pytest.raises(ContractError, match=r"note.*restore"):
        migrations(str(earlier.lake), ALL)


@pytest.mark.unit
def test_personal_columns_leave_the_statistics(earlier: Home) -> None:
    migrated(earlier)
    for table in ALL:
        if (earlier.lake / table.name).exists():
            kept = DeltaTable(str(earlier.lake / table.name)).metadata().configuration["delta.dataSkippingStatsColumns"]
            assert not {column.name for column in table.columns if column.personal} & set(kept.split(",")), table.name


@pytest.mark.unit
def test_upkeep_takes_personal_values_out_of_the_logs(earlier: Home) -> None:
    lake = str(earlier.lake)
    migrated(earlier)
    expected = {name: sorted(map(str, earlier.rows(name))) for name in ("raw_content", "raw_search")}
    assert all(personal_in_log(earlier, name) for name in expected)
    for name in expected:
        upkeep(lake, name, TABLES[name].partition_column)
        assert personal_in_log(earlier, name), "what is younger than the retention stays"
        would = upkeep(lake, name, TABLES[name].partition_column, retention_hours=0, dry_run=True)
        assert personal_in_log(earlier, name), "a dry run changes nothing"
        done = upkeep(lake, name, TABLES[name].partition_column, retention_hours=0)
        assert personal_in_log(earlier, name) == set()
        assert would is not None
        assert done is not None
        assert 0 <= done.removed_files - would.removed_files <= 2, "its own commits, at most"
        assert sorted(map(str, earlier.rows(name))) == expected[name]
        assert upkeep(lake, name, TABLES[name].partition_column, retention_hours=0).removed_files == 0


def personal_in_log(home: Home, table: str) -> set[str]:
    """The values of personal columns that any file of a table's log holds."""
    names = [column.name for column in TABLES[table].columns if column.personal]
    values = {row[name] for row in home.rows(table) for name in names if row[name] and len(row[name]) > 5}
    log = [path for path in (home.lake / table / "_delta_log").iterdir() if path.is_file()]
    text = "".join(part for path in log for part in texts_of(path)) + "".join(
        str(pq.read_table(path).to_pylist()) for path in log if path.suffix == ".parquet"
    )
    return {value for value in values if value in text}
