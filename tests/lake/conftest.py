"""A dirty landing and the lake made from it, once for all tests of this folder."""

from collections.abc import Iterator

import dagster as dg
import pytest

from tests.conftest import ENGINE, Home
from tests.strategies.dirty import dirty_landing


@pytest.fixture(scope="session")
def dirty_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose lake was made once from files with all the dirt there is. Not to be changed."""
    root = tmp_path_factory.mktemp(f"dirty-{ENGINE}")
    with dg.DagsterInstance.ephemeral(tempdir=str(root)) as instance:
        landed = dirty_landing(7, days=2, rows=80)
        home = Home(root, landed.write(root / "landing"), root / "lake", instance)
        assert not home.run().failed
        yield home
