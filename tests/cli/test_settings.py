"""What the environment says is taken together, and half of it is refused."""

from pathlib import Path

import pytest

from resources.errors import BadSetting
from resources.settings import Settings

pytestmark = pytest.mark.unit


def test_the_sample_does_not_get_into_a_lake_that_was_named_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("C360_LAKE", str(tmp_path))
    monkeypatch.delenv("C360_LANDING", raising=False)
    assert Settings.from_environment().lake == str(tmp_path), "whoever only reads the lake needs no landing zone"
    with pytest.raises(BadSetting, match="C360_LAKE is set, and C360_LANDING is not: set both"):
        Settings.from_environment(reads_landing=True)
    monkeypatch.setenv("C360_LANDING", str(tmp_path / "landing"))
    assert Settings.from_environment(reads_landing=True).landing == str(tmp_path / "landing")
