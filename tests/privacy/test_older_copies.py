"""A table that was put back from a copy which is older than an erasure is noticed, and nothing is made of it."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from c360_assets.build import build
from c360_assets.maintenance.restore import restore
from c360_assets.privacy.erase import Eraser
from c360_assets.privacy.receipts import Receipt, ReceiptStore
from c360_assets.privacy.resumed import subjects_to_erase
from resources.erasure.erasure_list import ErasureList
from resources.erasure.older_copies import as_purged, put_back
from resources.errors import ErasuresLost
from tests.privacy.conftest import KEY
from tests.support.homes import Home

CONTRACT = "HNH579912"
NOW = datetime(2022, 5, 1, tzinfo=UTC)


def commit(lake: Path, table: str) -> None:
    pl.DataFrame({"row": [1]}).write_delta(lake / table, mode="append")


def note_purged(lake: Path, table: str, receipt_id: str, when: datetime = NOW) -> None:
    """Writes the receipt of an erasure that has purged a table just now."""
    purged = {table: dict(as_purged(str(lake), table, when))}
    ReceiptStore(str(lake)).write(Receipt(receipt_id, when.isoformat(), [], purged=purged), ErasureList(str(lake), KEY))


def replace_folder(copy: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


@pytest.mark.unit
def test_a_copy_from_before_the_last_purge_is_noticed(tmp_path: Path) -> None:
    lake, copy = tmp_path / "lake", tmp_path / "copy"
    commit(lake, "taste")
    shutil.copytree(lake / "taste", copy)
    commit(lake, "taste")
    note_purged(lake, "taste", "first")
    assert put_back(str(lake)) == []
    commit(lake, "taste")
    assert put_back(str(lake)) == []
    replace_folder(copy, lake / "taste")
    assert put_back(str(lake)) == ["taste"]
    note_purged(lake, "taste", "second", NOW + timedelta(days=1))  # the erasure that was repeated
    assert put_back(str(lake)) == []


@pytest.mark.unit
def test_a_table_that_was_made_anew_is_not_a_copy(tmp_path: Path) -> None:
    for _ in range(3):
        commit(tmp_path, "taste")
    note_purged(tmp_path, "taste", "first")
    shutil.rmtree(tmp_path / "taste")
    assert put_back(str(tmp_path)) == []
    commit(tmp_path, "taste")
    assert put_back(str(tmp_path)) == []


@pytest.fixture
def older(erasing: Home) -> Home:
    """A lake with an erasure that has purged clean_content, and that table from before it."""
    lake = erasing.lake
    ErasureList(str(lake), KEY).add([("contract", "ZZZ000009")], "first")
    shutil.copytree(lake / "clean_content", erasing.root / "copy")
    commit = pl.read_delta(str(lake / "clean_content")).head(0)
    commit.write_delta(lake / "clean_content", mode="append")
    note_purged(lake, "clean_content", "first")
    replace_folder(erasing.root / "copy", lake / "clean_content")
    return erasing


@pytest.mark.engine
def test_nothing_is_made_and_nothing_is_committed_until_it_is_erased_again(older: Home, c360) -> None:
    told = "clean_content was put back from a copy that is older than an erasure"
    outcome = older.run_directly(everything=True)
    assert not outcome.made
    assert {reason.partition(". ")[0] for reason in outcome.failed.values()} == {told}
    done = c360("status", root=older.root)
    assert (done.status, told in done.out) == (1, True)
    done = c360("upkeep", root=older.root)
    assert (done.status, done.err.startswith(f"c360: {told}. Run `c360 erase`")) == (1, True)
    with pytest.raises(ErasuresLost):
        restore(str(older.lake), "raw_content", "log_date", 0)


@pytest.mark.slow  # two erasures
@pytest.mark.engine
@pytest.mark.parametrize("tables", [["raw_content"], ["identity_map", "raw_search", "customer360"], []], ids=str)
def test_another_erasure_takes_the_customer_out_of_copies(erasing: Home, tables: list[str], c360) -> None:
    """Without names of tables, all of the lake is put back but the list of erasures."""
    home, copy = erasing, erasing.root / "copy"
    shutil.copytree(home.lake, copy)
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    for back in (tables or [path.name for path in copy.iterdir() if path.is_dir()], []):
        (subject,) = subjects_to_erase(home.settings, [CONTRACT])
        erased = Eraser(home.settings, home.instance, job, lambda text: None).erase(subject.ids)
        assert (erased.outcome.failed, erased.scan.hits, erased.is_proven) == ({}, {}, True)
        assert put_back(str(home.lake)) == []
        for table in back:
            replace_folder(copy / table, home.lake / table)
        if back:
            found = put_back(str(home.lake))
            assert found
            assert set(found) <= set(back)
    assert not [row for row in home.rows("customer360") if row["contract"] == CONTRACT]
    assert c360("status", root=home.root).status == 0
