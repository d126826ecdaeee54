"""Where things are if nothing says otherwise: below the checkout, and without one below the current folder."""

from pathlib import Path

import pytest

from resources import settings
from resources.home import dagster_home
from resources.settings import PROJECT, REFERENCE, Settings

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder that is the current one, with nothing set."""
    for name in ("C360_LANDING", "C360_LAKE", "C360_REFERENCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DAGSTER_HOME", "")  # what dagster_home() sets is undone after the test
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_in_a_checkout_they_are_below_it():
    found = Settings.from_environment()
    assert (found.landing, found.lake) == (str(PROJECT / "data" / "landing"), str(PROJECT / "data" / "lake"))
    assert found.reference == REFERENCE


def test_without_a_checkout_they_are_below_the_current_folder(elsewhere, monkeypatch):
    monkeypatch.setattr(settings, "PROJECT", elsewhere / "site-packages")
    found = Settings.from_environment()
    assert (found.landing, found.lake) == (str(elsewhere / "data" / "landing"), str(elsewhere / "data" / "lake"))
    assert found.reference == REFERENCE
    assert dagster_home() == elsewhere / ".dagster"
    assert (elsewhere / ".dagster" / "dagster.yaml").exists()
