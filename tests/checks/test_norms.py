"""What is usual: the median of days that passed, or the limits of a log's first days."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360_assets.checks.monitors.norms import too_large, unusual
from c360_assets.reference.monitors import MonitorLimits, RowLimit, ShareLimit

pytestmark = pytest.mark.unit

FIRST = date(2022, 4, 1)
SHARE = ShareLimit(first_max=0.2, times=3.0, least=0.01, rows_min=1)
SHARES = st.floats(0, 1)


def limits(since: date | None = None) -> MonitorLimits:
    rows = {"raw_content": RowLimit(1, 100, Fraction(1, 3), 3.0)}
    return MonitorLimits(days=7, first_days=3, since=since, rows=rows, shares={"x": SHARE}, conflicts_max=0)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def warned(shares: list[float], since: date | None = None, before: list[float] | None = None) -> list[int]:
    """The places of the days that are found wrong; `before` are the shares of days before them that passed."""
    earlier = {day(place): {"": share} for place, share in enumerate(before or [])}
    figures = {day(len(earlier) + place): {"": share} for place, share in enumerate(shares)}
    found = unusual(limits(since), figures, earlier, lambda _, share, usual: too_large(share, usual, SHARE))
    return [(one - FIRST).days - len(earlier) for one in sorted(one for one in found if one)]


@given(shares=st.lists(SHARES, max_size=3))
def test_the_first_days_are_held_against_the_absolute_limit(shares):
    assert warned(shares) == [place for place, share in enumerate(shares) if share > SHARE.first_max]


@given(bad=st.lists(st.floats(0.21, 1), min_size=1, max_size=20))
def test_bad_first_days_never_become_the_norm(bad):
    assert warned([*bad, 0.0, 0.0, 0.0, 0.02]) == [*range(len(bad)), len(bad) + 3]


@given(before=st.lists(SHARES, min_size=3, max_size=9), share=SHARES)
def test_later_days_are_held_against_the_median_of_the_last_seven(before, share):
    usual = sorted(before[-7:])
    middle = len(usual) // 2
    median = usual[middle] if len(usual) % 2 else (usual[middle - 1] + usual[middle]) / 2
    assert warned([share], before=before) == ([0] if share > 0.01 and share > 3 * median else [])


def test_a_lasting_change_is_accepted_from_a_day_on():
    shares = [0.01] * 3 + [0.1] * 6
    assert warned(shares) == [3, 4, 5, 6, 7, 8]
    assert warned(shares, since=day(3)) == []


def test_days_are_compared_with_what_is_before_them_only():
    found = unusual(
        limits(),
        {day(1): {"": 0.15}},
        {day(n): {"": 0.0} for n in (0, 2, 3, 4)},
        lambda _, s, u: too_large(s, u, SHARE),
    )
    assert found == {}


def test_each_name_has_a_norm_of_its_own():
    before = {day(place): {"a": 0.5, "b": 0.01} for place in range(3)}
    found = unusual(limits(), {day(3): {"a": 0.5, "b": 0.5, "c": 0.02}}, before, lambda _, s, u: too_large(s, u, SHARE))
    assert found == {day(3): "b 50.00%, usually 1.00%; c 2.00%, usually 0.00%"}
