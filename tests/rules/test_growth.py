"""Text functions take time that grows no faster than the text, up to the longest keyword; worst cases of each."""

import re
import time
from collections.abc import Callable

import pytest

from c360_assets.checks import evidence
from c360_assets.reference.measures import LONGEST_KEYWORD
from c360_assets.text import masking, normalise, wall_clock
from c360_assets.text.plans import names_of_plans
from resources.landing.readers.json.value import parse_objects

pytestmark = pytest.mark.unit

FEW, MANY = LONGEST_KEYWORD // 16, LONGEST_KEYWORD
MOST = 60
"""A text 16 times as long takes 16 times as long; 256 times as long where time grows with the square."""
SHORTEST = 0.002
"""Seconds below which nothing is concluded."""
PIECES = ("a", "0", "a.", "a@", "@", "a@a.", "0 ", "09", "0-", "\u0301", "a\u0301\u0323", " ", "\u200b", '"', "[", "1:")
FUNCTIONS: dict[str, Callable[[str], object]] = {
    "mask": masking.mask,
    "normalise": normalise.normalise_keyword,
    "key": normalise.keyword_key,
    "trim": normalise.trim,
    "clock": lambda text: wall_clock.read_wall_clock(text, "Asia/Ho_Chi_Minh"),
    "plans": names_of_plans,
    "objects": parse_objects,
}
MODULES = (masking, normalise, wall_clock, evidence)


def seconds(call: Callable[[str], object], text: str) -> float:
    """The shortest of a few times."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        call(text)
        best = min(best, time.process_time() - start)
        if best < SHORTEST:
            break
    return best


def grows_too_fast(call: Callable[[str], object], piece: str) -> bool:
    """Whether a text of many pieces takes far longer than its length explains."""
    many = seconds(call, piece * (MANY // len(piece)) + "!")
    return many > SHORTEST and many > MOST * max(seconds(call, piece * (FEW // len(piece)) + "!"), SHORTEST / 16)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_text_function_is_linear(name):
    assert [piece for piece in PIECES if grows_too_fast(FUNCTIONS[name], piece)] == []


def patterns() -> dict[str, re.Pattern[str]]:
    """Every regular expression of the modules that see landed texts."""
    return {
        f"{module.__name__}.{name}": value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
    }


@pytest.mark.parametrize("name", patterns())
def test_a_regular_expression_is_linear(name):
    pattern = patterns()[name]
    assert [piece for piece in PIECES if grows_too_fast(pattern.fullmatch, piece)] == []


def test_what_is_not_linear_is_seen():
    assert grows_too_fast(re.compile("a*a*b").match, "a")
