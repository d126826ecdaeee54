"""A pipe in place of a data file is named before anything reads it: that would never end."""

import os
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from c360_assets.maintenance import upkeep
from c360_assets.query import views
from resources.errors import LocationError
from resources.lake import sql
from resources.lake.contents import Alteration, LakeContents, content_of, data_files
from resources.lake.sql import LakeQuery

pytestmark = pytest.mark.unit

DAY = date(2022, 4, 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The data file of a table with one day."""
    table = tmp_path / "numbers"
    write_deltalake(str(table), pa.table({"n": [1], "day": [DAY]}), partition_by=["day"])
    ((_, path, _),) = data_files(DeltaTable(str(table)), "day")
    return table / path


def compare(file: Path) -> dict[date | None, Alteration]:
    table = file.parent.parent
    recorded = {DAY: (0, content_of([str(file.relative_to(table))]))}
    return LakeContents(str(table.parent)).differences(table.name, "day", recorded)


def query(file: Path) -> list[dict[str, object]]:
    return LakeQuery(str(file.parent.parent.parent)).rows(["numbers"], "select n from numbers")


def view(file: Path) -> object:
    return views._dataset(str(file.parent.parent), "day")


def compact(file: Path) -> object:
    return upkeep._compact(str(file.parent.parent))


@pytest.mark.parametrize("look", [compare, query, view, compact])
def test_a_pipe_is_named(file: Path, look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "rows_of", lambda *_: pytest.fail("it would be read"))
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(LocationError) as refused:
        look(file)
    assert f"{file} is in place of a data file, and is not a file" in str(refused.value)
    assert "Remove it, and run `c360 run`." in str(refused.value)


def test_a_file_and_a_link_to_one_are_read(file: Path) -> None:
    assert (compare(file), query(file)) == ({}, [{"n": 1}])
    moved = file.rename(file.parent.parent.parent / "moved")
    file.symlink_to(moved)
    assert query(file) == [{"n": 1}]
    file.unlink()
    assert "gone or damaged" in compare(file)[DAY].what
