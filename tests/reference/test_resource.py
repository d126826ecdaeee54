"""When the reference data is read: once for a run, again for a sensor if a file has changed."""

from pathlib import Path
from shutil import copytree

import pytest

from c360_assets.reference.resource import ReferenceData
from resources.errors import BadReference
from resources.settings import REFERENCE

pytestmark = pytest.mark.unit


def test_a_sensor_sees_a_changed_file_and_a_run_does_not(tmp_path: Path) -> None:
    folder = copytree(REFERENCE, tmp_path / "reference")
    data = ReferenceData(folder=str(folder))
    before = data.load()
    assert data.current() == before
    assert data.current() is data.current()
    (folder / "deliveries.toml").write_text('[log_content]\ndue = "08:00"\n')
    assert set(data.current().deadlines) == {"log_content"}
    assert data.load() is before
    (folder / "deliveries.toml").write_text("no toml")
    with pytest.raises(BadReference):
        data.current()
