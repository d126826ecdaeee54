"""Small tables in metadata: what UI and event log can hold, of whatever there is."""

import dagster as dg
import pytest

from c360_assets.metadata.figures import small_table

pytestmark = pytest.mark.unit


def test_a_small_table_types_its_columns_by_the_first_value_that_is_there() -> None:
    table = small_table(
        [{"what": "a", "rows": None, "share": None, "ok": True}, {"what": "b", "rows": 2, "share": 0.5, "ok": False}]
    )
    assert [(column.name, column.type) for column in table.schema.columns] == [
        ("what", "string"),
        ("rows", "int"),
        ("share", "float"),
        ("ok", "bool"),
    ]
    assert [record.data["rows"] for record in table.records] == [None, 2]


def test_a_table_of_nothing_is_stored_and_read_back() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("made", metadata={"files": small_table([])}))
        event = instance.get_latest_materialization_event(dg.AssetKey("made"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["files"] == small_table([])
