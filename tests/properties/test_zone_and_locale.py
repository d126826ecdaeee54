"""The zone and the locale of the machine change nothing."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from resources.settings import PROJECT
from tests.conftest import REFERENCE
from tests.lake.reading import differing, frames
from tests.model.compare import differences
from tests.model.lake import build
from tests.strategies import dirty_landing

FAR = {"TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}
HERE = {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@cache
def installed_locales() -> set[str]:
    """The locales of this machine, without what sets their spelling apart."""
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    return {name.lower().replace("-", "") for name in listed.split()}


def start(landing: Path, lake: Path, zone: dict[str, str]) -> subprocess.Popen:
    """Makes a lake with these variables; a locale that is not there is left to LANG, which takes no effect then."""
    if zone["LC_ALL"].lower().replace("-", "") not in installed_locales():
        zone = {**zone, "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "tests.properties.make_lake", str(landing), str(lake)]
    return subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **zone}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_lake_made_far_away_equals_one_made_in_utc(tmp_path: Path) -> None:
    landing = dirty_landing(2, days=2, rows=40).write(tmp_path / "landing")
    lakes = {name: tmp_path / name / "lake" for name in ("far", "here")}
    makers = {name: start(landing, lakes[name], zone) for name, zone in (("far", FAR), ("here", HERE))}
    for name, maker in makers.items():
        told, errors = maker.communicate(timeout=300)
        assert maker.returncode == 0, told + errors
        assert told.splitlines()[-1].startswith("NZST" if name == "far" else "UTC")
    assert differing(lakes["far"], lakes["here"]) == []
    searches = frames(lakes["far"])["clean_search"].to_dicts()
    assert any(row["searched_at"] for row in searches)
    assert differences(build(landing, REFERENCE)["clean_search"], searches, ("log_date", "search_id")) == []
