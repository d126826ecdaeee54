from datetime import date
from fractions import Fraction

import pytest

MONTH = date(2022, 4, 1)
DAYS = [date(2022, 4, day) for day in (1, 2, 3)]


def row(contract, category, seconds, day=1, mac="0C96E62FC55C", app=None):
    return {
        "log_date": date(2022, 4, day), "contract": contract, "mac": mac, "app_name": app or category.upper(),
        "category": category, "seconds": seconds, "capped_seconds": 0, "source_rows": 1,
    }  # fmt: skip


def profile(contract="A", seconds=1, active=1, observed=1):
    return {
        "contract": contract, "seconds_total": seconds, "active_days": active, "observed_days": observed,
        "active_ratio": active / observed, "last_watched": MONTH,
    }  # fmt: skip


def test_watch_metrics(rules):
    rows = [
        row("A", "tv", 100, 1),
        row("A", "tv", 50, 3, mac=None),
        row("A", "kids", 30, 3, mac="FFFFFFFFFFFF"),
        row("A", "sports", 0, 2, mac="EEEEEEEEEEEE"),
        row("B", "other", 7, 2, mac=None),
    ]
    first, second = rules.watch_metrics(MONTH, rows, DAYS)
    assert first == {
        "month": MONTH, "contract": "A", "seconds_tv": 150, "seconds_movies": 0, "seconds_entertainment": 0,
        "seconds_kids": 30, "seconds_sports": 0, "seconds_other": 0, "seconds_total": 180, "active_days": 2,
        "observed_days": 3, "active_ratio": 2 / 3, "devices": 2, "apps": 2, "first_watched": DAYS[0],
        "last_watched": DAYS[2], "most_watch": "tv",
    }  # fmt: skip
    assert (second["devices"], second["apps"], second["active_days"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("rows", "ranked"),
    [
        ([("sports", 50, 1), ("tv", 49, 1)], "sports, tv"),
        ([("sports", 50, 1), ("tv", 50, 1)], "tv, sports"),
        ([("sports", 25, 1), ("sports", 25, 2), ("tv", 50, 1)], "sports, tv"),
        ([("sports", 25, 1), ("sports", 25, 1), ("tv", 50, 1), ("kids", 0, 2)], "tv, sports"),
    ],
)
def test_ties_go_to_more_days_and_then_to_the_fixed_order(rules, rows, ranked):
    rows = [row("A", category, seconds, day) for category, seconds, day in rows]
    assert rules.taste(MONTH, rows)[0]["taste"] == ranked
    assert rules.watch_metrics(MONTH, rows, DAYS)[0]["most_watch"] == ranked.split(",")[0]


def test_taste_and_lift(rules):
    # Of all seconds: tv 90 of 100, movies 10. A has 10 and 10: its movies are 5 times the population's.
    rows = [row("A", "tv", 10), row("A", "movies", 10), row("B", "tv", 80)]
    first, second = rules.taste(MONTH, rows)
    assert first == {
        "month": MONTH,
        "contract": "A",
        "taste": "tv, movies",
        "categories": 2,
        "share_tv": 0.5,
        "share_movies": 0.5,
        "share_entertainment": 0.0,
        "share_kids": 0.0,
        "share_sports": 0.0,
        "share_other": 0.0,
        "lift_category": "movies",
        "lift": 5.0,
    }
    assert (second["lift_category"], second["lift"]) == ("tv", float(Fraction(10, 9)))


def test_equal_lifts_go_to_the_fixed_order(rules):
    rows = [row("A", "sports", 3), row("A", "movies", 1), row("B", "sports", 3), row("B", "movies", 1)]
    assert {found["lift_category"] for found in rules.taste(MONTH, rows)} == {"movies"}


@pytest.mark.parametrize(
    ("values", "quarters"),
    [
        ([5], (5, 5, 5)),
        ([4, 1], (Fraction(7, 4), Fraction(5, 2), Fraction(13, 4))),
        ([1, 2, 3, 4, 100], (2, 3, 4)),
        ([10, 20, 30, 50], (Fraction(35, 2), 25, 35)),
    ],
)
def test_quantiles(rules, values, quarters):
    metrics = [profile(str(place), seconds) for place, seconds in enumerate(values)]
    (row,) = rules.segment_thresholds(MONTH, metrics)
    assert (row["q1"], row["median"], row["q3"]) == quarters


def test_thresholds_and_segments(rules):
    totals = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 100}
    metrics = [profile(name, total, active=2, observed=3) for name, total in totals.items()]
    (row,) = rules.segment_thresholds(MONTH, metrics)
    assert row == {
        "month": MONTH,
        **{f"recency_p{percent}": 0.0 for percent in (20, 40, 60, 80)},
        **{f"active_days_p{percent}": 2.0 for percent in (20, 40, 60, 80)},
        "seconds_p20": 1.8,
        "seconds_p40": 2.6,
        "seconds_p60": 3.4,
        "seconds_p80": 23.2,
        "contracts": 5,
        "q1": 2.0,
        "median": 3.0,
        "q3": 4.0,
        "iqr": 2.0,
        "upper_fence": 7.0,
        "activeness_low_max": 1 / 3,
        "activeness_medium_max": 2 / 3,
        "outliers": 1,
    }
    segments = rules.activeness_segments(MONTH, {MONTH: metrics}, {MONTH})
    assert [(found["user_type"], found["clinginess"], found["outlier"]) for found in segments] == [
        ("low", "low", False),
        ("middle", "medium", False),
        ("middle", "medium", False),
        ("middle", "medium", False),
        ("high", "high", True),
    ]


