"""Sail (0.7) takes twice as long to plan a write for each further NOT NULL column whose expression may be null."""

from datetime import date
from pathlib import Path

import pytest

from c360_assets.contracts.table_asset import TableAsset
from c360_assets.reference.model import load_reference
from c360_assets.tables import ASSETS
from resources.lake.tables import Lake
from resources.settings import REFERENCE
from tests.support.homes import engine

pytestmark = pytest.mark.engine

MOST = 15
"""With so many it takes a fifth of a second; with six more, five."""


@pytest.mark.parametrize("asset", [asset for asset in ASSETS if not asset.table.layout], ids=lambda one: one.table.name)
def test_few_columns_that_must_not_be_null_may_be(asset: TableAsset, tmp_path: Path) -> None:
    table, month = asset.table, date(2022, 4, 1)
    lake = Lake(str(tmp_path), engine())
    frames = {read.table.name: lake.read(read.table, *(read.window(table, month) or ())) for read in table.inputs}
    frame = asset.of_partition(frames, month if table.unit else None, load_reference(REFERENCE))
    must_not = {column.name for column in table.columns if not column.nullable}
    doubtful = [field.name for field in frame.schema if field.nullable and field.name in must_not]
    assert len(doubtful) <= MOST, f"{', '.join(doubtful)}: see {table.name}'s transform"
