"""What differs between two versions is what the plain model says differs; equal bytes give nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from c360_assets.changes import compare
from c360_assets.changes.cause import Cause, cause_of
from c360_assets.changes.compare import Comparison, changes
from c360_assets.changes.versions import Versions, compared
from c360_assets.commands.run.changes import lines_of_changes
from c360_assets.tables import TABLES
from resources.errors import NoSuchVersion
from resources.lake.provenance import ProvenanceStore
from tests.model.lake import build
from tests.model.tables import KEYS
from tests.support import small_landing as small
from tests.support.homes import REFERENCE, Home
from tests.support.lakes import copy_of, two_months_lake

pytestmark = pytest.mark.engine

CHANGED, NEW = date(2022, 4, 2), date(2022, 4, 3)
OTHER_ROWS = (("HNH579912", "0C96E62FC55C", 80_000, "VOD"), *small.WATCHED[2:], ("NEWC12345", None, 500, "CHILD"))
Lake = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Lake, Lake, dict[str, int]]]:
    """A lake of which a day changed and another landed; the model of it before and after; the versions before."""
    with two_months_lake(tmp_path_factory) as made, copy_of(made, tmp_path_factory.mktemp("changed")) as home:
        before = build(home.landing, REFERENCE)
        versions = {table: version_of(home, table) for table in TABLES}
        small.land_content(home.landing, CHANGED, OTHER_ROWS)
        small.land_content(home.landing, NEW)
        assert not home.run_directly().failed
        yield home, before, build(home.landing, REFERENCE), versions


def version_of(home: Home, table: str) -> int:
    """The newest version of a table."""
    return DeltaTable(str(home.lake / table)).version()


def since(home: Home, table: str, version: int) -> Versions:
    """A table as it was in a version, and as it is."""
    return compared(str(home.lake), TABLES[table], version, None, None)


@pytest.mark.parametrize("table", [name for name, key in KEYS.items() if key])
def test_the_keys_that_differ_are_those_of_the_model(
    changed: tuple[Home, Lake, Lake, dict[str, int]], table: str
) -> None:
    home, before, after, at = changed
    versions = since(home, table, at[table])
    column = TABLES[table].partition_column
    ours, theirs = ({key_of(table, row): row for row in lake[table]} for lake in (before, after))
    expected = {
        "added": {key for key in theirs if key not in ours},
        "removed": {key for key in ours if key not in theirs},
        "changed": {key for key in ours if key in theirs and not same(ours[key], theirs[key])},
    }
    found = {
        kind: {
            key_of(table, {**row, **({column: partition} if column else {})})
            for partition in versions.partitions
            for row in Comparison(versions, partition).keys(kind)
        }
        for kind in expected
    }
    assert found == expected
    counts = {kind: sum(getattr(one, kind) for one in changes(versions)) for kind in expected}
    assert counts == {kind: len(keys) for kind, keys in expected.items()}


def test_figures_and_transitions_are_those_of_the_rows(changed: tuple[Home, Lake, Lake, dict[str, int]]) -> None:
    home, before, after, at = changed
    [april, _] = changes(since(home, "customer360", at["customer360"]))
    ours, theirs = (
        {row["customer_id"]: row for row in lake["customer360"] if row["month"] == small.APRIL}
        for lake in (before, after)
    )
    both = [(ours[key], theirs[key]) for key in ours if key in theirs and not same(ours[key], theirs[key])]
    by_name = {column.name: column for column in april.columns}
    seconds = [(a["seconds_total"], b["seconds_total"]) for a, b in both if a["seconds_total"] != b["seconds_total"]]
    found = by_name["seconds_total"]
    assert (found.rows, found.before, found.after) == (
        len(seconds),
        *(sum(side) for side in zip(*seconds, strict=True)),
    )
    assert {(a, b): n for a, b, n in by_name["most_watch"].transitions} == {("tv", "movies"): 1}


def test_the_cause_names_the_days_that_landed_and_those_only(changed: tuple[Home, Lake, Lake, dict[str, int]]) -> None:
    home, _, _, at = changed
    versions = since(home, "customer360", at["customer360"])
    landed = Cause(new=(("content", NEW),), again=(("content", CHANGED),))
    assert {month: cause_of(str(home.lake), versions, month) for month in versions.partitions} == {
        small.APRIL: landed,
        small.MAY: landed,
    }


def test_a_run_has_a_line_for_each_month_that_it_made_again(changed: tuple[Home, Lake, Lake, dict[str, int]]) -> None:
    home, _, _, at = changed
    lake, since = str(home.lake), at["customer360"]
    april, may = lines_of_changes(lake, since)
    assert april.startswith("2022-04: 1 added, 0 removed, 4 changed; rfm_group ")
    assert may.startswith("2022-05: 1 added, 0 removed, 2 changed; watch_trend steady → falling 1; more: c360 diff ")
    assert [*lines_of_changes(lake, None), *lines_of_changes(lake, version_of(home, "customer360"))] == []
    assert [*lines_of_changes(lake, 0)] == []


def test_a_run_has_no_line_where_the_version_before_it_is_gone(
    changed: tuple[Home, Lake, Lake, dict[str, int]], tmp_path: Path
) -> None:
    with copy_of(changed[0], tmp_path) as home:
        profiles = DeltaTable(str(home.lake / "customer360"))
        profiles.create_checkpoint()
        for commit in (home.lake / "customer360" / "_delta_log").glob("0*.json"):
            if int(commit.stem) < profiles.version():
                commit.unlink()
        assert [*lines_of_changes(str(home.lake), changed[3]["customer360"])] == []


def test_what_a_run_s_check_compared_is_not_compared_again(
    changed: tuple[Home, Lake, Lake, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _, _, at = changed
    lake, store = str(home.lake), ProvenanceStore(str(home.lake))
    compare._COMPARED.clear()  # what other tests compared
    for month in (small.APRIL, small.MAY):
        commit = store.read("customer360")[month].commit
        compare.change_of(compared(lake, TABLES["customer360"], commit - 1, commit, month), month)
    monkeypatch.setattr(Comparison, "change", None)
    assert len([*lines_of_changes(lake, at["customer360"])]) == 2


def test_a_partition_made_again_from_the_same_bytes_does_not_differ(
    changed: tuple[Home, Lake, Lake, dict[str, int]],
) -> None:
    home = changed[0]
    made_again = {"raw_content": NEW, "customer360": small.APRIL}
    before = {table: version_of(home, table) for table in made_again}
    for table, partition in made_again.items():
        ProvenanceStore(str(home.lake)).forget(table, partition)
    home.run_directly()
    for table, partition in made_again.items():
        versions = since(home, table, before[table])
        assert versions.partitions == (partition,)
        assert changes(versions) == []
        assert cause_of(str(home.lake), versions, partition) == Cause()


@pytest.mark.parametrize(("first", "last"), [(None, 0), (3, 1), (None, 99)])
def test_versions_that_are_not_there_are_refused(
    changed: tuple[Home, Lake, Lake, dict[str, int]], first: int | None, last: int
) -> None:
    with pytest.raises(NoSuchVersion):
        compared(str(changed[0].lake), TABLES["taste"], first, last, None)


def key_of(table: str, row: dict[str, Any]) -> tuple:
    """A row's key, its partition included."""
    column = TABLES[table].partition_column
    names = sorted({*KEYS[table], *([column] if column else [])})
    return tuple(row[name] for name in names)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows of the model have equal values."""
    return {name: plain(value) for name, value in one.items()} == {name: plain(value) for name, value in other.items()}


def plain(value: Any) -> Any:
    """A value as it is compared: doubles to twelve digits, since the model divides in its own order."""
    return f"{float(value):.12g}" if hasattr(value, "numerator") or isinstance(value, float) else value
