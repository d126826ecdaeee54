"""The zone and the locale of the machine change nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resources.settings import PROJECT
from tests.model.compare import differences
from tests.model.lake import build
from tests.strategies import dirty_landing
from tests.support.homes import REFERENCE
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


def start(landing: Path, lake: Path, place: dict[str, str]) -> subprocess.Popen:
    """Makes a lake with these variables."""
    command = [sys.executable, "-m", "tests.properties.make_lake", str(landing), str(lake)]
    return subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **place}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_lake_made_far_away_equals_one_made_in_utc(tmp_path: Path) -> None:
    landing = dirty_landing(2, days=2, rows=40).write(tmp_path / "landing")
    lakes = {name: tmp_path / name / "lake" for name in ("far", "here")}
    far = {**FAR, **turkish(tmp_path / "locales")}
    makers = {name: start(landing, lakes[name], place) for name, place in (("far", far), ("here", HERE))}
    for name, maker in makers.items():
        told, errors = maker.communicate(timeout=900)  # two Sparks at once are slow on a busy machine
        assert maker.returncode == 0, told + errors
        assert told.splitlines()[-1].startswith("NZST tr_TR" if name == "far" else "UTC")
    assert differing(lakes["far"], lakes["here"]) == []
    searches = frames(lakes["far"])["clean_search"].to_dicts()
    assert any(row["searched_at"] for row in searches)
    assert differences(build(landing, REFERENCE)["clean_search"], searches, ("log_date", "search_id")) == []
