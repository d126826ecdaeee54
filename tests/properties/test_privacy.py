"""No number and no address that was typed as a search is in any file of any table after raw and quarantine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from c360_assets.tables import TABLES
from tests.properties.canaries import Finder, cards, mails, phones, texts_of
from tests.support import small_landing as small
from tests.support.homes import Home, new_home

pytestmark = pytest.mark.engine

CANARIES = [*phones(), *cards(), *mails()]
DAYS = (date(2022, 4, 30), date(2022, 5, 1))
AFTER = [name for name in TABLES if not name.startswith(("raw_", "quarantine_"))]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A lake from two days on which each of many users searched for one canary, and so it is their most searched."""
    with new_home() as home:
        searches = [(f"{place:07}", canary.typed) for place, canary in enumerate(CANARIES)]
        for day in DAYS:
            small.land_content(home.landing, day)
            small.land_search(home.landing, day, searches)
        small.land_links(home.landing)
        assert home.run().ok
        yield home


def files_of(home: Home, table: str) -> list[Path]:
    """Every file below a table: rows, log, and what else lies there."""
    return [path for path in (home.lake / table).rglob("*") if path.is_file()]


def found_in(home: Home, table: str) -> dict[str, set[str]]:
    """The canaries that stand in files of a table, by file."""
    finder = Finder(CANARIES)
    found = {path.name: set().union(*map(finder.find, texts_of(path))) for path in files_of(home, table)}
    return {name: canaries for name, canaries in found.items() if canaries}


def test_the_finder_finds_every_canary_where_it_landed(home: Home) -> None:
    found = set().union(*found_in(home, "raw_search").values())
    assert found == {canary.typed for canary in CANARIES}


def test_the_finder_looks_into_the_log(home: Home, tmp_path: Path) -> None:
    """A log with the statistics of every column holds keywords, and they are found: no other log here has any."""
    rows = pa.table({"keyword": [canary.typed for canary in CANARIES]})
    write_deltalake(str(tmp_path / "raw_search"), rows)
    assert [name for name in found_in(replace(home, lake=tmp_path), "raw_search") if name.endswith(".json")]
    assert [name for name in found_in(home, "raw_search") if name.endswith(".json")] == []


@pytest.mark.parametrize("table", AFTER)
def test_no_canary_is_in_a_table_after_raw_and_quarantine(home: Home, table: str) -> None:
    assert any(path.suffix == ".parquet" for path in files_of(home, table))
    assert found_in(home, table) == {}


def test_every_canary_was_searched_for_and_masked(home: Home) -> None:
    rows = home.rows("clean_search")
    assert len(rows) == len(DAYS) * len(CANARIES)
    typed = {f"{place:07}": canary.typed for place, canary in enumerate(CANARIES)}
    assert [typed[row["user_id"]] for row in rows if not row["masked"]] == []
    assert len({row["user_id"] for row in home.rows("customer360")}) >= len(CANARIES)


def test_no_canary_is_in_what_dagster_keeps(home: Home) -> None:
    finder = Finder(CANARIES)
    for run in home.instance.get_runs():
        kept = "\n".join(entry.to_json() for entry in home.instance.all_logs(run.run_id))
        assert finder.find(kept) == set()
