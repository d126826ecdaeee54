"""Dagster's databases are opened with engines that are kept, and a second instance reads what the first has written."""

from pathlib import Path

import dagster as dg
import pytest

from c360_assets.contracts import dagster_private
from c360_assets.contracts.dagster_private import reuse_database_engines

pytestmark = pytest.mark.unit


def test_few_engines_are_made_for_many_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = dagster_private.sqlite_event_log
    made: list[str] = []
    create = getattr(module.create_engine, "_create", module.create_engine)
    monkeypatch.setattr(module, "create_engine", lambda url, **options: made.append(url) or create(url, **options))
    reuse_database_engines()
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with (
        dg.DagsterInstance.from_config(str(tmp_path)) as writing,
        dg.DagsterInstance.from_config(str(tmp_path)) as other,
    ):
        for number in range(5):
            writing.report_runless_asset_event(dg.AssetObservation("a", partition=str(number)))
        found = other.fetch_observations(dg.AssetKey("a"), limit=9).records
    assert {record.partition_key for record in found} == {"0", "1", "2", "3", "4"}
    assert len(made) == len(set(made))
