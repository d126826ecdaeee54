"""A collector on this machine, and the variables that OpenLineage's client reads."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.webhooks import Receiver, receiving


@pytest.fixture
def no_lineage() -> Iterator[pytest.MonkeyPatch]:
    """OpenLineage is not configured; what the client itself adds to the environment goes again."""
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
            patched.delenv(name)
        yield patched
        for name in [name for name in os.environ if name.startswith("OPENLINEAGE_") and name not in before]:
            del os.environ[name]


@pytest.fixture
def collector(no_lineage: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    """A collector that the client's file names; what it does not take is not tried again at once."""
    with receiving() as receiver:
        file = tmp_path / "openlineage.yml"
        file.write_text(f"transport: {{type: http, url: '{receiver.url}', retry: {{total: 0}}}}")
        no_lineage.setenv("OPENLINEAGE_CONFIG", str(file))
        yield receiver
