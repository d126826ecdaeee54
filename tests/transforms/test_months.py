"""The monthly transforms alone, each fed with the model's rows, every month."""

from collections.abc import Iterator
from datetime import date

import pytest

from c360_assets.contracts.table import Input
from c360_assets.profile import customer360
from c360_assets.tables import ASSETS
from tests.model.lake import Lake
from tests.model.months import months_before
from tests.transforms.frames import of_month, wrong_in

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]


def _months(lake: Lake) -> Iterator[date]:
    ledgers = lake["ledger_content"] + lake["ledger_search"]
    return iter(sorted({row["log_date"].replace(day=1) for row in ledgers}))


MONTHLY = [asset for asset in ASSETS if asset.table.unit == "month" and asset.table.name != "customer360"]
"""All but customer360, which has a test of its own."""


def _window(lake: Lake, read: Input, month: date) -> list:
    """The rows of an input that a month reads; of a search's id the model says nothing."""
    start, end = (months_before(month, -offset) for offset in (read.start_offset, read.end_offset))
    rows = lake[read.table.name] if read.table.unit is None else of_month(lake[read.table.name], start, end)
    return [{**row, "search_id": ""} for row in rows] if read.table.name == "clean_search" else rows


@pytest.mark.parametrize("asset", MONTHLY, ids=lambda asset: asset.table.name)
def test_a_month_is_made_as_the_model_makes_it(asset, lake, frame, reference) -> None:
    for month in _months(lake):
        inputs = {read.table.name: frame(read.table.name, _window(lake, read, month)) for read in asset.table.inputs}
        found = asset.of_partition(inputs, month, reference)
        assert wrong_in(asset.table.name, found, of_month(lake[asset.table.name], month)) == []


def test_customer360(lake, frame, reference) -> None:
    for month in _months(lake):
        start = months_before(month, 4)  # a month more than is needed: it must not matter
        watch = (
            frame(name, of_month(lake[name], start, month))
            for name in ("watch_metrics", "taste", "activeness_segments", "rfm")
        )
        # Users in falling order, so that the first in text order is not chosen because it stands first.
        trends = frame("search_trends", of_month(lake["search_trends"], month)[::-1])
        metrics = frame("search_metrics", of_month(lake["search_metrics"], months_before(month, 1), month))
        days = (frame(name, of_month(lake[name], month)) for name in ("ledger_content", "ledger_search"))
        links = frame("identity_map", lake["identity_map"])
        found = customer360.customer360(*watch, metrics, trends, links, *days, month, reference)
        assert wrong_in("customer360", found, of_month(lake["customer360"], month)) == []
