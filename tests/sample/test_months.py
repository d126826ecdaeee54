"""The sample of many months: the same each time, and with customers who come, drift away and come back."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from c360_sample import SampleError, write_months
from c360_sample.months import CONTRACTS, USERS, PopulationOfMonth

pytestmark = pytest.mark.unit

FIRST = date(2022, 11, 1)
MONTHS = 14


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def populations(seed: int = 1) -> Iterator[PopulationOfMonth]:
    return (PopulationOfMonth(seed, CONTRACTS, USERS, number) for number in range(MONTHS))


def present() -> np.ndarray:
    """Month by contract: who is there."""
    return np.stack([~one.away(FIRST) for one in populations()])


def test_the_same_seed_gives_the_same_files_and_another_gives_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        write_months(tmp_path / name, FIRST, months=3, days=2, seed=seed)
    one, again, other = (files(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert one != other


def test_each_month_lands_its_first_days_and_only_days_that_it_has(tmp_path: Path) -> None:
    summary = write_months(tmp_path, date(2023, 1, 15), months=2, days=31, seed=1)
    landed = sorted(path.name.partition(".")[0] for path in (tmp_path / "log_content").iterdir())
    assert (landed[0], landed[-1], len(landed)) == ("20230101", "20230228", 31 + 28)
    assert (summary.first_day, summary.last_day) == (date(2023, 1, 1), date(2023, 2, 28))
    assert len([*(tmp_path / "log_search").iterdir()]) == 2 * 14
    assert summary.size_bytes < 2_500_000, "a small population"


def test_nobody_watches_who_is_away(tmp_path: Path) -> None:
    write_months(tmp_path, FIRST, months=2, days=2, seed=1)
    codes = PopulationOfMonth(1, CONTRACTS, USERS, 0).contract_codes.view("S9").ravel()
    for number, month in enumerate(("202211", "202212")):
        away = {code.decode() for code in codes[PopulationOfMonth(1, CONTRACTS, USERS, number).away(FIRST)]}
        seen = set()
        for path in (tmp_path / "log_content").glob(f"{month}*"):
            for line in gzip.decompress(path.read_bytes()).splitlines():
                try:
                    seen.add(str(json.loads(line)["_source"].get("Contract")).strip().upper())
                except (ValueError, KeyError, TypeError):
                    continue  # dirt
        assert len(seen) > 150
        assert not seen & away


def test_customers_come_drift_away_and_come_back() -> None:
    there = present()
    first = there.argmax(axis=0)
    sizes = np.bincount(first[there.any(axis=0)], minlength=MONTHS)
    assert sizes[0] > 200
    assert (sizes[1:12] > 8).all(), "every month has a cohort of its own"
    left = there[:-1] & ~there[1:]
    back = ~there[:-1] & there[1:] & (np.maximum.accumulate(there, axis=0)[:-1])
    assert (left.sum(axis=1) > 5).all(), "somebody leaves every month"
    assert (back.sum(axis=1)[3:] >= 3).all(), "somebody comes back, once people have left"
    kept = there[:, first == 0].mean(axis=1)
    assert 0.4 < kept[-1] < 0.85 < kept[1] + 0.1, "the first cohort thins out, and does not vanish"


def test_what_customers_watch_rises_and_falls() -> None:
    levels = np.stack([one.level_seconds for one in populations()])
    halved, doubled = levels[1:] * 2 <= levels[:-1], levels[1:] >= levels[:-1] * 2
    steady = ~halved & ~doubled
    for moves in (halved, doubled, steady):
        assert (moves.mean(axis=1) > 0.02).all()


@pytest.mark.parametrize(("months", "days"), [(0, 1), (1, 0)])
def test_no_months_or_days_are_refused(tmp_path: Path, months: int, days: int) -> None:
    with pytest.raises(SampleError):
        write_months(tmp_path, FIRST, months=months, days=days, seed=1)
    assert not [*tmp_path.iterdir()]
