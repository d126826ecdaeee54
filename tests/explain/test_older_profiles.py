"""A profile that is older than the days below it, as a run leaves it that is stopped in between, is explained all the same."""

from pathlib import Path

import pytest

from c360_assets.explain.evidence import Evidence
from c360_assets.explain.figures import explain_all
from c360_assets.reference.model import load_reference
from resources.lake.sql import LakeQuery
from tests.support import small_landing as small
from tests.support.homes import REFERENCE
from tests.support.lakes import copy_of, two_months_lake
from tests.support.spoiling import materialize

pytestmark = pytest.mark.engine


def test_a_customer_whose_days_are_gone_is_explained(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    with two_months_lake(tmp_path_factory) as made, copy_of(made, tmp_path) as home:
        first, *_, last = small.TWO_MONTHS[0]
        for day in small.TWO_MONTHS[0]:
            small.land_content(home.landing, day, [("XYZ000001", None, 0, "VOD")])
        days = ["raw_content", "quarantine_content", "clean_content", "ledger_content"]
        assert materialize(home, days, first, last).success
        query, reference = LakeQuery(str(home.lake)), load_reference(REFERENCE)
        profiles = [row for row in home.rows("customer360") if row["watch_month"]]
        assert profiles
        for profile in profiles:
            figures = {figure.name: figure for figure in explain_all(Evidence(query, reference, profile))}
            for name in ("seconds_total", "rfm", "recency_days", "activeness", "lift"):
                assert not figures[name].adds_up, name
                assert "is older than its days" in figures[name].explained.rule


def test_a_category_that_nobody_had_watched_is_explained(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with two_months_lake(tmp_path_factory) as made, copy_of(made, tmp_path) as home:
        contract, mac, *_ = small.WATCHED[0]
        small.land_content(home.landing, small.APRIL, [*small.WATCHED, (contract, mac, 50, "NEWAPP")])
        days = ["raw_content", "quarantine_content", "clean_content", "ledger_content"]
        assert materialize(home, days, small.APRIL, small.APRIL).success
        [profile] = [
            row for row in home.rows("customer360") if (row["contract"], row["watch_month"]) == (contract, small.APRIL)
        ]
        evidence = Evidence(LakeQuery(str(home.lake)), load_reference(REFERENCE), profile)
        figures = {figure.name: figure for figure in explain_all(evidence)}
        for name in ("lift", "lift_category"):
            assert not figures[name].adds_up, name
            assert "the profiles are older than the days" in figures[name].explained.rule
