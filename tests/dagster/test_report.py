"""The job `report` writes the page that `c360 report` writes, and reports it as its month of the asset."""

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
    return {"ops": {"write_report": {"config": {"out": str(out), **more}}}}


def test_the_page_is_that_of_the_command_and_a_materialization_of_its_month(
    made: Home, daemon: Daemon, tmp_path: Path, c360
) -> None:
    run = daemon.start("report", config(tmp_path / "job", month="2022-05"))
    assert run.is_success
    file = tmp_path / "job" / "report-2022-05.html"
    assert c360("report", "--month", "2022-05", "--out", str(tmp_path / "command.html"), root=made.root).status == 0
    assert file.read_bytes() == (tmp_path / "command.html").read_bytes()
    records = daemon.instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
    [found] = [record.event_log_entry.asset_materialization for record in records]
    assert (found.asset_key.to_user_string(), found.partition) == ("report", "2022-05-01")
    figures = {key: value.value for key, value in found.metadata.items()}
    assert (figures["page"], figures["link"]) == (str(file), file.as_uri())
    assert figures["customers"] == len(
        [row for row in made.rows("customer360") if f"{row['month']:%Y-%m}" == "2022-05"]
    )
    assert (figures["partitions_out_of_date"], figures["warnings"]) == (0, 0)


def test_a_month_without_customers_fails_with_one_sentence(daemon: Daemon, tmp_path: Path) -> None:
    run = daemon.start("report", config(tmp_path / "out", month="2022-09"))
    assert not run.is_success
    assert told(daemon, run).startswith("The lake holds no customers of 2022-09.")
    assert not (tmp_path / "out").exists()
