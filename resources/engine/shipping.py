"""How this project's Python reaches the executors of a cluster, which do not have the project."""

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from importlib import import_module
from typing import Any

from pyspark import cloudpickle

PACKAGES = ("c360_assets", "resources")


def ship_python() -> None:
    """Sends this project's Python to the executors with each query, so that they need only pyspark's own packages.

    Otherwise they would be sent the names of functions, and look for them in packages that a cluster does not have.
    """
    for package in PACKAGES:
        cloudpickle.register_pickle_by_value(import_module(package))  # type: ignore[no-untyped-call]
    # Of a cached function, cloudpickle (3.1) sends the name all the same: it is an object of another kind.
    cloudpickle.CloudPickler.dispatch_table[_lru_cache_wrapper] = _reduce_cached


def _reduce_cached(function: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """What is sent of a cached function: the function itself, to be cached anew where it arrives."""
    return _cached_anew, (function.__wrapped__, function.cache_parameters()["maxsize"])


def _cached_anew(function: Callable[..., Any], maxsize: int | None) -> Callable[..., Any]:
    return lru_cache(maxsize)(function)
