"""How often a step reports to Dagster what it made: once if it is short, and from time to time if it is long."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import dagster as dg
import pytest

from c360_assets.contracts import table_asset
from resources.lake.provenance import ProvenanceStore
from tests.execution.test_failing import cut_short
from tests.support import small_landing as small
from tests.support.homes import Home, home_at
from tests.support.spoiling import materialize

pytestmark = pytest.mark.engine

FIRST, SECOND, THIRD = (date(2022, 4, 1), date(2022, 4, 2), date(2022, 4, 3))


def told(home: Home, table: str) -> Counter[str | None]:
    """How often each partition of a table was reported."""
    records = home.instance.fetch_materializations(dg.AssetKey(table), limit=100).records
    return Counter(record.partition_key for record in records)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two days and their month, made by one `c360 run`. Not to be changed."""
    with home_at(tmp_path_factory.mktemp("reported")) as home:
        small.land_all(home.landing, (FIRST, THIRD), ())
        assert home.run().ok
        yield home


def test_a_partition_is_reported_once(made_once: Home) -> None:
    for table in ("raw_content", "clean_content"):
        assert told(made_once, table) == {"2022-04-01": 1, "2022-04-03": 1}, table
    assert told(made_once, "customer360") == {"2022-04-01": 1}
    assert told(made_once, "identity_map") == {None: 1}


def test_a_long_step_reports_before_it_ends(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_asset, "REPORT_SECONDS", 0.0)
    small.land_all(home.landing, (FIRST, SECOND), ())
    assert materialize(home, ("raw_content",), FIRST, SECOND).success
    assert told(home, "raw_content") == {"2022-04-01": 2, "2022-04-02": 1}


@pytest.mark.both_engines
def test_a_step_that_fails_reports_what_it_made(home: Home) -> None:
    small.land_all(home.landing, (FIRST, SECOND, THIRD), ())
    cut_short(home, SECOND)
    assert not materialize(home, ("raw_content",), FIRST, THIRD).success
    assert told(home, "raw_content") == {"2022-04-01": 1, "2022-04-03": 1}


def test_dagster_knows_our_data_versions_and_what_landed(made_once: Home) -> None:
    home = made_once
    provenance = ProvenanceStore(str(home.lake)).get("raw_content", THIRD)
    wanted = dg.AssetRecordsFilter(dg.AssetKey("raw_content"), asset_partitions=["2022-04-03"])
    [made] = home.instance.fetch_materializations(wanted, limit=10).records
    assert provenance is not None
    assert made.asset_materialization.tags["dagster/data_version"] == provenance.data_version
    [seen] = home.instance.fetch_observations(
        dg.AssetRecordsFilter(dg.AssetKey(["landing", "log_content"]), asset_partitions=["2022-04-03"]), limit=10
    ).records
    observed = seen.event_log_entry.dagster_event.asset_observation_data.asset_observation
    figures = {name: value.value for name, value in observed.metadata.items()}
    assert figures["files"] == 1
    assert figures["bytes"] == small.content_path(home.landing, THIRD).stat().st_size
    assert observed.tags["dagster/data_version"] == figures["fingerprint"]
    assert seen.storage_id < made.storage_id


def test_a_day_that_never_landed_says_so(home: Home) -> None:
    small.land_all(home.landing, (FIRST, THIRD), ())
    materialize(home, ("raw_content",), FIRST, THIRD)
    wanted = dg.AssetRecordsFilter(dg.AssetKey("raw_content"), asset_partitions=["2022-04-02"])
    [record] = home.instance.fetch_materializations(wanted, limit=10).records
    assert record.asset_materialization.metadata["left_as_it_was"].value == "nothing landed"
