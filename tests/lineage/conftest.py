"""A collector, and an environment in which OpenLineage is not configured."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lineage import collecting, unconfigured
from tests.support.webhooks import Receiver


@pytest.fixture
def no_lineage() -> Iterator[pytest.MonkeyPatch]:
    """OpenLineage is not configured; a test may set its variables."""
    with unconfigured() as patched:
        yield patched


@pytest.fixture
def collector(no_lineage: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    """A collector to which lineage is sent."""
    with collecting(no_lineage, tmp_path) as receiver:
        yield receiver
