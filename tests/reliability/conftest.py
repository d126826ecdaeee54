"""A lake made from a landing zone, and what it should be once that landing zone has changed."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from c360_assets.tables import TABLES
from tests.support import small_landing as small
from tests.support.homes import home_at
from tests.support.lakes import make_once
from tests.support.reading import frame, frames

FIRST, LATE = date(2022, 4, 1), date(2022, 4, 2)
OTHER_LINKS = "contract,user_id,source\nSGDA12345,7654321,app\nHNH579912,0123456,web\n"
Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Change:
    """A lake before and after a change of its landing zone that every table tells of. Not to be changed."""

    root: Path
    before: Frames
    after: Frames

    def start(self, root: Path) -> None:
        """Puts the lake as it was, and the landing zone as it is now, below a folder."""
        shutil.copytree(self.root / "before", root / "lake")
        shutil.copytree(self.root / "landing", root / "landing")

    def halves(self, lake: Path, tables: Iterable[str] = TABLES) -> list[str]:
        """The partitions that are neither as before the change nor as after it."""
        found = []
        for table in tables:
            now, column = frame(lake, table), TABLES[table].partition_column
            old, new = self.before[table], self.after[table]
            for day in now[column].unique() if column else [None]:
                mine = [rows.filter(pl.col(column) == day) if column else rows for rows in (now, old, new)]
                if not (mine[0].equals(mine[1]) or mine[0].equals(mine[2])):
                    found.append(f"{table} {day}")
        return found


@pytest.fixture(scope="session")
def change(tmp_path_factory: pytest.TempPathFactory) -> Change:
    """A changed day, a late one, other searches and other links: all of it made without disturbance."""
    root = make_once(tmp_path_factory, "change", _make_change)
    return Change(root, frames(root / "before"), frames(root / "lake"))


def _make_change(root: Path) -> None:
    """Lands and makes, keeps the lake as `before`, changes what landed, and makes that too."""
    with home_at(root) as home:
        small.land_all(home.landing, (FIRST,), (FIRST,))
        assert home.run_directly().ok
        shutil.copytree(home.lake, root / "before")
        small.land_content(home.landing, FIRST, (*small.WATCHED[:3], ("SGDA12345", None, 7, "SPORT")))
        small.land_content(home.landing, LATE, small.WATCHED[1:])
        small.land_search(home.landing, FIRST, (*small.SEARCHED[1:], ("0123456", "phim hàn quốc")))
        small.land_links(home.landing, OTHER_LINKS)
        assert home.run_directly().ok
