"""One way to choose, two sources of chance: Hypothesis, which shrinks, and a seed, which is quick."""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Chooser(Protocol):
    """What makes the choices of a landing; the first of the options is the plainest."""

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""

    def many(self, make: "Callable[[Chooser], T]", least: int, most: int) -> list[T]:
        """A list of things made."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""

    def odd(self, one_in: int) -> bool:
        """True once in so many times."""


class _Choices:
    def pick(self, options: Sequence[T]) -> T:
        return options[self.whole(0, len(options) - 1)]

    def odd(self, one_in: int) -> bool:
        return self.whole(0, one_in - 1) == one_in - 1


@cache
def _between(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


@st.composite
def made(draw: Callable, make: Callable[[Chooser], T]) -> T:
    """What `make` makes of Hypothesis's choices."""
    return make(Drawn(draw))


class Drawn(_Choices):
    """Choices that Hypothesis draws."""

    def __init__(self, draw: Callable) -> None:
        self._draw = draw

    def whole(self, low: int, high: int) -> int:
        return self._draw(_between(low, high))

    def many(self, make: Callable[[Chooser], T], least: int, most: int) -> list[T]:
        return self._draw(st.lists(made(make), min_size=least, max_size=most))


class Seeded(_Choices):
    """Choices that follow from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def whole(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def many(self, make: Callable[[Chooser], T], least: int, most: int) -> list[T]:
        return [make(self) for _ in range(self.whole(least, most))]
