"""One lake of a few days, made once by Dagster, that the tests of this folder look at through its UI."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.dagster_ui.server import make_home
from tests.support import small_landing as small
from tests.support.homes import Home
from tests.support.lakes import make_once

MADE_DAYS = (date(2022, 4, 1), date(2022, 4, 2))
LANDED_DAY = date(2022, 4, 3)
"""Landed in both logs, and not made."""
APRIL = date(2022, 4, 1)

APPS = ("CHANNEL", "VOD", "CHILD", "RELAX", "SPORT")
MORE_WATCHED: tuple[small.Watched, ...] = (
    *((f"CARNA{number:04d}", f"0C96E62FC{number:03d}", 700 * number, APPS[number % 5]) for number in range(1, 40)),
    ("CARNA9999", "0C96E62FCFFF", 86400, "CHANNEL"),
    ("CARNA9999", "0C96E62FCFFF", 4000, "VOD"),
    ("113.182.209.48", None, 60, "VOD"),
    ("PAYTV", None, 60, "VOD"),
    ("CARNA9998", None, 0, "VOD"),
)
MORE_SEARCHED = (
    ("0123456", "phim hàn quốc"),
    ("09918273", "gọi canarybird 0912345678"),
    ("09918274", "canarybird@example.com"),
    ("09918275", "canarybird ở đâu"),
    ("09918276", "bóng đá"),
    ("", "canarybird"),
)


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with two days made up to customer360, and one more landed. Its lake and landing zone are not to be changed."""
    home = make_home(make_once(tmp_path_factory, "ui", _make))
    yield home
    home.instance.dispose()


@pytest.fixture(scope="package")
def made_to_change(made: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A copy of it, to make more days in."""
    root = tmp_path_factory.mktemp("ui") / "copy"
    shutil.copytree(made.root, root)
    home = make_home(root)
    yield home
    home.instance.dispose()


def _make(root: Path) -> None:
    home = make_home(root)
    small.land_all(home.landing, MADE_DAYS, MADE_DAYS)
    small.land_content(home.landing, MADE_DAYS[-1], MORE_WATCHED)
    small.land_search(home.landing, MADE_DAYS[-1], MORE_SEARCHED)
    assert home.run().ok
    small.land_content(home.landing, LANDED_DAY)
    small.land_search(home.landing, LANDED_DAY)
    home.instance.dispose()
