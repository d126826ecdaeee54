"""The monthly transforms alone, each fed with the model's rows, every month."""

from collections.abc import Iterator
from datetime import date

import pytest

from c360_assets.behaviour import (
    activeness_segments,
    search_metrics,
    search_trends,
    segment_thresholds,
    taste,
    watch_metrics,
)
from c360_assets.profile import customer360
from tests.model.lake import Lake
from tests.model.months import months_before
from tests.transforms.frames import of_month, wrong_in

pytestmark = [pytest.mark.engine, pytest.mark.both_engines]


def _months(lake: Lake) -> Iterator[date]:
    ledgers = lake["ledger_content"] + lake["ledger_search"]
    return iter(sorted({row["log_date"].replace(day=1) for row in ledgers}))


def test_watch_metrics(lake, frame) -> None:
    for month in _months(lake):
        inputs = (frame(name, of_month(lake[name], month)) for name in ("clean_content", "ledger_content"))
        expected = of_month(lake["watch_metrics"], month)
        assert wrong_in("watch_metrics", watch_metrics.watch_metrics(*inputs), expected) == []


def test_taste(lake, frame) -> None:
    for month in _months(lake):
        inputs = (frame(name, of_month(lake[name], month)) for name in ("watch_metrics", "clean_content"))
        assert wrong_in("taste", taste.taste(*inputs), of_month(lake["taste"], month)) == []


def test_segment_thresholds(lake, frame, reference) -> None:
    for month in _months(lake):
        found = segment_thresholds.segment_thresholds(
            frame("watch_metrics", of_month(lake["watch_metrics"], month)), reference
        )
        assert wrong_in("segment_thresholds", found, of_month(lake["segment_thresholds"], month)) == []


def test_activeness_segments(lake, frame, reference) -> None:
    for month in _months(lake):
        before = months_before(month, 1)
        found = activeness_segments.activeness_segments(
            frame("watch_metrics", of_month(lake["watch_metrics"], months_before(month, 3), month)),
            frame("segment_thresholds", of_month(lake["segment_thresholds"], month)),
            frame("ledger_content", of_month(lake["ledger_content"], before)),
            month,
            reference,
        )
        assert wrong_in("activeness_segments", found, of_month(lake["activeness_segments"], month)) == []


def test_search_metrics(lake, frame, reference) -> None:
    for month in _months(lake):
        clean = [{**row, "search_id": ""} for row in of_month(lake["clean_search"], month)]
        found = search_metrics.search_metrics(frame("clean_search", clean), reference)
        assert wrong_in("search_metrics", found, of_month(lake["search_metrics"], month)) == []


def test_search_trends(lake, frame) -> None:
    for month in _months(lake):
        inputs = (
            frame(name, of_month(lake[name], months_before(month, 1), month))
            for name in ("search_metrics", "ledger_search")
        )
        found = search_trends.search_trends(*inputs, month)
        assert wrong_in("search_trends", found, of_month(lake["search_trends"], month)) == []


def test_customer360(lake, frame, reference) -> None:
    for month in _months(lake):
        start = months_before(month, 4)  # a month more than is needed: it must not matter
        watch = (
            frame(name, of_month(lake[name], start, month))
            for name in ("watch_metrics", "taste", "activeness_segments")
        )
        # Users in falling order, so that the first in text order is not chosen because it stands first.
        trends = frame("search_trends", of_month(lake["search_trends"], month)[::-1])
        metrics = frame("search_metrics", of_month(lake["search_metrics"], months_before(month, 1), month))
        days = (frame(name, of_month(lake[name], month)) for name in ("ledger_content", "ledger_search"))
        links = frame("identity_map", lake["identity_map"])
        found = customer360.customer360(*watch, metrics, trends, links, *days, month, reference)
        assert wrong_in("customer360", found, of_month(lake["customer360"], month)) == []
