"""The check `landed_in_time`, started on the page of a log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from c360_assets.automation.landed_in_time import NAME
from c360_assets.build import build
from c360_assets.contracts.table import landing_key
from tests.strategies import write_reference
from tests.support import small_landing as small
from tests.support.homes import Home

pytestmark = pytest.mark.unit


def test_the_check_names_overdue_days(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.now(UTC)
    monkeypatch.setattr("c360_assets.planning.overdue.clock", lambda: moment)
    today = moment.date()
    since = today - timedelta(days=3)
    small.land_content(home.landing, since)
    small.land_search(home.landing, since)
    folder = write_reference(home.root / "reference")
    (folder / "deliveries.toml").write_text(f'[log_content]\ndue = "00:00"\nwithout = [{today - timedelta(days=1)}]\n')
    definitions = build(replace(home.settings, reference=folder))
    selection = dg.AssetSelection.checks_for_assets(landing_key("log_content"), landing_key("log_search"))
    job = dg.define_asset_job("look", selection)
    resolved = dg.Definitions.merge(definitions, dg.Definitions(jobs=[job])).resolve_job_def("look")
    results = resolved.execute_in_process(instance=home.instance).get_asset_check_evaluations()
    found = {one.asset_key.path[-1]: one for one in results}
    assert {one.check_name for one in results} == {NAME}
    assert found["log_search"].passed
    assert found["log_search"].metadata["deadline"].value == "none set"
    content = found["log_content"]
    assert not content.passed
    assert content.severity == dg.AssetCheckSeverity.WARN
    assert content.description == f"{today - timedelta(days=2)} overdue"
