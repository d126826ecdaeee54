"""The zone and the locale of the machine change nothing."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.model.compare import differences
from tests.model.lake import build
from tests.properties.make_lake import main as make_lake
from tests.strategies import dirty_landing
from tests.support.homes import REFERENCE
from tests.support.processes import start
from tests.support.reading import differing, frames

pytestmark = pytest.mark.system

FAR = {"TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}
HERE = {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


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


def test_a_lake_made_far_away_equals_one_made_in_utc(tmp_path: Path) -> None:
    landing = dirty_landing(2, days=2, rows=40).write(tmp_path / "landing")
    lakes = {name: tmp_path / name / "lake" for name in ("far", "here")}
    far = {**FAR, **turkish(tmp_path / "locales")}
    makers = {
        name: start(make_lake, str(landing), str(lakes[name]), env={**os.environ, **place}, folder=tmp_path / name)
        for name, place in (("far", far), ("here", HERE))
    }
    for name, maker in makers.items():
        told, errors = maker.communicate(timeout=900)  # two Sparks at once are slow on a busy machine
        assert maker.returncode == 0, told + errors
        assert told.splitlines()[-1].startswith("NZST tr_TR" if name == "far" else "UTC")
    assert differing(lakes["far"], lakes["here"]) == []
    searches = frames(lakes["far"])["clean_search"].to_dicts()
    assert any(row["searched_at"] for row in searches)
    assert differences(build(landing, REFERENCE)["clean_search"], searches, ("log_date", "search_id")) == []
