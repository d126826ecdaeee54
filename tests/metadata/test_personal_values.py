"""What Dagster's UI shows of a table holds no personal value in full, in pictures neither."""

import base64
import re
from collections.abc import Iterator
from html import unescape

import pytest

from c360_assets.metadata.figures import partition_figures
from c360_assets.tables import ASSETS, TABLES
from resources.lake.sql import LakeQuery
from tests.support.homes import Home
from tests.support.lakes import made_once as shared
from tests.support.sampled import NAME, SECOND, land_sampled_months

pytestmark = pytest.mark.engine

_PICTURE = re.compile(r"base64,([A-Za-z0-9+/=]+)")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two sampled months and the lake made from them. Not to be changed."""
    with shared(tmp_path_factory, NAME, land_sampled_months) as home:
        yield home


def texts_of(home: Home, table: str) -> str:
    """The metadata of a table's partition of the second month, with what its pictures say."""
    (asset,) = [one for one in ASSETS if one.table.name == table]
    partition = {"day": SECOND.replace(day=3), "month": SECOND, None: None}[TABLES[table].unit]
    shown = str(partition_figures(asset.figures, LakeQuery(str(home.lake)), partition))
    pictures = [base64.b64decode(found).decode() for found in _PICTURE.findall(shown)]
    return "\n".join([shown, *map(unescape, pictures)])


def test_no_metadata_holds_one(made_once: Home) -> None:
    personal = {
        str(row[column.name])
        for table in TABLES.values()
        for row in made_once.rows(table.name)
        for column in table.columns
        if column.personal and column.type == "string" and row[column.name] is not None
    }
    assert {"phim hàn quốc", "5550001"} <= personal
    held = {table: texts_of(made_once, table) for table in TABLES}
    assert "phi**********" in held["keyword_demand"]
    # Shorter ones may be part of anything.
    found = {(table, value) for table, text in held.items() for value in personal if len(value) > 6 and value in text}
    assert not found
