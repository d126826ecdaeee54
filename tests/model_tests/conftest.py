"""A lake from a few files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model import Lake, build
from tests.strategies import Landed, write_reference


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reference(tmp_path_factory.mktemp("reference"))


@pytest.fixture
def lake_of(tmp_path: Path, reference: Path) -> Callable[[dict[str, bytes]], Lake]:
    def make(files: dict[str, bytes]) -> Lake:
        return build(Landed(files).write(tmp_path / "landing"), reference)

    return make
