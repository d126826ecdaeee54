"""What `c360 doctor` finds on a machine that is ready, and on machines that are not."""

from dataclasses import replace
from pathlib import Path

import pytest

from c360_assets.commands.doctor.checks import findings
from resources.erasure.erasure_list import ErasureList
from tests.support import small_landing as small
from tests.support.homes import Home

pytestmark = pytest.mark.engine

KEY = b"an erasure key of a test"


@pytest.fixture
def ready(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with one landed day, and no lake yet."""
    monkeypatch.setenv("DAGSTER_HOME", str(home.root / "dagster"))
    small.land_content(home.landing, small.APRIL)
    return home


def states(home: Home, **changes: object) -> dict[str, str]:
    return {one.name: one.state for one in findings(replace(home.settings, **changes))}


def test_a_machine_that_is_ready(ready: Home) -> None:
    found = states(ready)
    assert [name for name, state in found.items() if state == "failed"] == []
    assert {"python", "landing", "lake", "reference", "erasures", "dagster", "engine"} <= set(found)
    assert list(Path(ready.lake).iterdir()) == []


def test_a_landing_zone_that_is_not_there(ready: Home, tmp_path: Path) -> None:
    assert states(ready, landing=str(tmp_path / "elsewhere"))["landing"] == "failed"


def test_a_lake_that_can_not_be_written(ready: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert states(ready, lake=str(tmp_path / "file" / "lake"))["lake"] == "failed"


def test_reference_data_that_is_not_there(ready: Home, tmp_path: Path) -> None:
    assert states(ready, reference=tmp_path / "elsewhere")["reference"] == "failed"


def test_erasures_and_no_key_or_another(ready: Home) -> None:
    ErasureList(str(ready.lake), KEY).add([("contract", "HNH579912")], "a receipt")
    assert states(ready, erasure_key=KEY)["erasures"] == "ok"
    assert states(ready)["erasures"] == "failed"
    assert states(ready, erasure_key=b"quite another key of mine")["erasures"] == "failed"


def test_every_finding_but_an_ok_one_says_what_to_do(ready: Home, tmp_path: Path) -> None:
    for finding in findings(replace(ready.settings, landing=str(tmp_path / "elsewhere"))):
        assert finding.found
        assert finding.state == "ok" or finding.remedy or finding.found.endswith(".")
