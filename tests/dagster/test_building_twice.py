"""Definitions are built from their settings alone: several in one process, each with its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import dagster as dg
import pytest

from c360_assets.automation.landed_changes import landed_changes
from c360_assets.build import build
from c360_assets.tables import TABLES
from resources.settings import EngineOptions
from tests.support import small_landing as small
from tests.support.homes import Home

pytestmark = pytest.mark.engine

EARLY, LATE = date(2022, 4, 1), date(2022, 6, 1)
BEFORE, AFTER = date(2022, 5, 31), date(2022, 6, 1)
PARTITIONED = {name for name, table in TABLES.items() if table.unit} | {"landing/log_content", "landing/log_search"}


def starts(definitions: dg.Definitions) -> dict[str, date]:
    """The first partition of every partitioned asset."""
    return {
        spec.key.to_user_string(): date.fromisoformat(spec.partitions_def.get_first_partition_key() or "")
        for spec in definitions.resolve_all_asset_specs()
        if spec.partitions_def
    }


def test_each_has_the_partitions_of_its_own_first_day(home: Home) -> None:
    early, late = (build(replace(home.settings, first_day=first_day)) for first_day in (EARLY, LATE))
    assert set(starts(early)) >= PARTITIONED
    assert starts(early) == dict.fromkeys(starts(early), EARLY)
    assert starts(late) == dict.fromkeys(starts(early), LATE)


def test_each_has_its_own_lake_and_engine(home: Home) -> None:
    options = EngineOptions({"spark.master": "local[1]"}, memory="1g", log_level="WARN")
    spark = build(replace(home.settings, lake="/a/lake", engine="spark", engine_options=options))
    sail = build(replace(home.settings, lake="/another/lake", engine="sail"))
    assert [dict(built.resources or {})["lake"].root for built in (spark, sail)] == ["/a/lake", "/another/lake"]
    engine = dict(spark.resources or {})["engine"]
    assert (engine.kind, engine.spark_config) == ("spark", options.config)
    assert (engine.spark_memory, engine.spark_log_level) == ("1g", "WARN")
    assert dict(sail.resources or {})["engine"].kind == "sail"


@pytest.mark.slow  # two lakes; in every run the partitions and the sensor do
def test_plans_and_runs_honour_their_own_first_day(home_in: Callable[..., Home]) -> None:
    early = home_in("early")
    small.land_all(early.landing, (BEFORE, AFTER), ())
    late = home_in("late", landing=early.landing)
    late.first_day = LATE
    outcome = late.run_directly()
    [unread] = outcome.unrecognized_files
    assert f"{BEFORE} is before the first day that is read, {LATE}" in unread
    assert not outcome.failed
    assert early.run_directly().ok
    days = [{row["log_date"] for row in home.rows("raw_content")} for home in (late, early)]
    assert days == [{AFTER}, {BEFORE, AFTER}]


def test_the_sensor_honours_its_own_first_day(home: Home) -> None:
    small.land_all(home.landing, (BEFORE,), ())
    home.first_day = LATE
    resources = dict(home.definitions().resources or {})
    with dg.build_sensor_context(instance=home.instance, resources=resources) as context:
        result = landed_changes(context)
    assert isinstance(result, dg.SensorResult)
    assert {key for request in result.run_requests or [] for key in request.asset_selection or []} == {
        dg.AssetKey(name) for name, table in TABLES.items() if table.unit is None
    }