def test_the_fence_itself_is_no_outlier(rules):
    metrics = [profile(str(total), total) for total in (1, 2, 3, 4, 7)]
    (row,) = rules.segment_thresholds(MONTH, metrics)
    assert (row["upper_fence"], row["outliers"]) == (7.0, 0)


def test_no_contract_no_thresholds(rules):
    assert rules.segment_thresholds(MONTH, []) == []


def test_bounds_belong_to_the_middle(rules):
    totals = (3, 3, 4, 4, 5, 5, 6)
    metrics = [profile(str(place), seconds) for place, seconds in enumerate(totals)]
    (cuts,) = rules.segment_thresholds(MONTH, metrics)
    assert (cuts["q1"], cuts["median"], cuts["q3"]) == (3.5, 4, 5)
    segments = rules.activeness_segments(MONTH, {MONTH: metrics}, {MONTH})
    types = {totals[int(row["contract"])]: row["user_type"] for row in segments}
    assert types == {3: "low", 4: "middle", 5: "middle", 6: "high"}


@pytest.mark.parametrize(
    ("active", "observed", "activeness"),
    [
        (10, 30, "low"),
        (11, 30, "medium"),
        (20, 30, "medium"),
        (21, 30, "high"),
        (1, 1, "high"),
        (1, 3, "low"),
    ],
)
def test_activeness(rules, active, observed, activeness):
    metrics = [profile(active=active, observed=observed)]
    (row,) = rules.activeness_segments(MONTH, {MONTH: metrics}, {MONTH})
    assert row["activeness"] == activeness


@pytest.mark.parametrize(
    ("watched", "landed", "lifecycle"),
    [
        ([], [], "unknown"),
        ([3], [3, 2], "unknown"),
        ([3], [3], "unknown"),
        ([4], [4], "returning"),
        ([4, 3], [4, 3], "returning"),
        ([3], [4, 3], "resurrected"),
        ([2], [4, 2], "resurrected"),
        ([1], [4, 1], "new"),
        ([], [4], "new"),
    ],
)
def test_lifecycle_in_may(rules, watched, landed, lifecycle):
    metrics = {date(2022, month, 1): [profile()] for month in (*watched, 5)}
    months = {date(2022, month, 1) for month in landed}
    (row,) = rules.activeness_segments(date(2022, 5, 1), metrics, months)
    assert row["lifecycle"] == lifecycle


def test_months_before(texts):
    assert [texts.months_before(date(2022, 2, 1), back) for back in (0, 1, 2, 14)] == [
        date(2022, 2, 1),
        date(2022, 1, 1),
        date(2021, 12, 1),
        date(2020, 12, 1),
    ]
