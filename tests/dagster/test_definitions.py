"""What the definitions hold, as Dagster's UI shows it.

A change of the graph is shown in graph.json: `.venv/bin/python -m tests.dagster.test_definitions` writes it anew.
"""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy

from c360_assets.build import build
from c360_assets.definitions import defs
from c360_assets.tables import TABLES
from resources.settings import PROJECT, Settings

pytestmark = pytest.mark.unit

GRAPH = Path(__file__).with_name("graph.json")
GROUPS = ["landing_zone", "landing", "cleaning", "behaviour", "profile", "exposure", "privacy"]
SPECS = sorted(defs().resolve_all_asset_specs(), key=lambda spec: spec.key.to_user_string())


def graph() -> dict[str, dict]:
    """Every asset: its group, its partitions, and which assets it reads."""
    return {
        spec.key.to_user_string(): {
            "group": spec.group_name,
            "partitions": type(spec.partitions_def).__name__ if spec.partitions_def else None,
            "reads": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
        }
        for spec in SPECS
    }


def test_the_graph_is_the_committed_one() -> None:
    assert graph() == json.loads(GRAPH.read_text())


def test_the_graph_begins_at_the_files_and_ends_at_the_readers() -> None:
    inputs = {name: node["reads"] for name, node in graph().items()}
    assert {name for name, upstream in inputs.items() if not upstream} == {
        "landing/identity",
        "landing/log_content",
        "landing/log_search",
    }
    read = {upstream for node in inputs.values() for upstream in node}
    assert "customer_lookup" in set(inputs) - read
    assert {node["group"] for node in graph().values()} == set(GROUPS)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.key.to_user_string())
def test_every_asset_says_what_it_is_and_whose(spec: dg.AssetSpec) -> None:
    assert spec.owners == ["team:customer360"]
    assert len(spec.description or "") > 40
    if spec.key.to_user_string() in TABLES:
        schema = spec.metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns if not column.description] == []


def test_only_the_profile_has_a_deadline() -> None:
    assert [spec.key.to_user_string() for spec in SPECS if spec.freshness_policy] == ["customer360"]


def test_raw_tables_have_the_deadlines_of_their_logs(tmp_path: Path) -> None:
    (tmp_path / "deliveries.toml").write_text('[log_search]\ndue = "08:30"\ntime_zone = "Asia/Ho_Chi_Minh"\n')
    found = _policies(tmp_path)
    assert set(found) == {"raw_search", "customer360"}
    policy = found["raw_search"]
    assert isinstance(policy, CronFreshnessPolicy)
    assert (policy.deadline_cron, policy.timezone) == ("30 8 * * *", "Asia/Ho_Chi_Minh")
    assert policy.lower_bound_delta == timedelta(hours=8, minutes=30)
    (tmp_path / "deliveries.toml").write_text("[log_search]\n")  # runs name the line; the UI opens
    assert set(_policies(tmp_path)) == {"customer360"}


def _policies(reference: Path) -> dict[str, dg.FreshnessPolicy]:
    settings = replace(Settings.from_environment(), reference=reference)
    specs = build(settings).resolve_all_asset_specs()
    return {spec.key.to_user_string(): spec.freshness_policy for spec in specs if spec.freshness_policy}


def test_jobs_are_there_and_only_sensors_that_start_no_run_are_on() -> None:
    repository = defs().get_repository_def()
    assert {"one_day", "one_month", "everything_changed"} <= {job.name for job in repository.get_all_jobs()}
    days, months = (repository.get_job(name) for name in ("one_day", "one_month"))
    assert {key.path[-1] for key in days.asset_layer.selected_asset_keys} == _tables("day")
    assert {key.path[-1] for key in months.asset_layer.selected_asset_keys} == _tables("month")
    off, on = dg.DefaultSensorStatus.STOPPED, dg.DefaultSensorStatus.RUNNING
    statuses = {sensor.name: sensor.default_status for sensor in repository.sensor_defs}
    assert statuses == {"landed_changes": off, "orphaned_runs": on, "notifications": on, "lineage": on}
    assert not [schedule.name for schedule in repository.schedule_defs if schedule.default_status.value == "RUNNING"]


def _tables(unit: str) -> set[str]:
    return {name for name, table in TABLES.items() if table.unit == unit}


LOADED = """
import json, sys, warnings
with warnings.catch_warnings(record=True) as raised:
    from c360_assets.definitions import defs
    defs().get_repository_def()
from resources.engine.session import is_running
ours = [str(one.message) for one in raised if "c360" in one.filename or "resources" in one.filename]
heavy = {"pysail", "pyspark.pandas", "pyspark.ml", "pyspark.sql.connect.client"} & set(sys.modules)
print(json.dumps([is_running(), ours, sorted(heavy)]))
"""


def test_the_definitions_load_quietly_without_an_engine_and_without_what_is_slow_to_import() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=PROJECT, capture_output=True, text=True, check=True)
    running, warned, heavy = json.loads(done.stdout.splitlines()[-1])
    assert not running
    assert (warned, heavy, done.stderr) == ([], [], "")


if __name__ == "__main__":
    GRAPH.write_text(json.dumps(graph(), indent=2) + "\n")
