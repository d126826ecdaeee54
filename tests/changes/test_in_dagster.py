"""Dagster shows of each month of customer360 what a run changed in it."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.lakes import copy_of, two_months_lake

pytestmark = pytest.mark.engine

APRIL, CHANGED = date(2022, 4, 1), date(2022, 4, 2)


def test_a_changed_day_is_seen_as_changes_of_its_month(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with two_months_lake(tmp_path_factory) as made, copy_of(made, tmp_path) as home:
        before = customers(home)
        small.land_content(home.landing, CHANGED, [("NEWC12345", None, 500, "CHILD")])
        assert not home.run().failed
        after = customers(home)
        records = home.instance.fetch_observations(dg.AssetKey("customer360"), limit=10).records
        newest = {one.partition_key: one.asset_observation for one in records if one.asset_observation}
        seen = {name: value.value for name, value in newest[APRIL.isoformat()].metadata.items()}
        assert seen["customers_added"] == len(after.keys() - before.keys()) > 0
        assert seen["customers_removed"] == len(before.keys() - after.keys())
        assert seen["customers_changed"] == sum(before[key] != after[key] for key in before.keys() & after.keys()) > 0
        assert CHANGED.isoformat() in str(seen["cause"])
        assert "seconds_total" in str(seen["columns"])


def customers(home: Home) -> dict[str, dict[str, object]]:
    """The profiles of April, by customer."""
    return {row["customer_id"]: row for row in home.rows("customer360") if row["month"] == APRIL}
