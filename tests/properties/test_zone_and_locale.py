"""The zone and the locale of the machine change nothing."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.properties.make_lake import main as make_lake
from tests.strategies import dirty_landing
from tests.support.homes import home_at
from tests.support.modelled import assert_equal_to_model
from tests.support.processes import start

pytestmark = pytest.mark.system

FAR = {"TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}


def turkish(folder: Path) -> dict[str, str]:
    """The variable by which a process finds the Turkish locale, made in a folder. Without, it is skipped; on CI it fails."""
    command = ["localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8")]
    folder.mkdir()
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        why = "needs localedef and the sources of locales (Debian: apt-get install locales)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    return {"LOCPATH": str(folder)}


def test_a_lake_made_far_away_holds_what_the_model_makes_here(tmp_path: Path) -> None:
    landing = dirty_landing(2, days=2, rows=40).write(tmp_path / "landing")
    with home_at(tmp_path / "far", landing) as home:
        far = {**os.environ, **FAR, **turkish(tmp_path / "locales")}
        maker = start(make_lake, str(landing), str(home.lake), env=far, folder=tmp_path / "process")
        told, errors = maker.communicate(timeout=900)  # Spark is slow on a busy machine
        assert maker.returncode == 0, told + errors
        assert told.splitlines()[-1].startswith("NZST tr_TR")
        assert any(row["searched_at"] for row in home.rows("clean_search"))
        assert_equal_to_model(home)
