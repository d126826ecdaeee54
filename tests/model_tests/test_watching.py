from datetime import date
from fractions import Fraction

import pytest

from tests.model.months import months_before
from tests.model.segments import activeness_of, activeness_segments, lifecycle_of, user_type_of
from tests.model.taste import taste
from tests.model.thresholds import Cuts, quantile, segment_thresholds
from tests.model.watch_metrics import watch_metrics

MONTH = date(2022, 4, 1)
CATEGORIES = ["tv", "movies", "entertainment", "kids", "sports", "other"]
DAYS = [date(2022, 4, day) for day in (1, 2, 3)]


def row(contract, category, seconds, day=1, mac="0C96E62FC55C", app=None):
    return {
        "log_date": date(2022, 4, day), "contract": contract, "mac": mac, "app_name": app or category.upper(),
        "category": category, "seconds": seconds, "capped_seconds": 0, "source_rows": 1,
    }  # fmt: skip


def test_watch_metrics():
    rows = [
        row("A", "tv", 100, 1),
        row("A", "tv", 50, 3, mac=None),
        row("A", "kids", 30, 3, mac="FFFFFFFFFFFF"),
        row("A", "sports", 0, 2, mac="EEEEEEEEEEEE"),
        row("B", "other", 7, 2, mac=None),
    ]
    first, second = watch_metrics(MONTH, rows, DAYS, CATEGORIES)
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
def test_ties_go_to_more_days_and_then_to_the_fixed_order(rows, ranked):
    rows = [row("A", category, seconds, day) for category, seconds, day in rows]
    assert taste(MONTH, rows, CATEGORIES)[0]["taste"] == ranked
    assert watch_metrics(MONTH, rows, DAYS, CATEGORIES)[0]["most_watch"] == ranked.split(",")[0]


def test_taste_and_lift():
    # Of all seconds: tv 90 of 100, movies 10. A has 10 and 10: its movies are 5 times the population's.
    rows = [row("A", "tv", 10), row("A", "movies", 10), row("B", "tv", 80)]
    first, second = taste(MONTH, rows, CATEGORIES)
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


def test_equal_lifts_go_to_the_fixed_order():
    rows = [row("A", "sports", 3), row("A", "movies", 1), row("B", "sports", 3), row("B", "movies", 1)]
    assert {found["lift_category"] for found in taste(MONTH, rows, CATEGORIES)} == {"movies"}


@pytest.mark.parametrize(
    ("values", "quarters"),
    [
        ([5], (5, 5, 5)),
        ([4, 1], (Fraction(7, 4), Fraction(5, 2), Fraction(13, 4))),
        ([1, 2, 3, 4, 100], (2, 3, 4)),
        ([10, 20, 30, 50], (Fraction(35, 2), 25, 35)),
    ],
)
def test_quantiles(values, quarters):
    assert tuple(quantile(values, Fraction(part, 4)) for part in (1, 2, 3)) == quarters


def test_thresholds_and_segments():
    totals = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 100}
    metrics = [
        {"month": MONTH, "contract": name, "seconds_total": total, "active_days": 2, "observed_days": 3}
        for name, total in totals.items()
    ]
    assert segment_thresholds(MONTH, metrics) == [
        {
            "month": MONTH,
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
    ]
    segments = activeness_segments(MONTH, {MONTH: metrics}, {MONTH})
    assert [(found["user_type"], found["clinginess"], found["outlier"]) for found in segments] == [
        ("low", "low", False),
        ("middle", "medium", False),
        ("middle", "medium", False),
        ("middle", "medium", False),
        ("high", "high", True),
    ]


def test_the_fence_itself_is_no_outlier():
    metrics = [{"contract": str(total), "seconds_total": total} for total in (1, 2, 3, 4, 7)]
    (row,) = segment_thresholds(MONTH, metrics)
    assert (row["upper_fence"], row["outliers"]) == (7.0, 0)


def test_no_contract_no_thresholds():
    assert segment_thresholds(MONTH, []) == []


def test_bounds_belong_to_the_middle():
    cuts = Cuts(Fraction(7, 2), Fraction(4), Fraction(5))
    assert [user_type_of(seconds, cuts) for seconds in (3, 4, 5, 6)] == ["low", "middle", "middle", "high"]


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
def test_activeness(active, observed, activeness):
    assert activeness_of(active, observed) == activeness


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
def test_lifecycle_in_may(watched, landed, lifecycle):
    metrics = {date(2022, month, 1): [{"contract": "A"}] for month in watched}
    months = {date(2022, month, 1) for month in landed}
    assert lifecycle_of("A", date(2022, 5, 1), metrics, months) == lifecycle


def test_months_before():
    assert [months_before(date(2022, 2, 1), back) for back in (0, 1, 2, 14)] == [
        date(2022, 2, 1),
        date(2022, 1, 1),
        date(2021, 12, 1),
        date(2020, 12, 1),
    ]
