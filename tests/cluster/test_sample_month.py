"""A month of the committed sample, both logs of it: a cluster and a Connect server make the tables that Sail makes."""

import shutil
from pathlib import Path

import pytest

from c360_assets.tables import TABLES
from resources.settings import PROJECT
from tests.cluster.conftest import FOREIGN, QUICK, SMALL, Place
from tests.cluster.servers import connect_server
from tests.support.reading import differing, frames

pytestmark = [pytest.mark.system, pytest.mark.spark, pytest.mark.slow]

MONTH = "202206"


def month_of_the_sample(root: Path) -> Path:
    """A landing root with what landed in the month, and the links of accounts to users."""
    sample = PROJECT / "data" / "landing"
    for source in ("log_content", "log_search"):
        (root / source).mkdir(parents=True)
        for landed in (sample / source).glob(f"{MONTH}*"):
            copy = shutil.copytree if landed.is_dir() else shutil.copy
            copy(landed, root / source / landed.name)
    shutil.copytree(sample / "identity", root / "identity")
    return root


def test_a_cluster_and_a_connect_server_make_the_tables_of_sail(cluster: str, python: Path, tmp_path: Path) -> None:
    landing = month_of_the_sample(tmp_path / "landing")
    by_sail, by_cluster, by_server = (Place(landing, tmp_path / name) for name in ("sail", "cluster", "server"))
    by_sail.run("sail")
    assert set(frames(by_sail.lake)) == set(TABLES)
    by_cluster.run("spark", {"spark.master": cluster, **SMALL, **QUICK}, python)
    assert differing(by_sail.lake, by_cluster.lake) == []
    settings = {"spark.master": cluster, "spark.ui.enabled": "false", **SMALL, **QUICK, **FOREIGN}
    with connect_server(tmp_path / "connect", python, settings) as url:
        by_server.run("spark", {"spark.remote": url})
    assert differing(by_sail.lake, by_server.lake) == []
