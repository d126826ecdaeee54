"""The job `export` writes what `c360 export` writes, says so on the table, and fails with one sentence."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.dagster.daemon import Daemon
from tests.dagster.test_jobs import told
from tests.support.homes import Home

pytestmark = pytest.mark.system


def config(out: Path, **more: Any) -> dict[str, Any]:
    """What the launchpad takes."""
    return {"ops": {"export_members": {"config": {"audience": "kids_households", "out": str(out), **more}}}}


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_audience_is_exported_as_the_command_does_it(made: Home, daemon: Daemon, tmp_path: Path, c360) -> None:
    run = daemon.start("export", config(tmp_path / "job", month="2022-05", columns=["taste"], format="json"))
    assert run.is_success
    words = ("kids_households", "--month", "2022-05", "--columns", "taste", "--format", "json")
    assert c360("export", *words, "--out", str(tmp_path / "command"), root=made.root).status == 0
    name = "kids_households-2022-05"
    assert files(tmp_path / "job" / name) == files(tmp_path / "command" / name)
    [record] = daemon.instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_OBSERVATION).records
    observed = record.event_log_entry.asset_observation
    assert (observed.asset_key.to_user_string(), observed.partition) == ("audience_members", "2022-05-01")
    figures = {key: value.value for key, value in observed.metadata.items()}
    assert figures["folder"] == str(tmp_path / "job" / name)
    assert {key: figures[key] for key in ("previous", "entered", "left", "members")} == {
        "previous": 1, "entered": 0, "left": 0, "members": 1,
    }  # fmt: skip


WRONG = {
    "audience": ({"audience": "everyone"}, "There is no audience 'everyone'. Use one of loyal,"),
    "month": ({"month": "May"}, "month is 'May': write it as 2022-04, or leave it empty."),
    "month without customers": ({"month": "2022-09"}, "The lake holds no customers of 2022-09."),
    "format": ({"format": "xml"}, "There is no format 'xml'. Use one of csv, parquet, json."),
    "column": ({"columns": ["x"]}, "customer360 has no column 'x'."),
}


def test_what_cannot_be_exported_fails_with_one_sentence(daemon: Daemon, tmp_path: Path) -> None:
    for more, words in WRONG.values():
        run = daemon.start("export", config(tmp_path / "out", **more))
        assert not run.is_success
        assert told(daemon, run).startswith(words)
        assert len(daemon.instance.get_runs(dg.RunsFilter(job_name="export"))) <= len(WRONG), "none is tried again"
    assert not (tmp_path / "out").exists()
