"""A table that was put back from a copy which is older than an erasure is noticed, and nothing is made of it."""

import shutil
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from deltalake import DeltaTable

from c360_assets.build import build
from c360_assets.cli.main import cli
from c360_assets.maintenance.restore import restore
from c360_assets.privacy.erase import Eraser
from c360_assets.privacy.receipts import Receipt, ReceiptStore
from c360_assets.privacy.resumed import subjects_to_erase
from c360_assets.tables import TABLES
from resources.erasure.erasure_list import ErasureList
from resources.erasure.older_copies import put_back
from resources.erasure.purge_marks import mark_purged, time_of_purge
from resources.lake.table_schema import create_anew, found_or_created
from tests.privacy.conftest import KEY
from tests.support import small_landing as small
from tests.support.homes import Home

CONTRACT = "HNH579912"
FIRST, SECOND = "2099-05-01T00:00:00.000000+00:00", "2099-05-02T00:00:00.000000+00:00"
"""Later than any table was made."""


def commit(lake: Path, table: str) -> None:
    pl.DataFrame({"row": [1]}).write_delta(lake / table, mode="append")


def mark_and_note(lake: Path, table: str, at: str) -> None:
    """Marks a table as an erasure does that purges it, removes its earlier commits, and writes its receipt."""
    mark_purged(str(lake), table, at, "c360 erase")
    delta = DeltaTable(str(lake / table))
    delta.create_checkpoint()
    for commit in (lake / table / "_delta_log").glob("*.json"):
        if int(commit.stem) < delta.version():
            commit.unlink()
    ReceiptStore(str(lake)).write(Receipt(at[:10], at, [], purged={table: at}), ErasureList(str(lake), KEY))


