"""The numbers behind the sample: fixed for all machines, and spread as they should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360_sample.chance import below, hashes, key_of, lognormal_table, pick, quantile, scattered

pytestmark = pytest.mark.unit


def test_numbers_are_the_same_everywhere():
    assert key_of("seconds", 7, "2022-04-01") == 9477142793774679550
    assert hashes(1, np.arange(3)).tolist() == [6238072747940578789, 10451216379200822465, 13757245211066428519]


@given(key=st.integers(0, 2**64 - 1), size=st.integers(1, 500))
def test_scattering_sends_no_two_to_one_place(key, size):
    assert sorted(scattered(key, np.arange(size), size).tolist()) == list(range(size))


@pytest.mark.parametrize("size", [9 * 10**7, 26**5 * 10**4])
def test_scattering_over_a_large_space_keeps_numbers_apart(size):
    numbers = scattered(key_of("x"), np.arange(100_000), size)
    assert len(np.unique(numbers)) == 100_000
    assert 0 <= numbers.min() <= numbers.max() < size


def test_picks_follow_the_weights():
    drawn = pick(hashes(3, np.arange(100_000)), (70, 0, 20, 10))
    assert np.allclose(np.bincount(drawn) / 100_000, (0.7, 0, 0.2, 0.1), atol=0.01)


def test_quantiles_follow_the_table():
    drawn = quantile(hashes(4, np.arange(100_000)), lognormal_table(1_000, 1.0))
    assert abs(int(np.median(drawn)) - 1_000) < 20
    assert abs(np.log(drawn).std() - 1.0) < 0.02


def test_limits_are_kept():
    drawn = below(hashes(5, np.arange(10_000)), 7)
    assert set(drawn.tolist()) == set(range(7))
