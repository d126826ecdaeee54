"""The customer that `c360 run --show-profile` shows: active in the newest month that has one, matched, always the same."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from c360_assets.commands.run.summary import example_customer

pytestmark = pytest.mark.unit

MAY, JUNE, JULY = (date(2022, month, 1) for month in (5, 6, 7))


def profile(name: str, month: date, **changed: Any) -> dict[str, Any]:
    """A matched customer who watched in the month, with a search category that changed."""
    row = {"customer_id": f"contract:{name}", "month": month, "watch_month": month, "matched": True}
    return {**row, "lifecycle": "returning", "trending_type": "changed", **changed}


CHOICES = {
    "active before newest": ([profile("A", JULY, watch_month=JUNE), profile("B", JUNE)], ("contract:B", JUNE)),
    "newest of the active": ([profile("A", MAY), profile("B", JUNE)], ("contract:B", JUNE)),
    "matched only": ([profile("A", JUNE, matched=False), profile("B", JUNE)], ("contract:B", JUNE)),
    "much to show": ([profile("A", JUNE, lifecycle="new"), profile("B", JUNE)], ("contract:B", JUNE)),
    "first by name": ([profile("C", JUNE), profile("B", JUNE), profile("D", JUNE)], ("contract:B", JUNE)),
    "nobody active": ([profile("A", JUNE, watch_month=MAY)], ("contract:A", JUNE)),
    "nobody matched": ([profile("A", JUNE, matched=False)], None),
}


@pytest.mark.parametrize(("rows", "chosen"), CHOICES.values(), ids=CHOICES.keys())
def test_the_customer_shown_is_active_and_matched(
    tmp_path: Path, rows: list[dict[str, Any]], chosen: tuple[str, date] | None
) -> None:
    for order, lake in ((rows, "forwards"), (rows[::-1], "backwards")):
        pl.DataFrame(order).write_delta(tmp_path / lake / "customer360")
        assert example_customer(str(tmp_path / lake)) == chosen


def test_nobody_is_shown_before_a_profile_was_made(tmp_path: Path) -> None:
    assert example_customer(str(tmp_path)) is None