def replace_folder(copy: Path, folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


def in_another_process(home: Home) -> Home:
    """The home without the tables that are open: who puts a table back does so while nothing runs."""
    home._built = None
    return home


@pytest.mark.unit
def test_a_copy_from_before_the_last_purge_is_noticed(tmp_path: Path) -> None:
    lake, copy = tmp_path / "lake", tmp_path / "copy"
    commit(lake, "taste")
    shutil.copytree(lake / "taste", copy)
    commit(lake, "taste")
    mark_and_note(lake, "taste", FIRST)
    assert put_back(str(lake)).tables == []
    commit(lake, "taste")
    assert put_back(str(lake)).tables == []
    shutil.copytree(lake / "taste", tmp_path / "between")
    replace_folder(copy, lake / "taste")
    assert put_back(str(lake)).tables == ["taste"]
    for _ in range(9):
        commit(lake, "taste")
    assert put_back(str(lake)).tables == ["taste"]
    mark_and_note(lake, "taste", SECOND)  # the erasure that was repeated
    assert put_back(str(lake)).tables == []
    replace_folder(tmp_path / "between", lake / "taste")
    assert put_back(str(lake)).tables == ["taste"]


@pytest.mark.unit
def test_each_purge_is_later_than_the_last_whatever_the_clock_says(tmp_path: Path) -> None:
    assert "2022" < time_of_purge(str(tmp_path)) < FIRST
    commit(tmp_path, "taste")
    mark_and_note(tmp_path, "taste", FIRST)
    assert time_of_purge(str(tmp_path)) == "2099-05-01T00:00:00.000001+00:00"


@pytest.mark.unit
def test_a_table_that_was_made_anew_is_not_a_copy(tmp_path: Path) -> None:
    commit(tmp_path, "taste")
    shutil.copytree(tmp_path / "taste", tmp_path / "moved away")
    mark_and_note(tmp_path, "taste", time_of_purge(str(tmp_path)))
    shutil.rmtree(tmp_path / "taste")
    assert put_back(str(tmp_path)).tables == []
    found_or_created(TABLES["taste"], str(tmp_path / "taste"))
    assert put_back(str(tmp_path)).tables == []
    create_anew(TABLES["taste"], str(tmp_path / "taste"))
    assert put_back(str(tmp_path)).tables == []
    replace_folder(tmp_path / "moved away", tmp_path / "taste")
    assert put_back(str(tmp_path)).tables == ["taste"]
    create_anew(TABLES["taste"], str(tmp_path / "taste"))  # a migration does not hide it: the earlier version is there
    assert put_back(str(tmp_path)).tables == ["taste"]


@pytest.mark.unit
@pytest.mark.parametrize("is_copy", [True, False], ids=["a copy of this one", "another"])
def test_a_table_of_another_lake_is_noticed_whatever_that_has_erased_since(tmp_path: Path, is_copy: bool) -> None:
    lake, other = tmp_path / "lake", tmp_path / "other"
    commit(lake, "taste")
    mark_and_note(lake, "taste", FIRST)
    if is_copy:
        shutil.copytree(lake, other)
    else:
        commit(other, "taste")
    mark_and_note(lake, "taste", SECOND)
    mark_and_note(other, "taste", "2099-05-03T00:00:00.000000+00:00")
    replace_folder(other / "taste", lake / "taste")
    assert put_back(str(lake)).unknown == ("taste",)
    assert "has no receipt of. Put the folder `erasures`" in str(put_back(str(lake)).error)


@pytest.mark.unit
def test_a_copy_that_is_laid_over_a_table_file_by_file_is_noticed(tmp_path: Path) -> None:
    """Its newest version is that from after the purge."""
    lake = tmp_path / "lake"
    for _ in range(2):
        commit(lake, "taste")
    shutil.copytree(lake / "taste", tmp_path / "copy")
    mark_and_note(lake, "taste", FIRST)
    commit(lake, "taste")
    assert put_back(str(lake)).tables == []
    shutil.copytree(tmp_path / "copy", lake / "taste", dirs_exist_ok=True)
    assert DeltaTable(str(lake / "taste")).version() == 3
    assert put_back(str(lake)).tables == ["taste"]


@pytest.mark.unit
def test_lost_receipts_hide_no_copy(tmp_path: Path) -> None:
    for table in ("taste", "rfm"):
        commit(tmp_path, table)
    shutil.copytree(tmp_path / "rfm", tmp_path / "erasures" / "copy")
    for table in ("taste", "rfm"):
        mark_and_note(tmp_path, table, FIRST)
    replace_folder(tmp_path / "erasures" / "copy", tmp_path / "rfm")
    shutil.rmtree(tmp_path / "erasures" / "_receipts")
    assert put_back(str(tmp_path)).unknown == ("taste",)


@pytest.mark.unit
def test_a_purge_that_was_stopped_between_mark_and_note_is_not_a_copy(tmp_path: Path) -> None:
    commit(tmp_path, "taste")
    mark_and_note(tmp_path, "taste", FIRST)
    receipt = Receipt("stopped", SECOND, [], marks=[SECOND])
    ReceiptStore(str(tmp_path)).write(receipt, ErasureList(str(tmp_path), KEY))
    assert put_back(str(tmp_path)).tables == []
    mark_purged(str(tmp_path), "taste", SECOND, "c360 erase")
    assert put_back(str(tmp_path)).tables == []


REFUSED = (
    "upkeep",
    "export loyal --out exports",
    f"profile {CONTRACT}",
    f"explain {CONTRACT}",
    "report --month 2022-04 --out report.html",
    "sql -c SELECT",
    "diff customer360",
    "restore raw_content --version 0 --yes",
)
"""What shows the rows of tables, or commits to them."""
SHOW_NOBODY = {"sample", "status", "contract", "reference", "history", "doctor", "home"}
MAKE = {"run", "erase"}
"""These make tables: a run none that is older than an erasure, and an erasure takes the customer out of them."""


@pytest.fixture
def older(erasing: Home) -> Home:
    """A lake with an erasure that has purged clean_content, and that table from before it."""
    lake = erasing.lake
    ErasureList(str(lake), KEY).add([("contract", "ZZZ000009")], "first")
    shutil.copytree(lake / "clean_content", erasing.root / "copy")
    mark_and_note(lake, "clean_content", FIRST)
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
    for words in REFUSED:
        done = c360(*words.split(), root=older.root)
        assert (done.status, done.err.startswith(f"c360: {told}. Run `c360 erase --again --yes`")) == (1, True), words


@pytest.mark.unit
def test_each_command_is_refused_there_or_shows_nobody() -> None:
    assert {words.partition(" ")[0] for words in REFUSED} | SHOW_NOBODY | MAKE == set(cli.commands)


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
        assert put_back(str(home.lake)).tables == []
        for table in back:
            replace_folder(copy / table, in_another_process(home).lake / table)
        if back:
            found = put_back(str(home.lake)).tables
            assert found
            assert set(found) <= set(back)
    assert not [row for row in home.rows("customer360") if row["contract"] == CONTRACT]
    assert c360("status", root=home.root).status == 0


@pytest.mark.slow  # two erasures
@pytest.mark.engine
def test_rows_that_others_put_back_are_compared_before_anything_is_made_of_them(erasing: Home, c360) -> None:
    """The table keeps its mark, and a restore of its newest version accepts the rows."""
    home, day, other = erasing, small.CONTENT_DAYS[0], small.CONTENT_DAYS[1]
    uri, text = str(home.lake / "raw_content"), f"log_date = '{day}'"
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    copy = pl.scan_delta(uri).filter(pl.col("log_date") == day).collect()
    assert CONTRACT in copy["contract"]
    (subject,) = subjects_to_erase(home.settings, [CONTRACT])
    eraser = Eraser(home.settings, home.instance, job, lambda text: None)
    assert eraser.erase(subject.ids).is_proven
    small.content_path(home.landing, day).unlink()
    DeltaTable(uri).delete(text)
    copy.write_delta(uri, mode="append")
    restore(str(home.lake), "raw_content", "log_date", DeltaTable(uri).version())
    outcome = in_another_process(home).run_directly()
    assert "it may hold somebody who was erased" in outcome.blocked["raw_content", day]
    assert {item for item in outcome.made if item[1] in (day, small.APRIL)} <= {("clean_content", other)}
    done = c360("status", root=home.root)
    assert (done.status, "waits raw_content, " in done.out, "may hold somebody who was erased" in done.out) == (
        1,
        True,
        True,
    )
    run = (
        home.definitions()
        .resolve_implicit_global_asset_job_def()
        .execute_in_process(
            instance=home.instance, asset_selection=[dg.AssetKey("clean_content")], partition_key=f"{day}"
        )
    )
    assert run.success  # it is left as it was
    assert not [row for row in home.rows("clean_content") if row["contract"] == CONTRACT]
    assert eraser.erase([]).is_proven, "whoever is on the list"
    assert c360("status", root=home.root).status == 0
    assert not [row for row in home.rows("raw_content") if row["contract"] == CONTRACT]
    assert len([row for row in home.rows("raw_content") if row["log_date"] == day]) == len(copy)


@pytest.mark.slow  # two erasures
@pytest.mark.engine
def test_a_table_that_was_not_there_during_the_erasure_is_noticed_when_it_comes_back(erasing: Home, c360) -> None:
    """A raw table of which nothing is landed any more, so that no run makes it."""
    home, copy = erasing, erasing.root / "copy"
    job = build(home.settings).resolve_implicit_global_asset_job_def()
    (home.lake / "raw_search").rename(copy)
    shutil.rmtree(home.landing / "log_search")
    (home.landing / "log_search").mkdir()
    for table in ("clean_search", "quarantine_search", "ledger_search"):
        shutil.rmtree(home.lake / table)
    (subject,) = subjects_to_erase(in_another_process(home).settings, [CONTRACT])
    eraser = Eraser(home.settings, home.instance, job, lambda text: None)
    assert eraser.erase(subject.ids).is_proven
    assert c360("status", root=home.root).status == 0
    shutil.copytree(copy, in_another_process(home).lake / "raw_search", dirs_exist_ok=True)
    assert put_back(str(home.lake)).tables == ["raw_search"]
    assert c360("status", root=home.root).status == 1
    assert not home.run_directly().made
    assert eraser.erase(subject.ids).is_proven
    assert c360("status", root=home.root).status == 0
    assert not [row for row in home.rows("clean_search") if row["user_id"] == "0123456"]


@pytest.mark.slow  # an erasure that is stopped, and the same again
@pytest.mark.engine
def test_an_erasure_that_is_stopped_does_not_hide_it_and_a_day_that_the_copy_lacks_does_not_keep_it(
    erasing: Home, monkeypatch: pytest.MonkeyPatch, c360
) -> None:
    home, copy, later = erasing, erasing.root / "copy", date(2022, 4, 20)
    shutil.copytree(home.lake / "raw_content", copy)
    small.land_content(home.landing, later)
    assert home.run_directly().ok
    small.content_path(home.landing, later).unlink()
    (subject,) = subjects_to_erase(home.settings, [CONTRACT])
    eraser = Eraser(home.settings, home.instance, build(home.settings).resolve_implicit_global_asset_job_def(), print)
    assert eraser.erase(subject.ids).is_proven
    replace_folder(copy, in_another_process(home).lake / "raw_content")
    with monkeypatch.context() as patched:
        patched.setattr(Eraser, "_purge", lambda *_: _stop())
        with pytest.raises(KeyboardInterrupt):
            eraser.erase(subject.ids)
    assert put_back(str(home.lake)).tables == ["raw_content"]
    assert not eraser.erase(subject.ids).is_proven  # the month waits for the day that is gone
    assert put_back(str(home.lake)).tables == []
    newest = DeltaTable(str(home.lake / "raw_content")).version()
    (kept,) = restore(str(home.lake), "raw_content", "log_date", newest)
    assert kept.partition == later
    assert eraser.erase(subject.ids).is_proven
    assert c360("status", root=home.root).status == 0


def _stop() -> None:
    raise KeyboardInterrupt
