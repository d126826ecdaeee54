"""A month of device_months is extended by the days that are new, and only where that gives the rows of all its days."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import DataFrame

from c360_assets.behaviour.device_months import device_months
from c360_assets.contracts.table_asset import PartitionMaker
from c360_assets.execution.runner import Report
from c360_assets.planning.batches import Batch
from c360_assets.planning.plan import DayRange, Plan
from resources.lake.provenance import Item, ProvenanceStore
from tests.support.budget import budget
from tests.support.direct import DirectRunner
from tests.support.homes import Home, new_home
from tests.support.small_landing import Watched, land_content

pytestmark = pytest.mark.engine

DAYS = tuple(date(2022, 4, day) for day in (1, 2, 15, 30))
MONTH = DAYS[0]
WATCHED = ("raw_content", "quarantine_content", "clean_content", "device_months")


def rows_of(day: date, variant: int) -> list[Watched]:
    """What a day has in one of its variants: few contracts, devices and apps, so that many meet again on other days."""
    choose = random.Random(f"{day} {variant}")
    return [
        (
            choose.choice(("HNH579912", "SGDA12345")),
            choose.choice(("0C96E62FC55C", "0C96E62FC55D", None)),
            choose.choice((0, 1, 254, 86400, 90000)),
            choose.choice(("KPLUS", "CHANNEL", "VOD")),
        )
        for _ in range(8)
    ]


class Watching(DirectRunner):
    """Makes what watching in a month is made from, and nothing else."""

    def run_batch(self, plan: Plan, batch: Batch, report: Report) -> tuple[set[Item], dict[Item, str]]:
        """Leaves other tables as they are, as if they had been made."""
        tables = tuple(table for table in batch.tables if table in WATCHED)
        return super().run_batch(plan, replace(batch, tables=tables), report) if tables else (set(batch.items), {})


@dataclass(frozen=True)
class Step:
    """What lands before a run (the variant of each day), and whether the run makes everything again."""

    lands: Mapping[date, int]
    everything: bool = False


def run(home: Home, everything: bool = False) -> int:
    """One run over all that landed; how often a month was extended."""
    extended = []
    extend = device_months.extend
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(device_months, "extend", lambda *frames: extended.append(1) or extend(*frames))
        runner = Watching(home.definitions(), home.planner)
        assert not runner.run_all(DayRange(), everything, lambda total: None, lambda text: None).failed
    return len(extended)


def assert_sums_of_all_days(home: Home) -> None:
    """device_months has the sums of clean_content, as another engine adds them."""
    clean = pl.DataFrame(home.rows("clean_content"), infer_schema_length=None).filter(pl.col("seconds") > 0)
    key = ["contract", "mac", "app_name", "category"]
    expected = clean.group_by(key).agg(
        pl.col("seconds").sum(),
        pl.col("log_date").n_unique().alias("active_days").cast(pl.Int32),
        (2 ** (pl.col("log_date").dt.day().cast(pl.Int64).unique() - 1)).sum().cast(pl.Int32).alias("day_bits"),
        pl.col("log_date").min().alias("first_watched"),
        pl.col("log_date").max().alias("last_watched"),
    )
    found = pl.DataFrame(home.rows("device_months"), schema=expected.schema | {"month": pl.Date})
    assert found.drop("month").select(expected.columns).sort(key).equals(expected.sort(key))


STEPS = st.lists(
    st.builds(
        Step,
        st.dictionaries(st.sampled_from(DAYS), st.integers(0, 1), min_size=1, max_size=3),
        st.integers(0, 5).map(lambda one: one == 0),
    ),
    min_size=2,
    max_size=4,
)
ADDED_THEN_CHANGED = [
    Step({DAYS[2]: 0}),
    Step({DAYS[0]: 0, DAYS[3]: 0}),
    Step({DAYS[1]: 0, DAYS[2]: 1}),
    Step({DAYS[1]: 0}, everything=True),
]


def assert_extended_where_days_were_only_added(steps: list[Step]) -> None:
    """Lives through the steps; the rows are right after each, and the month was extended exactly where it may be."""
    landed: dict[date, int] = {}
    with new_home() as home:
        for step in steps:
            new, changed = step.lands.keys() - landed.keys(), step.lands.items() - landed.items()
            only_added = bool(landed) and bool(new) and {day for day, _ in changed} == new and not step.everything
            for day, variant in step.lands.items():
                land_content(home.landing, day, rows_of(day, variant))
            landed |= step.lands
            assert run(home, step.everything) == int(only_added)
            assert_sums_of_all_days(home)


@pytest.mark.both_engines
def test_a_month_is_extended_by_a_new_day() -> None:
    assert_extended_where_days_were_only_added(ADDED_THEN_CHANGED[:2])


def test_a_month_is_extended_by_new_days_and_made_whole_after_a_change() -> None:
    assert_extended_where_days_were_only_added(ADDED_THEN_CHANGED)


@pytest.mark.slow  # three of these steps are in every run, one by one
@given(STEPS)
@budget(3, long=60)
def test_any_order_of_days_and_changes(steps: list[Step]) -> None:
    assert_extended_where_days_were_only_added(steps)


def test_a_day_that_another_run_adds_while_a_month_is_made_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame is read when it is written: by then the other run's day is in the lake."""
    transformed, others = PartitionMaker._transformed, iter([DAYS[1]])
    with new_home() as home:

        def beside_another_run(maker: PartitionMaker, *of: Any) -> DataFrame:
            frame = transformed(maker, *of)
            if maker._table.name == "device_months" and (day := next(others, None)):
                land_content(home.landing, day, rows_of(day, 0))
                run(home)
            return frame

        monkeypatch.setattr(PartitionMaker, "_transformed", beside_another_run)
        land_content(home.landing, DAYS[0], rows_of(DAYS[0], 0))
        run(home)
        assert next(others, None) is None
        assert run(home) == 0, "its rows may hold the day, and its provenance does not know it"
        assert_sums_of_all_days(home)


def test_what_is_in_doubt_is_made_whole() -> None:
    """Not checked, failed, by other rules, without its days, or of a month whose rows are others than recorded."""
    doubts: tuple[Mapping[str, Any], ...] = (
        {"is_checked": False},
        {"failed_check": "device_months_no_duplicates"},
        {"rules": "other"},
        {"made_from": {}},
        {"content": "0123456789abcdef"},
    )
    with new_home() as home:
        land_content(home.landing, DAYS[0], rows_of(DAYS[0], 0))
        run(home)
        store = ProvenanceStore(str(home.lake))
        for variant, doubt in enumerate(doubts):
            day = date(2022, 4, 2 + variant)
            made = store.get("device_months", MONTH)
            assert made is not None
            store.write("device_months", MONTH, replace(made, **doubt, data_version="before"))
            land_content(home.landing, day, rows_of(day, 0))
            assert run(home) == 0, doubt
            assert_sums_of_all_days(home)
