"""Changed inputs through every reader, the same ones each time; new and many more with C360_LONG=1."""

import time

import pytest

from tests.fuzzing import corpus
from tests.fuzzing.targets import TARGETS, attempt, one
from tests.support.budget import IS_LONG

pytestmark = pytest.mark.unit

INPUTS = 40_000 if IS_LONG else 400
"""A number, not a time: the same inputs on every machine."""


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_not_changed_is_read(tmp_path, target):
    for name, data in TARGETS[target][1]().items():
        assert attempt(target, tmp_path, name, data), name


def test_whatever_is_read_gives_rows_or_an_error_of_ours(tmp_path):
    corpora = {name: files() for name, (_, files, _) in TARGETS.items()}
    start = time.time_ns() // 10**6 if IS_LONG else 0
    accepted = [one(seed, tmp_path, corpora)[-1] for seed in range(start, start + INPUTS)]
    assert True in accepted
    assert False in accepted


def test_the_same_seed_makes_the_same_input():
    files = corpus.landed()
    for seed in range(20):
        random_a, random_b = corpus.Random(seed), corpus.Random(seed)
        assert corpus.mutated(random_a, files["lines.json"]) == corpus.mutated(random_b, files["lines.json"])
