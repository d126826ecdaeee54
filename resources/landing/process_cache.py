"""A cache of a function's results for functions that engines send to their workers."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class ProcessCache(Generic[Result]):
    """Calls a function once per arguments in each process. A decorator.

    `functools.cache` makes an object that cloudpickle (3.1) can only send by the name of its module, which the machines
    of a cluster do not have. This one is sent as the function alone: each process fills a cache of its own.
    """

    def __init__(self, function: Callable[..., Result]) -> None:
        self._function = function
        self._results: dict[tuple[Hashable, ...], Result] = {}

    def __call__(self, *arguments: Hashable) -> Result:
        """The function's result, from the cache if it was called with these arguments before."""
        if arguments not in self._results:
            self._results[arguments] = self._function(*arguments)
        return self._results[arguments]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._function,)
