"""A folder of others in the lake, however deep, keeps no table from being read; what can't be listed is not gone."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from fsspec.implementations.local import LocalFileSystem

from c360_assets.maintenance.history import history
from c360_assets.maintenance.orphan_files import TableFolder
from c360_assets.maintenance.upkeep import upkeep
from c360_assets.privacy.purge import purge
from resources.errors import LocationError
from resources.lake.contents import Alteration, LakeContents, contents
from resources.locations import entries_below, files_below, refuse_unlisted
from tests.support.deep import LEVELS, deep_folder, too_long_folder

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Path]:
    """A lake of one table, with deep folders in it and beside it."""
    rows = pa.table({"day": pa.array([DAY]), "contract": ["SGDA12345"]})
    write_deltalake(str(tmp_path / "clean_content"), rows, partition_by=["day"])
    with deep_folder(tmp_path / "junk"), deep_folder(tmp_path / "clean_content" / "x"):
        yield tmp_path


def test_a_table_is_compared_with_what_was_committed(lake):
    content = contents(DeltaTable(str(lake / "clean_content")), "day")[DAY]
    compared = LakeContents(str(lake))
    assert compared.differences("clean_content", "day", {DAY: (0, content)}) == {}
    (file,) = lake.glob("clean_content/day=*/*.parquet")
    file.write_bytes(b"")
    told = compared.differences("clean_content", "day", {DAY: (0, content)})
    assert told == {DAY: Alteration(f"its data file day=2022-04-01/{file.name} is gone or damaged")}


def test_a_table_has_a_history(lake):
    (version,) = history(str(lake / "clean_content"), "day")
    assert version.is_restorable


def test_the_files_of_a_table_are_found(lake):
    folder = TableFolder(str(lake / "clean_content"))
    assert {name.partition("/")[0] for name in folder.files()} == {"day=2022-04-01", "_delta_log"}
    assert folder.link() is None


def test_a_link_is_found_however_deep(lake):
    name = "x/" + "d/" * LEVELS + "link"
    (lake / "clean_content" / name).symlink_to(lake)
    assert TableFolder(str(lake / "clean_content")).link() == name


def test_a_folder_is_listed_as_its_store_lists_it(tmp_path):
    for name in ("b/c/x", "b/y", "a", "d/.z", "e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "link").symlink_to(tmp_path / "b")
    (tmp_path / "broken").symlink_to("nothing")
    store, path = LocalFileSystem(), str(tmp_path)
    assert [*files_below(store, path, refuse_unlisted).items()] == [*store.find(path, detail=True).items()]
    with_folders = {**store.find(path, withdirs=True, detail=True)}
    del with_folders[path]
    assert files_below(store, f"{path}/", refuse_unlisted, with_folders=True) == with_folders
    assert files_below(store, f"{path}/none", refuse_unlisted) == {}
    assert [*entries_below(f"{path}/none", refuse_unlisted)] == []


@pytest.fixture
def unlisted(lake: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a partition, which can't be listed."""
    (folder,) = lake.glob("clean_content/day=*")
    listed = os.scandir

    def refused(path: str) -> object:
        if path == str(folder):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", refused)
    return folder


def test_a_data_file_that_can_not_be_looked_at_is_not_gone(lake, unlisted):
    table = str(lake / "clean_content")
    content = contents(DeltaTable(table), "day")[DAY]
    for look in (
        lambda: LakeContents(str(lake)).differences("clean_content", "day", {DAY: (0, content)}),
        lambda: history(table, "day"),
    ):
        with pytest.raises(LocationError, match=f"{unlisted} can't be looked at .Permission denied"):
            look()


def test_what_can_not_be_looked_at_beside_data_files_keeps_no_table_from_being_compared(lake):
    table = lake / "clean_content"
    content = contents(DeltaTable(str(table)), "day")[DAY]
    with too_long_folder(table / "_others", b""):
        assert LakeContents(str(lake)).differences("clean_content", "day", {DAY: (0, content)}) == {}
        assert history(str(table), "day")[0].is_restorable


def test_nothing_is_removed_from_a_table_with_a_folder_that_can_not_be_listed(lake):
    table = lake / "clean_content"
    (table / "left.parquet.tmp").touch()
    with too_long_folder(table / "_others", b"") as name:
        for look in (
            TableFolder(str(table)).files,
            TableFolder(str(table)).link,
            lambda: purge(str(lake), "clean_content", "test", "2022-05-01"),
            lambda: upkeep(str(lake), "clean_content", "day"),
        ):
            with pytest.raises(LocationError, match=f"_others/{name[:400]}.* can't be looked at"):
                look()
    assert (table / "left.parquet.tmp").exists()
